-- One row per person and phase of treatment to which she was assigned: how long she stayed on the medicine.
-- An injection of extended-release naltrexone lasts 28 days, every other dose one day.
WITH planned AS (
    SELECT project, treatment, phase, SUM(CAST(weeks AS DOUBLE)) * 7 AS days
    FROM meta_study_length
    WHERE description NOT ILIKE '%follow-up%'
    GROUP BY project, treatment, phase
),

phase AS (
    SELECT
        randomization.who,
        CAST(randomization.which AS INTEGER) AS phase,
        randomization.treatment AS arm,
        randomization.day AS assigned_day,
        LEAD(randomization.day) OVER (PARTITION BY randomization.who ORDER BY randomization.which) AS next_day,
        CAST(planned.days AS INTEGER) AS planned_days
    FROM randomization
    JOIN everybody USING (who)
    JOIN planned
        ON planned.project = everybody.project
        AND planned.treatment = randomization.treatment
        AND planned.phase = randomization.which
),

dosed AS (
    SELECT
        phase.who,
        phase.phase,
        MIN(dose.day) AS first_dose_day,
        MAX(dose.day) AS last_dose_day,
        COUNT(DISTINCT dose.day) AS dose_days
    FROM phase
    JOIN dose ON dose.who = phase.who
        AND (phase.phase = 1 OR dose.day >= phase.assigned_day)
        AND (phase.next_day IS NULL OR dose.day < phase.next_day)
    GROUP BY phase.who, phase.phase
),

stay AS (
    SELECT *, last_dose_day + CASE WHEN arm LIKE '%NTX%' THEN 28 ELSE 1 END - first_dose_day AS covered_days
    FROM phase
    LEFT JOIN dosed USING (who, phase)
)

SELECT
    CAST(stay.who AS INTEGER) AS person_id,
    stay.phase,
    stay.arm,
    stay.assigned_day,
    stay.planned_days,
    stay.first_dose_day,
    stay.last_dose_day,
    stay.dose_days,
    CASE WHEN stay.covered_days IS NOT NULL THEN LEAST(stay.covered_days, stay.planned_days) END AS days_in_treatment,
    stay.covered_days < stay.planned_days AS left_early
FROM stay
ORDER BY person_id, stay.phase
