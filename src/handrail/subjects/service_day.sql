-- One row per program and day on which it held at least one session.
WITH day AS (
    SELECT DISTINCT program_id, held_on AS service_date FROM session WHERE status = 'held'
),
licensed AS (
    SELECT day.program_id, day.service_date, COUNT(*) AS license_count
    FROM day
    JOIN facility_license ON facility_license.program_id = day.program_id
    WHERE facility_license.issued_on <= day.service_date
        AND (facility_license.expires_on IS NULL OR facility_license.expires_on >= day.service_date)
    GROUP BY day.program_id, day.service_date
)
SELECT
    day.program_id,
    day.service_date,
    program.service,
    day.service_date AS judged_on,
    program.license_required,
    COALESCE(licensed.license_count, 0) > 0 AS facility_is_licensed,
    CASE WHEN TRIM(program.license_exempt_reason) <> '' THEN TRUE ELSE FALSE END AS exemption_is_explained
FROM day
JOIN program ON program.program_id = day.program_id
LEFT JOIN licensed ON licensed.program_id = day.program_id AND licensed.service_date = day.service_date
