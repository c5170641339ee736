-- One row per claim line: codes in the form in which the code table has them, days of the line or else of the claim.
SELECT
    REPLACE(REPLACE(data_source, '%', '%25'), ':', '%3A') || ':' || claim_id || ':' || claim_line_number AS claim_line_id,
    claim_id,
    data_source,
    person_id,
    UPPER(TRIM(hcpcs_code)) AS hcpcs,
    CONCAT_WS(
        ' ', UPPER(TRIM(hcpcs_modifier_1)), UPPER(TRIM(hcpcs_modifier_2)), UPPER(TRIM(hcpcs_modifier_3)),
        UPPER(TRIM(hcpcs_modifier_4)), UPPER(TRIM(hcpcs_modifier_5))
    ) AS modifiers,
    CASE WHEN LENGTH(TRIM(revenue_center_code)) < 4 THEN LPAD(TRIM(revenue_center_code), 4, '0') ELSE TRIM(revenue_center_code) END AS revenue_code,
    CASE WHEN LENGTH(TRIM(place_of_service_code)) < 2 THEN LPAD(TRIM(place_of_service_code), 2, '0') ELSE TRIM(place_of_service_code) END AS place_of_service,
    COALESCE(claim_line_start_date, claim_start_date) AS starts_on,
    COALESCE(claim_line_end_date, CASE WHEN claim_line_start_date IS NULL THEN claim_end_date END) AS ends_on,
    service_unit_quantity AS units,
    billing_npi,
    rendering_npi,
    facility_npi,
    CASE
        WHEN LOWER(diagnosis_code_type) = 'icd-10-cm' AND LENGTH(diagnosis_code_1) > 3 AND diagnosis_code_1 NOT LIKE '%.%'
        THEN diagnosis_code_1[:3] || '.' || diagnosis_code_1[4:]
        ELSE diagnosis_code_1
    END AS diagnosis_code,
    bill_type_code AS bill_type,
    admission_date AS admitted_on,
    discharge_date AS discharged_on,
    payer,
    plan,
    paid_amount,
    allowed_amount,
    in_network_flag AS in_network
FROM medical_claim
