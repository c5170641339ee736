-- One row per row of eligibility.
SELECT
    'coverage-' || MD5(TO_JSON([
        person_id, member_id, CAST(enrollment_start_date AS VARCHAR), CAST(enrollment_end_date AS VARCHAR),
        payer, plan, data_source
    ])) AS coverage_id,
    person_id,
    payer,
    payer_type,
    enrollment_start_date AS starts_on,
    enrollment_end_date AS ends_on
FROM eligibility
