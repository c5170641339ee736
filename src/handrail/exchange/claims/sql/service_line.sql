-- One row per claim line: its service family by the rules that ask most on its first day.
-- Where those rules give two families (two modifiers), the family is empty and both are named in `families`.
WITH on_the_day AS (
    SELECT
        line.*,
        LIST_FILTER(signature.matching, LAMBDA one: one.since <= line.starts_on AND line.starts_on < one.until) AS holding
    FROM line
    LEFT JOIN signature ON
        line.hcpcs IS NOT DISTINCT FROM signature.hcpcs
        AND line.modifiers = signature.modifiers
        AND line.revenue_code IS NOT DISTINCT FROM signature.revenue_code
        AND line.place_of_service IS NOT DISTINCT FROM signature.place_of_service
),

winning AS (
    SELECT *, LIST_FILTER(holding, LAMBDA one: one.rank = holding[1].rank) AS winners FROM on_the_day
),

named AS (
    SELECT *, LIST_SORT(LIST_DISTINCT(LIST_TRANSFORM(winners, LAMBDA one: one.family))) AS names FROM winning
)

SELECT
    claim_line_id,
    claim_id,
    data_source,
    person_id,
    CASE WHEN LEN(names) = 1 THEN names[1] END AS family,
    CASE WHEN LEN(names) > 0 THEN ARRAY_TO_STRING(names, ' ') END AS families,
    winners[1].line AS rule_line,
    hcpcs,
    NULLIF(modifiers, '') AS modifiers,
    revenue_code,
    place_of_service,
    starts_on,
    ends_on,
    units,
    billing_npi,
    rendering_npi,
    facility_npi,
    diagnosis_code,
    bill_type,
    admitted_on,
    discharged_on,
    payer,
    plan,
    paid_amount,
    allowed_amount,
    in_network
FROM named
