-- One row per person and week, from four weeks before day 0 (-4 to -1) to the last week planned or seen.
-- Days of use are known where somebody asked, and empty elsewhere, not zero. Before day 0: where the calendar has a day
-- before it; opioids also where the baseline survey says none of its drugs was used. Afterwards: for people with a
-- calendar, up to the last visit, because it is filled in at visits.
WITH seen AS (
    SELECT who, MAX(day) FILTER (WHERE what IN ('visit', 'final')) AS last_visit_day FROM visit GROUP BY who
),

planned AS (
    SELECT person_id, MAX(assigned_day + planned_days) AS end_day FROM treatment_phase GROUP BY person_id
),

calendar AS (
    SELECT who, COUNT(*) FILTER (WHERE day < 0) > 0 AS has_before FROM tlfb GROUP BY who
),

survey AS (
    SELECT who, COUNT(*) = COUNT(*) FILTER (WHERE did_use = 'No') AS says_none FROM rbs GROUP BY who
),

last AS (
    SELECT
        CAST(everybody.who AS INTEGER) AS person_id,
        seen.last_visit_day,
        calendar.who IS NOT NULL AS has_calendar,
        COALESCE(calendar.has_before, FALSE) AS has_before,
        COALESCE(survey.says_none, FALSE) AS says_none,
        GREATEST(COALESCE(planned.end_day, 0), COALESCE(seen.last_visit_day, 0)) AS last_day
    FROM everybody
    LEFT JOIN seen USING (who)
    LEFT JOIN calendar USING (who)
    LEFT JOIN survey USING (who)
    LEFT JOIN planned ON planned.person_id = CAST(everybody.who AS INTEGER)
),

week AS (
    SELECT
        person_id,
        UNNEST(RANGE(-4, CAST(FLOOR(last_day / 7) AS BIGINT) + 1)) AS week,
        last_visit_day,
        has_calendar,
        has_before,
        says_none
    FROM last
),

used AS (
    SELECT
        person_id,
        CAST(FLOOR(day / 7) AS BIGINT) AS week,
        COUNT(DISTINCT day) FILTER (WHERE source = 'calendar' AND kind = 'opioid') AS opioid_days,
        COUNT(DISTINCT day) FILTER (WHERE source = 'calendar' AND kind <> 'medicine') AS any_days,
        COUNT(DISTINCT day) FILTER (WHERE source = 'test' AND kind = 'opioid') AS opioid_tests
    FROM use_day
    GROUP BY person_id, 2
),

visited AS (
    SELECT
        CAST(who AS INTEGER) AS person_id,
        CAST(FLOOR(day / 7) AS BIGINT) AS week,
        COUNT(DISTINCT day) FILTER (WHERE what IN ('visit', 'final')) AS visits
    FROM visit
    WHERE day IS NOT NULL
    GROUP BY 1, 2
),

known AS (
    SELECT
        *,
        CASE WHEN week < 0 THEN has_before ELSE has_calendar AND COALESCE(week * 7 + 6 <= last_visit_day, FALSE) END AS is_known
    FROM week
)

SELECT
    known.person_id,
    CAST(known.week AS INTEGER) AS week,
    known.is_known,
    CASE WHEN known.is_known OR (known.week < 0 AND known.says_none) THEN COALESCE(used.opioid_days, 0) END AS opioid_days,
    CASE WHEN known.is_known THEN COALESCE(used.any_days, 0) END AS any_days,
    CASE WHEN visited.visits > 0 THEN COALESCE(used.opioid_tests, 0) END AS opioid_positive_tests,
    COALESCE(visited.visits, 0) AS visits
FROM known
LEFT JOIN used USING (person_id, week)
LEFT JOIN visited USING (person_id, week)
ORDER BY known.person_id, week
