-- One row per course of intensive outpatient treatment in a payer's claims and week, Monday to Sunday, from its first
-- line to its last: a week is full where lines before or on its Monday and on or after its Sunday show that she stayed.
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
    WHERE family = 'iop' AND starts_on <= :as_of
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
                    > CASE WHEN family IN (:stay_families) THEN :stay_gap_days ELSE :course_gap_days END THEN starts_on
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
            > CASE WHEN family IN (:stay_families) THEN :stay_gap_days ELSE :course_gap_days END AS is_ended
    FROM ranked
    GROUP BY person_id, family, provider, started_on
),
numbered AS (
    SELECT
        course.*,
        UNNEST(
            GENERATE_SERIES(
                CAST(DATE_TRUNC('week', GREATEST(started_on, :since)) AS DATE),
                CAST(DATE_TRUNC('week', last_on) AS DATE),
                INTERVAL '7' DAY
            )
        ) AS monday
    FROM course
    WHERE last_on >= :since
),
dated AS (
    SELECT numbered.*, CAST(monday AS DATE) AS week FROM numbered
),
-- A line that runs over several days, or has more than one unit, may stand for more days than the one on which it begins.
long_line AS (
    SELECT
        person_id,
        provider,
        started_on,
        UNNEST(
            GENERATE_SERIES(
                CAST(DATE_TRUNC('week', starts_on) AS DATE), CAST(DATE_TRUNC('week', last_on) AS DATE), INTERVAL '7' DAY
            )
        ) AS monday
    FROM in_course
    WHERE last_on > starts_on OR units > 1
),
unclear AS (
    SELECT DISTINCT person_id, provider, started_on, CAST(monday AS DATE) AS week FROM long_line
),
served AS (
    SELECT
        person_id,
        provider,
        started_on,
        CAST(DATE_TRUNC('week', starts_on) AS DATE) AS week,
        SUM(CASE WHEN is_new_day THEN 1 ELSE 0 END) AS days
    FROM in_course
    GROUP BY person_id, provider, started_on, CAST(DATE_TRUNC('week', starts_on) AS DATE)
)
SELECT
    CONCAT(dated.course_id, '|', CAST(dated.week AS VARCHAR)) AS case_id,
    dated.course_id,
    dated.person_id,
    dated.service,
    NULLIF(dated.provider, '') AS program,
    dated.clinician,
    dated.first_clinician,
    dated.week AS on_date,
    dated.week,
    dated.week >= dated.started_on AND dated.week + 6 <= dated.last_on AS is_full_week,
    CAST(COALESCE(served.days, 0) AS BIGINT) AS service_days,
    CASE
        WHEN COALESCE(served.days, 0) * :per_diem_minutes >= :nine_hours THEN FALSE
        WHEN unclear.week IS NULL THEN TRUE
    END AS below_nine
FROM dated
LEFT JOIN served
    ON served.person_id = dated.person_id
    AND served.provider = dated.provider
    AND served.started_on = dated.started_on
    AND served.week = dated.week
LEFT JOIN unclear
    ON unclear.person_id = dated.person_id
    AND unclear.provider = dated.provider
    AND unclear.started_on = dated.started_on
    AND unclear.week = dated.week
