-- One row per course in a payer's claims (see episode_outcome.sql) and calendar month that it touches since :since.
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
    WHERE family IN (:course_families) AND starts_on <= :as_of
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
open_in AS (
    SELECT course.*, CASE WHEN is_ended THEN last_on ELSE :as_of END AS until_on
    FROM course
    WHERE NOT is_ended OR last_on >= :since
),
numbered AS (
    SELECT
        open_in.*,
        UNNEST(
            GENERATE_SERIES(
                CAST(DATE_TRUNC('month', GREATEST(started_on, :since)) AS DATE),
                CAST(DATE_TRUNC('month', until_on) AS DATE),
                INTERVAL '1' MONTH
            )
        ) AS month_begin
    FROM open_in
),
dated AS (
    SELECT numbered.*, CAST(month_begin AS DATE) AS month FROM numbered
),
period AS (
    SELECT dated.*, GREATEST(started_on, month) AS first_on, LEAST(until_on, LAST_DAY(month)) AS final_on FROM dated
),
contact_month AS (
    -- A gap that began before the month counts from its first day.
    SELECT
        person_id,
        family,
        provider,
        started_on,
        CAST(DATE_TRUNC('month', starts_on) AS DATE) AS month,
        SUM(CASE WHEN is_new_day THEN 1 ELSE 0 END) AS contacts,
        CASE WHEN COUNT(units) = COUNT(*) THEN SUM(units) END AS units,
        MAX(
            CASE WHEN starts_on > started_on
                THEN GREATEST(0, DATEDIFF('DAY', GREATEST(before_on, CAST(DATE_TRUNC('month', starts_on) AS DATE)), starts_on))
                ELSE 0
            END
        ) AS gap_days,
        MAX(last_on) AS last_on
    FROM in_course
    WHERE starts_on >= CAST(DATE_TRUNC('month', :since) AS DATE)
    GROUP BY person_id, family, provider, started_on, CAST(DATE_TRUNC('month', starts_on) AS DATE)
),
served AS (
    SELECT DISTINCT person_id FROM open_in
),
event AS (
    -- One day on which a person was given what is counted beside her courses.
    SELECT
        service_line.person_id,
        service_line.family,
        service_line.starts_on,
        CAST(DATE_TRUNC('month', service_line.starts_on) AS DATE) AS month
    FROM service_line
    JOIN served ON served.person_id = service_line.person_id
    WHERE service_line.family IN ('basic_outpatient', 'crisis', 'ed')
        AND service_line.starts_on <= :as_of
        AND service_line.starts_on >= CAST(DATE_TRUNC('month', :since) AS DATE)
    GROUP BY service_line.person_id, service_line.family, service_line.starts_on
    HAVING
        SUM(
            CASE
                WHEN SUBSTRING(bill_type, LENGTH(bill_type), 1) = '8' OR allowed_amount < 0 OR paid_amount < 0 THEN -1
                ELSE 1
            END
        ) > 0
),
beside AS (
    SELECT
        period.course_id,
        period.month,
        SUM(CASE WHEN event.family = 'basic_outpatient' THEN 1 ELSE 0 END) AS basic_contacts,
        SUM(CASE WHEN event.family = 'crisis' THEN 1 ELSE 0 END) AS crisis_contacts,
        SUM(CASE WHEN event.family = 'ed' THEN 1 ELSE 0 END) AS ed_visits
    FROM period
    JOIN event ON event.person_id = period.person_id AND event.month = period.month
    WHERE event.starts_on >= period.first_on AND event.starts_on <= period.final_on
    GROUP BY period.course_id, period.month
),
-- A side table without a row says nothing: perhaps it was not given, perhaps nobody reports.
side_table AS (
    SELECT
        (SELECT COUNT(*) FROM payer_incident) > 0 AS has_incidents,
        (SELECT COUNT(*) FROM payer_grievance) > 0 AS has_grievances
),
incident AS (
    SELECT
        period.course_id,
        period.month,
        COUNT(*) AS incidents,
        CASE
            WHEN COUNT(payer_incident.severity) = COUNT(*)
            THEN SUM(CASE WHEN payer_incident.severity IN ('severe', 'sentinel') THEN 1 ELSE 0 END)
        END AS severe_incidents
    FROM period
    JOIN payer_incident
        ON payer_incident.person_id = period.person_id
        AND CAST(DATE_TRUNC('month', payer_incident.occurred_on) AS DATE) = period.month
    WHERE payer_incident.occurred_on >= period.first_on AND payer_incident.occurred_on <= period.final_on
    GROUP BY period.course_id, period.month
),
grievance AS (
    SELECT period.course_id, period.month, COUNT(*) AS grievances
    FROM period
    JOIN payer_grievance
        ON payer_grievance.person_id = period.person_id
        AND CAST(DATE_TRUNC('month', payer_grievance.received_on) AS DATE) = period.month
    WHERE payer_grievance.received_on >= period.first_on AND payer_grievance.received_on <= period.final_on
    GROUP BY period.course_id, period.month
)
SELECT
    CONCAT(period.course_id, '|', SUBSTRING(CAST(period.month AS VARCHAR), 1, 7)) AS case_id,
    period.course_id,
    period.person_id,
    period.service,
    NULLIF(period.provider, '') AS program,
    period.clinician,
    period.first_clinician,
    period.month AS on_date,
    period.month,
    CAST(DATEDIFF('DAY', period.first_on, period.final_on) + 1 AS BIGINT) AS days_enrolled,
    CAST(COALESCE(contact_month.contacts, 0) AS BIGINT) AS contacts,
    CASE WHEN period.service <> 'basic_outpatient' THEN CAST(COALESCE(beside.basic_contacts, 0) AS BIGINT) END AS basic_contacts,
    CAST(COALESCE(beside.crisis_contacts, 0) AS BIGINT) AS crisis_contacts,
    CAST(COALESCE(beside.ed_visits, 0) AS BIGINT) AS ed_visits,
    CASE WHEN side_table.has_incidents THEN CAST(COALESCE(incident.incidents, 0) AS BIGINT) END AS incidents,
    CASE
        WHEN incident.course_id IS NOT NULL THEN CAST(incident.severe_incidents AS BIGINT)
        WHEN side_table.has_incidents THEN CAST(0 AS BIGINT)
    END AS severe_incidents,
    CASE WHEN side_table.has_grievances THEN CAST(COALESCE(grievance.grievances, 0) AS BIGINT) END AS grievances,
    CAST(CASE WHEN contact_month.contacts IS NULL THEN 0 ELSE contact_month.units END AS DECIMAL(18, 4)) AS units_billed,
    CAST(
        CASE
            WHEN contact_month.contacts IS NULL THEN DATEDIFF('DAY', period.first_on, period.final_on)
            ELSE GREATEST(contact_month.gap_days, DATEDIFF('DAY', contact_month.last_on, period.final_on), 0)
        END AS BIGINT
    ) AS longest_gap_days
FROM period
CROSS JOIN side_table
LEFT JOIN contact_month
    ON contact_month.person_id = period.person_id
    AND contact_month.family = period.family
    AND contact_month.provider = period.provider
    AND contact_month.started_on = period.started_on
    AND contact_month.month = period.month
LEFT JOIN beside ON beside.course_id = period.course_id AND beside.month = period.month
LEFT JOIN incident ON incident.course_id = period.course_id AND incident.month = period.month
LEFT JOIN grievance ON grievance.course_id = period.course_id AND grievance.month = period.month
