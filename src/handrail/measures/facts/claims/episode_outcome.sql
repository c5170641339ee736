-- One row per course in a payer's claims: one person, one service family, one billing NPI, and no longer gap than the
-- parameters allow, that had not ended before :since. What goes beyond a claim (why it ended, scores) is from side tables.
-- Children are in no claim, so `may_be_eligible_irs` is never true here: no where it cannot be, else not documented.
WITH line AS (
    -- A void (bill type ending in 8, or an amount below zero) takes back one line of the same day, family and two NPIs.
    SELECT
        person_id,
        family,
        COALESCE(billing_npi, '') AS provider,
        rendering_npi,
        starts_on,
        LEAST(COALESCE(ends_on, starts_on), :as_of) AS last_on,
        units,
        CASE WHEN SUBSTRING(diagnosis_code, 1, 3) BETWEEN 'F10' AND 'F19' THEN SUBSTRING(diagnosis_code, 1, 3) END AS diagnosis,
        CASE
            WHEN SUBSTRING(bill_type, LENGTH(bill_type), 1) = '8' OR allowed_amount < 0 OR paid_amount < 0 THEN -1
            ELSE 1
        END AS lines
    FROM service_line
    WHERE family IN ('iop', 'recovery_support', 'php', 'residential', 'otp', 'basic_outpatient', 'detox') AND starts_on <= :as_of
),
given AS (
    -- One day on which one person was given a service by one clinician, if not all its lines were taken back.
    SELECT
        person_id,
        family,
        provider,
        rendering_npi,
        starts_on,
        MAX(last_on) AS last_on,
        CASE WHEN COUNT(units) = COUNT(*) THEN SUM(lines * units) END AS units,
        MIN(diagnosis) AS diagnosis
    FROM line
    GROUP BY person_id, family, provider, rendering_npi, starts_on
    HAVING SUM(lines) > 0
),
in_order AS (
    SELECT
        given.*,
        MAX(last_on) OVER earlier AS before_on,
        COALESCE(MAX(starts_on) OVER earlier < starts_on, TRUE) AS is_new_day
    FROM given
    WINDOW earlier AS (
        PARTITION BY person_id, family, provider
        ORDER BY starts_on, rendering_npi NULLS FIRST
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
in_course AS (
    SELECT
        in_order.*,
        MAX(
            CASE
                WHEN before_on IS NULL THEN starts_on
                WHEN DATEDIFF('DAY', before_on, starts_on)
                    > CASE WHEN family IN ('residential', 'detox') THEN :stay_gap_days ELSE :course_gap_days END THEN starts_on
            END
        ) OVER (
            PARTITION BY person_id, family, provider
            ORDER BY starts_on, rendering_npi NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS started_on
    FROM in_order
),
by_clinician AS (
    SELECT
        person_id,
        family,
        provider,
        started_on,
        rendering_npi,
        COUNT(*) AS days,
        MIN(starts_on) AS first_on,
        MAX(starts_on) AS latest_on,
        MAX(last_on) AS last_on,
        SUM(CASE WHEN is_new_day THEN 1 ELSE 0 END) AS contacts,
        CASE WHEN COUNT(units) = COUNT(*) THEN SUM(units) END AS units,
        MAX(CASE WHEN starts_on > started_on THEN GREATEST(0, DATEDIFF('DAY', before_on, starts_on)) ELSE 0 END) AS gap_days,
        MIN(CASE WHEN starts_on = started_on THEN diagnosis END) AS diagnosis
    FROM in_course
    GROUP BY person_id, family, provider, started_on, rendering_npi
),
ranked AS (
    SELECT
        by_clinician.*,
        ROW_NUMBER() OVER (
            PARTITION BY person_id, family, provider, started_on
            ORDER BY CASE WHEN rendering_npi IS NULL THEN 1 ELSE 0 END, days DESC, latest_on DESC, rendering_npi NULLS LAST
        ) AS place
    FROM by_clinician
),
course AS (
    SELECT
        CONCAT(
            REPLACE(REPLACE(person_id, '%', '%25'), '|', '%7C'), '|', family, '|', provider, '|', CAST(started_on AS VARCHAR)
        ) AS course_id,
        person_id,
        family,
        CASE WHEN family = 'recovery_support' THEN 'irs' ELSE family END AS service,
        provider,
        started_on,
        MAX(CASE WHEN place = 1 AND days >= :least_contacts THEN rendering_npi END) AS clinician,
        MIN(CASE WHEN first_on = started_on THEN rendering_npi END) AS first_clinician,
        MAX(last_on) AS last_on,
        SUM(contacts) AS contacts,
        CASE WHEN COUNT(units) = COUNT(*) THEN SUM(units) END AS units,
        MAX(gap_days) AS gap_days,
        MIN(diagnosis) AS diagnosis,
        DATEDIFF('DAY', MAX(last_on), :as_of)
            > CASE WHEN family IN ('residential', 'detox') THEN :stay_gap_days ELSE :course_gap_days END AS is_ended
    FROM ranked
    GROUP BY person_id, family, provider, started_on
),
kept AS (
    SELECT
        course.*,
        CASE WHEN is_ended THEN last_on END AS ended_on,
        CASE WHEN is_ended THEN last_on ELSE :as_of END AS until_on,
        started_on - CAST(:window_days AS INT) AS before_from,
        last_on + CAST(:window_days AS INT) AS after_until
    FROM course
    WHERE NOT is_ended OR last_on >= :since
),
served AS (
    SELECT DISTINCT person_id FROM kept
),
event AS (
    -- One day on which a person was given what is counted beside her courses.
    SELECT
        service_line.person_id,
        service_line.family,
        service_line.starts_on
    FROM service_line
    JOIN served ON served.person_id = service_line.person_id
    WHERE service_line.family IN ('ed', 'primary_care', 'recovery_support') AND service_line.starts_on <= :as_of
    GROUP BY service_line.person_id, service_line.family, service_line.starts_on
    HAVING
        SUM(
            CASE
                WHEN SUBSTRING(bill_type, LENGTH(bill_type), 1) = '8' OR allowed_amount < 0 OR paid_amount < 0 THEN -1
                ELSE 1
            END
        ) > 0
),
eventful AS (
    SELECT
        kept.course_id,
        SUM(CASE WHEN event.family = 'ed' AND event.starts_on >= kept.before_from AND event.starts_on < kept.started_on THEN 1 ELSE 0 END)
            AS ed_before,
        SUM(CASE WHEN event.family = 'ed' AND event.starts_on > kept.last_on AND event.starts_on <= kept.after_until THEN 1 ELSE 0 END)
            AS ed_after,
        MIN(CASE WHEN event.family = 'primary_care' AND event.starts_on >= kept.started_on AND event.starts_on <= kept.until_on THEN event.starts_on END)
            AS primary_care_on,
        MIN(CASE WHEN event.family = 'recovery_support' AND event.starts_on >= kept.ended_on THEN event.starts_on END) AS support_on
    FROM kept
    JOIN event ON event.person_id = kept.person_id
    GROUP BY kept.course_id
),
around AS (
    -- Other courses and stays of hers, counted by the day on which they began.
    SELECT
        kept.course_id,
        SUM(CASE WHEN course.started_on < kept.started_on AND course.started_on >= kept.started_on - CAST(:prior_days AS INT) THEN 1 ELSE 0 END)
            AS prior_courses,
        SUM(CASE WHEN course.family = 'detox' AND course.started_on < kept.started_on AND course.started_on >= kept.before_from THEN 1 ELSE 0 END)
            AS detox_before,
        SUM(CASE WHEN course.family = 'detox' AND course.started_on > kept.last_on AND course.started_on <= kept.after_until THEN 1 ELSE 0 END)
            AS detox_after,
        SUM(CASE WHEN course.family = 'residential' AND course.started_on < kept.started_on AND course.started_on >= kept.before_from THEN 1 ELSE 0 END)
            AS residential_before,
        SUM(CASE WHEN course.family = 'residential' AND course.started_on > kept.last_on AND course.started_on <= kept.after_until THEN 1 ELSE 0 END)
            AS residential_after
    FROM kept
    JOIN course ON course.person_id = kept.person_id
    GROUP BY kept.course_id
),
-- Stretches of enrolment without a day between them, and no further back than the first line of the extract.
enrolled AS (
    SELECT coverage.person_id, coverage.starts_on, LEAST(COALESCE(coverage.ends_on, :as_of), :as_of) AS ends_on
    FROM coverage
    JOIN served ON served.person_id = coverage.person_id
    WHERE coverage.starts_on <= :as_of
),
enrolled_in_order AS (
    SELECT
        enrolled.*,
        MAX(ends_on) OVER (
            PARTITION BY person_id ORDER BY starts_on, ends_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before_on
    FROM enrolled
),
enrolled_stretch AS (
    SELECT
        enrolled_in_order.person_id,
        enrolled_in_order.ends_on,
        MAX(CASE WHEN before_on IS NULL OR DATEDIFF('DAY', before_on, starts_on) > 1 THEN starts_on END) OVER (
            PARTITION BY person_id ORDER BY starts_on, ends_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS begins_on
    FROM enrolled_in_order
),
extract_begin AS (
    SELECT MIN(starts_on) AS first_on FROM service_line
),
stretch AS (
    SELECT person_id, GREATEST(begins_on, first_on) AS starts_on, MAX(ends_on) AS ends_on
    FROM enrolled_stretch
    CROSS JOIN extract_begin
    GROUP BY person_id, begins_on, first_on
),
covered AS (
    SELECT
        kept.course_id,
        BOOL_OR(stretch.starts_on <= kept.before_from AND DATEDIFF('DAY', stretch.ends_on, kept.started_on) <= 1) AS before,
        BOOL_OR(
            kept.is_ended AND DATEDIFF('DAY', stretch.starts_on, kept.last_on) >= -1 AND stretch.ends_on >= kept.after_until
        ) AS after,
        BOOL_OR(stretch.starts_on <= kept.started_on - CAST(:prior_days AS INT) AND DATEDIFF('DAY', stretch.ends_on, kept.started_on) <= 1)
            AS year_before,
        BOOL_OR(stretch.starts_on <= kept.started_on AND stretch.ends_on >= kept.until_on) AS during
    FROM kept
    JOIN stretch ON stretch.person_id = kept.person_id
    GROUP BY kept.course_id
),
told AS (
    -- What the payer was told of the course: the admission and the discharge nearest to it, each within the gap.
    SELECT
        kept.course_id,
        payer_episode.referral_source,
        payer_episode.discharge_reason,
        ABS(DATEDIFF('DAY', kept.started_on, payer_episode.admission_date)) <= :course_gap_days AS is_of_start,
        kept.is_ended
            AND payer_episode.discharge_date <= :as_of
            AND ABS(DATEDIFF('DAY', kept.last_on, payer_episode.discharge_date)) <= :course_gap_days AS is_of_end,
        ROW_NUMBER() OVER (
            PARTITION BY kept.course_id
            ORDER BY
                ABS(DATEDIFF('DAY', kept.started_on, payer_episode.admission_date)),
                CASE WHEN payer_episode.program = kept.provider THEN 0 ELSE 1 END,
                payer_episode.episode_id
        ) AS from_start,
        ROW_NUMBER() OVER (
            PARTITION BY kept.course_id
            ORDER BY
                CASE WHEN payer_episode.discharge_date <= :as_of THEN ABS(DATEDIFF('DAY', kept.last_on, payer_episode.discharge_date)) END
                    NULLS LAST,
                CASE WHEN payer_episode.program = kept.provider THEN 0 ELSE 1 END,
                payer_episode.episode_id
        ) AS from_end
    FROM kept
    JOIN payer_episode ON payer_episode.person_id = kept.person_id
    WHERE payer_episode.admission_date <= :as_of
        AND kept.family = CASE
            WHEN payer_episode.level_of_care = '2.1' THEN 'iop'
            WHEN payer_episode.level_of_care = '2.5' THEN 'php'
            WHEN payer_episode.level_of_care = '1' THEN 'basic_outpatient'
            WHEN payer_episode.level_of_care = '1-OTP' THEN 'otp'
            WHEN payer_episode.level_of_care IN ('3.1', '3.3', '3.5', '3.7') THEN 'residential'
            WHEN payer_episode.level_of_care IN ('1-WM', '2-WM', '3.2-WM', '3.7-WM', '4-WM') THEN 'detox'
            ELSE payer_episode.level_of_care
        END
),
reason AS (
    SELECT
        course_id,
        MAX(CASE WHEN from_start = 1 AND is_of_start THEN referral_source END) AS referral_source,
        MAX(CASE WHEN from_end = 1 AND is_of_end THEN discharge_reason END) AS end_reason
    FROM told
    GROUP BY course_id
),
measured AS (
    SELECT
        kept.course_id,
        payer_assessment.tool,
        payer_assessment.assessed_on,
        payer_assessment.score,
        ABS(DATEDIFF('DAY', kept.started_on, payer_assessment.assessed_on)) <= :observed_days AS is_near_start,
        COALESCE(ABS(DATEDIFF('DAY', kept.ended_on, payer_assessment.assessed_on)) <= :observed_days, FALSE) AS is_near_end,
        ROW_NUMBER() OVER (
            PARTITION BY kept.course_id, payer_assessment.tool
            ORDER BY
                CASE WHEN payer_assessment.assessed_on <= kept.started_on THEN 0 ELSE 1 END,
                ABS(DATEDIFF('DAY', kept.started_on, payer_assessment.assessed_on)),
                payer_assessment.assessment_id
        ) AS from_start,
        ROW_NUMBER() OVER (
            PARTITION BY kept.course_id, payer_assessment.tool
            ORDER BY payer_assessment.assessed_on DESC, payer_assessment.assessment_id DESC
        ) AS from_end
    FROM kept
    JOIN payer_assessment ON payer_assessment.person_id = kept.person_id
    WHERE payer_assessment.score IS NOT NULL
        AND payer_assessment.assessed_on >= kept.started_on - CAST(:observed_days AS INT)
        AND payer_assessment.assessed_on <= LEAST(:as_of, kept.until_on + CAST(:observed_days AS INT))
),
by_tool AS (
    SELECT
        course_id,
        tool,
        MAX(CASE WHEN from_start = 1 AND is_near_start THEN score END) AS score_start,
        MAX(CASE WHEN from_start = 1 AND is_near_start THEN assessed_on END) AS start_seen_on,
        MAX(CASE WHEN from_end = 1 AND is_near_end THEN score END) AS score_end,
        MAX(CASE WHEN from_end = 1 AND is_near_end THEN assessed_on END) AS end_seen_on
    FROM measured
    GROUP BY course_id, tool
),
best_tool AS (
    SELECT
        course_id,
        score_start,
        CASE WHEN end_seen_on > start_seen_on THEN score_end END AS score_end,
        ROW_NUMBER() OVER (
            PARTITION BY course_id ORDER BY CASE WHEN end_seen_on > start_seen_on THEN 0 ELSE 1 END, tool
        ) AS place
    FROM by_tool
    WHERE score_start IS NOT NULL
),
found AS (
    SELECT
        kept.*,
        person.sex,
        EXTRACT(YEAR FROM kept.started_on) - EXTRACT(YEAR FROM person.birth_date) - CASE
            WHEN EXTRACT(MONTH FROM kept.started_on) * 100 + EXTRACT(DAY FROM kept.started_on)
                < EXTRACT(MONTH FROM person.birth_date) * 100 + EXTRACT(DAY FROM person.birth_date) THEN 1
            ELSE 0
        END AS age,
        EXTRACT(YEAR FROM kept.last_on) - EXTRACT(YEAR FROM person.birth_date) - CASE
            WHEN EXTRACT(MONTH FROM kept.last_on) * 100 + EXTRACT(DAY FROM kept.last_on)
                < EXTRACT(MONTH FROM person.birth_date) * 100 + EXTRACT(DAY FROM person.birth_date) THEN 1
            ELSE 0
        END AS age_at_end,
        reason.referral_source,
        reason.end_reason,
        eventful.ed_before,
        eventful.ed_after,
        eventful.primary_care_on,
        eventful.support_on,
        around.prior_courses,
        around.detox_before,
        around.detox_after,
        around.residential_before,
        around.residential_after,
        best_tool.score_start,
        best_tool.score_end,
        covered.before,
        covered.after,
        covered.year_before,
        covered.during,
        covered.before AND covered.after AS on_both_sides,
        DATEDIFF('DAY', kept.started_on, kept.until_on) AS days_in_service
    FROM kept
    LEFT JOIN person ON person.person_id = kept.person_id
    LEFT JOIN reason ON reason.course_id = kept.course_id
    LEFT JOIN eventful ON eventful.course_id = kept.course_id
    LEFT JOIN around ON around.course_id = kept.course_id
    LEFT JOIN covered ON covered.course_id = kept.course_id
    LEFT JOIN best_tool ON best_tool.course_id = kept.course_id AND best_tool.place = 1
)
SELECT
    course_id AS case_id,
    person_id,
    service,
    NULLIF(provider, '') AS program,
    clinician,
    first_clinician,
    until_on AS on_date,
    started_on,
    ended_on,
    CAST(age AS BIGINT) AS age,
    sex,
    CASE
        WHEN diagnosis = 'F10' THEN 'alcohol'
        WHEN diagnosis = 'F11' THEN 'opioid'
        WHEN diagnosis = 'F12' THEN 'cannabis'
        WHEN diagnosis IN ('F14', 'F15') THEN 'stimulant'
        WHEN diagnosis IS NOT NULL THEN 'other'
    END AS substance,
    CASE WHEN year_before THEN CAST(COALESCE(prior_courses, 0) AS BIGINT) END AS prior_courses,
    referral_source,
    is_ended,
    CAST(days_in_service AS BIGINT) AS days_in_service,
    end_reason,
    CASE
        WHEN days_in_service > :drop_out_days OR end_reason = 'completed' THEN FALSE
        WHEN is_ended THEN TRUE
    END AS left_early,
    end_reason = 'completed' AS completed,
    CAST(contacts AS BIGINT) AS contact_count,
    CAST(gap_days AS BIGINT) AS longest_gap_days,
    CAST(units AS DECIMAL(18, 4)) AS units_billed,
    CASE WHEN service <> 'irs' THEN CAST(DATEDIFF('DAY', ended_on, support_on) AS BIGINT) END AS step_down_days,
    is_ended AND DATEDIFF('DAY', last_on, :as_of) > :step_down_days AS step_down_window_over,
    CASE WHEN is_ended AND (service <> 'iop' OR sex = 'male' OR age_at_end < 18) THEN FALSE END AS may_be_eligible_irs,
    CASE WHEN primary_care_on IS NOT NULL THEN TRUE WHEN during THEN FALSE END AS is_linked_to_primary_care,
    CASE
        WHEN primary_care_on IS NOT NULL THEN CAST(DATEDIFF('DAY', started_on, primary_care_on) AS BIGINT)
        WHEN during THEN CAST(days_in_service AS BIGINT)
    END AS days_to_primary_care,
    CAST(score_start AS DECIMAL(18, 4)) AS score_start,
    CAST(score_end AS DECIMAL(18, 4)) AS score_end,
    on_both_sides AS covered_before_and_after,
    CASE WHEN on_both_sides THEN CAST(COALESCE(detox_before, 0) AS BIGINT) END AS detox_before,
    CASE WHEN on_both_sides THEN CAST(COALESCE(detox_after, 0) AS BIGINT) END AS detox_after,
    CASE WHEN on_both_sides THEN CAST(COALESCE(residential_before, 0) AS BIGINT) END AS residential_before,
    CASE WHEN on_both_sides THEN CAST(COALESCE(residential_after, 0) AS BIGINT) END AS residential_after,
    CASE WHEN on_both_sides THEN CAST(COALESCE(ed_before, 0) AS BIGINT) END AS ed_before,
    CASE WHEN on_both_sides THEN CAST(COALESCE(ed_after, 0) AS BIGINT) END AS ed_after
FROM found
