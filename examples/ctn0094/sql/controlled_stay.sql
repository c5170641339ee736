-- One row per stay in detox: days in a controlled setting, to be left out where use is counted per person-time.
SELECT
    CAST(who AS INTEGER) AS person_id,
    MIN(day) FILTER (WHERE what = 'admission') AS admitted_day,
    MAX(day) FILTER (WHERE what = 'discharge') AS discharged_day
FROM detox
GROUP BY who
ORDER BY person_id
