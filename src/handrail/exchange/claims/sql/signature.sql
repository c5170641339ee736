-- One row per set of codes that occurs: the rules that match it, those that ask most first.
WITH sets AS (
    SELECT DISTINCT hcpcs, modifiers, revenue_code, place_of_service FROM line
)

SELECT
    sets.hcpcs,
    sets.modifiers,
    sets.revenue_code,
    sets.place_of_service,
    LIST(
        {'rank': rules.rank, 'family': rules.family, 'line': rules.line, 'since': rules.since, 'until': rules.until}
        ORDER BY rules.rank DESC, rules.line
    ) AS matching
FROM sets
JOIN rules ON
    (rules.hcpcs_first IS NULL OR (LENGTH(sets.hcpcs) = 5 AND sets.hcpcs BETWEEN rules.hcpcs_first AND rules.hcpcs_last))
    AND (rules.modifier_first IS NULL OR LEN(LIST_FILTER(
        STRING_SPLIT(sets.modifiers, ' '), LAMBDA one: one BETWEEN rules.modifier_first AND rules.modifier_last
    )) > 0)
    AND (rules.revenue_code_first IS NULL OR (
        LENGTH(sets.revenue_code) = 4 AND sets.revenue_code BETWEEN rules.revenue_code_first AND rules.revenue_code_last
    ))
    AND (rules.place_of_service_first IS NULL OR (
        LENGTH(sets.place_of_service) = 2
        AND sets.place_of_service BETWEEN rules.place_of_service_first AND rules.place_of_service_last
    ))
GROUP BY ALL
