-- One row per course of intensive outpatient treatment in a payer's claims and week, Monday to Sunday, from its first
-- line to its last: a week is full where lines before or on its Monday and on or after its Sunday show that she stayed.
WITH given AS (
    -- One day on which one person was given the service by one clinician, if not all its lines were taken back.
    SELECT
        person_id,
        COALESCE(billing_npi, '') AS provider,
        rendering_npi,
        starts_on,
        MAX(LEAST(COALESCE(ends_on, starts_on), :as_of)) AS last_on,
        -- More than one unit, or more than one day, may stand for other days than the one on which it begins.
        BOOL_OR(ends_on > starts_on)
            OR SUM(
                CASE
                    WHEN SUBSTRING(bill_type, LENGTH(bill_type), 1) = '8' OR allowed_amount < 0 OR paid_amount < 0 THEN -units
                    ELSE units
                END
            ) > 1 AS is_unclear
    FROM service_line
    WHERE family = 'iop' AND starts_on <= :as_of
    GROUP BY person_id, COALESCE(billing_npi, ''), rendering_npi, starts_on
    HAVING
        SUM(
            CASE
                WHEN SUBSTRING(bill_type, LENGTH(bill_type), 1) = '8' OR allowed_amount < 0 OR paid_amount < 0 THEN -1
                ELSE 1
            END
        ) > 0
),
day AS (
    SELECT person_id, provider, starts_on, MAX(last_on) AS last_on, COALESCE(BOOL_OR(is_unclear), FALSE) AS is_unclear
    FROM given
    GROUP BY person_id, provider, starts_on
),
in_course AS (
    SELECT
        episode_outcome.case_id AS course_id,
        day.starts_on,
        day.last_on,
        day.is_unclear,
        CAST(DATE_TRUNC('week', day.starts_on) AS DATE) AS week
    FROM episode_outcome
    JOIN day ON day.person_id = episode_outcome.person_id AND day.provider = COALESCE(episode_outcome.program, '')
    WHERE episode_outcome.service = 'iop'
        AND day.starts_on >= episode_outcome.started_on
        AND day.starts_on <= COALESCE(episode_outcome.ended_on, :as_of)
),
lasting AS (
    SELECT course_id, MAX(last_on) AS last_on FROM in_course GROUP BY course_id
),
course AS (
    SELECT
        lasting.course_id,
        lasting.last_on,
        episode_outcome.person_id,
        episode_outcome.service,
        episode_outcome.program,
        episode_outcome.clinician,
        episode_outcome.first_clinician,
        episode_outcome.started_on
    FROM lasting
    JOIN episode_outcome ON episode_outcome.case_id = lasting.course_id
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
long_line AS (
    SELECT
        course_id,
        UNNEST(
            GENERATE_SERIES(
                CAST(DATE_TRUNC('week', starts_on) AS DATE), CAST(DATE_TRUNC('week', last_on) AS DATE), INTERVAL '7' DAY
            )
        ) AS monday
    FROM in_course
    WHERE is_unclear
),
unclear AS (
    SELECT DISTINCT course_id, CAST(monday AS DATE) AS week FROM long_line
),
served AS (
    SELECT course_id, week, COUNT(*) AS days FROM in_course GROUP BY course_id, week
)
SELECT
    CONCAT(dated.course_id, '|', CAST(dated.week AS VARCHAR)) AS case_id,
    dated.course_id,
    dated.person_id,
    dated.service,
    dated.program,
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
LEFT JOIN served ON served.course_id = dated.course_id AND served.week = dated.week
LEFT JOIN unclear ON unclear.course_id = dated.course_id AND unclear.week = dated.week
