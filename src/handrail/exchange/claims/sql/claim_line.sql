-- One row per claim line, as the records declare it.
SELECT
    claim_line_id,
    claim_id,
    person_id,
    billing_npi,
    rendering_npi,
    COALESCE(hcpcs, revenue_code) AS service_code,
    NULLIF(modifiers, '') AS modifiers,
    units,
    starts_on,
    ends_on,
    diagnosis_code,
    paid_amount
FROM line
