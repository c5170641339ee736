-- One row per person: trial, site, what was known on the first day. Days count from the first day of the study, day 0.
WITH first_phase AS (
    SELECT who, treatment, day FROM randomization WHERE which = '1'
),

asked AS (
    SELECT who, MAX(CASE WHEN what IN ('heroin', 'opioid', 'speedball') THEN days END) AS opioid_days FROM rbs GROUP BY who
)

SELECT
    CAST(everybody.who AS INTEGER) AS person_id,
    CAST(everybody.project AS INTEGER) AS trial,
    CAST(site_masked.site_masked AS INTEGER) AS site,
    first_phase.treatment AS arm,
    first_phase.day AS randomized_day,
    CAST(CAST(demographics.age AS DOUBLE) AS INTEGER) AS age,
    CASE demographics.is_male WHEN 'Yes' THEN 'male' WHEN 'No' THEN 'female' END AS sex,
    demographics.job,
    CASE demographics.is_living_stable WHEN 'Yes' THEN TRUE WHEN 'No' THEN FALSE END AS has_stable_home,
    CASE asi.used_iv WHEN 'Yes' THEN TRUE WHEN 'No' THEN FALSE END AS has_injected,
    asked.opioid_days AS opioid_days_30
FROM everybody
LEFT JOIN site_masked USING (who)
LEFT JOIN first_phase USING (who)
LEFT JOIN demographics USING (who)
LEFT JOIN asi USING (who)
LEFT JOIN asked USING (who)
ORDER BY person_id
