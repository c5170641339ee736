-- One row per course in a payer's claims (see episode_outcome.sql) and calendar month that it touches.
WITH kept AS (
    SELECT
        case_id AS course_id,
        person_id,
        service,
        COALESCE(program, '') AS provider,
        clinician,
        first_clinician,
        started_on,
        COALESCE(ended_on, :as_of) AS until_on
    FROM episode_outcome
),
period AS (
    SELECT
        kept.*,
        calendar_month.month,
        GREATEST(kept.started_on, calendar_month.month) AS first_on,
        LEAST(kept.until_on, calendar_month.last_day) AS final_on
    FROM kept
    JOIN calendar_month ON calendar_month.month <= kept.until_on AND calendar_month.last_day >= kept.started_on
),
given AS (
    -- One day on which one person was given a service by one clinician, if not all its lines were taken back.
    SELECT
        person_id,
        family,
        COALESCE(billing_npi, '') AS provider,
        rendering_npi,
        starts_on,
        MAX(LEAST(COALESCE(ends_on, starts_on), :as_of)) AS last_on,
        CASE
            WHEN COUNT(units) = COUNT(*)
            THEN SUM(
                CASE
                    WHEN SUBSTRING(bill_type, LENGTH(bill_type), 1) = '8' OR allowed_amount < 0 OR paid_amount < 0 THEN -units
                    ELSE units
                END
            )
        END AS units
    FROM service_line
    WHERE family IN ('iop', 'recovery_support', 'php', 'residential', 'otp', 'basic_outpatient', 'detox')
        AND starts_on <= :as_of
        -- A line of the month before may reach into the first month.
        AND starts_on >= CAST(DATE_TRUNC('month', :since) AS DATE) - 31
    GROUP BY person_id, family, COALESCE(billing_npi, ''), rendering_npi, starts_on
    HAVING
        SUM(
            CASE
                WHEN SUBSTRING(bill_type, LENGTH(bill_type), 1) = '8' OR allowed_amount < 0 OR paid_amount < 0 THEN -1
                ELSE 1
            END
        ) > 0
),
day AS (
    SELECT
        person_id,
        CASE WHEN family = 'recovery_support' THEN 'irs' ELSE family END AS service,
        provider,
        starts_on,
        MAX(last_on) AS last_on,
        CASE WHEN COUNT(units) = COUNT(*) THEN SUM(units) END AS units
    FROM given
    GROUP BY person_id, family, provider, starts_on
),
in_course AS (
    SELECT
        kept.course_id,
        day.starts_on,
        day.last_on,
        day.units,
        CAST(DATE_TRUNC('month', day.starts_on) AS DATE) AS month,
        GREATEST(kept.started_on, CAST(DATE_TRUNC('month', day.starts_on) AS DATE)) AS month_from,
        MAX(day.last_on) OVER (
            PARTITION BY kept.course_id ORDER BY day.starts_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before_on
    FROM kept
    JOIN day ON day.person_id = kept.person_id AND day.service = kept.service AND day.provider = kept.provider
    WHERE day.starts_on >= kept.started_on AND day.starts_on <= kept.until_on
),
contact_month AS (
    -- A gap that began before the month counts from its first day.
    SELECT
        course_id,
        month,
        COUNT(*) AS contacts,
        CASE WHEN COUNT(units) = COUNT(*) THEN SUM(units) END AS units,
        MAX(GREATEST(0, DATEDIFF('DAY', GREATEST(month_from, COALESCE(before_on, month_from)), starts_on))) AS gap_days,
        MAX(last_on) AS last_on
    FROM in_course
    GROUP BY course_id, month
),
served AS (
    SELECT DISTINCT person_id FROM kept
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
incident_month AS (
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
grievance_month AS (
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
    CASE WHEN side_table.has_incidents THEN CAST(COALESCE(incident_month.incidents, 0) AS BIGINT) END AS incidents,
    CASE
        WHEN incident_month.course_id IS NOT NULL THEN CAST(incident_month.severe_incidents AS BIGINT)
        WHEN side_table.has_incidents THEN CAST(0 AS BIGINT)
    END AS severe_incidents,
    CASE WHEN side_table.has_grievances THEN CAST(COALESCE(grievance_month.grievances, 0) AS BIGINT) END AS grievances,
    CAST(CASE WHEN contact_month.contacts IS NULL THEN 0 ELSE contact_month.units END AS DECIMAL(18, 4)) AS units_billed,
    CAST(
        CASE
            WHEN contact_month.contacts IS NULL THEN DATEDIFF('DAY', period.first_on, period.final_on)
            ELSE GREATEST(contact_month.gap_days, DATEDIFF('DAY', contact_month.last_on, period.final_on), 0)
        END AS BIGINT
    ) AS longest_gap_days
FROM period
CROSS JOIN side_table
LEFT JOIN contact_month ON contact_month.course_id = period.course_id AND contact_month.month = period.month
LEFT JOIN beside ON beside.course_id = period.course_id AND beside.month = period.month
LEFT JOIN incident_month ON incident_month.course_id = period.course_id AND incident_month.month = period.month
LEFT JOIN grievance_month ON grievance_month.course_id = period.course_id AND grievance_month.month = period.month
