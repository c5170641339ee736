-- One row per person, day, substance and source: a day on which use was told or found. No row does not mean no use.
SELECT DISTINCT
    CAST(told.who AS INTEGER) AS person_id,
    told.day,
    told.what AS substance,
    COALESCE(substances.kind, 'other') AS kind,
    told.source
FROM (
    SELECT who, day, what, 'calendar' AS source FROM tlfb
    UNION ALL
    SELECT who, day, what, 'test' AS source FROM uds
) AS told
LEFT JOIN substances ON substances.substance = told.what
ORDER BY ALL
