-- Views over the example with which lapses.yaml looks for the lapses.

CREATE VIEW iop AS
SELECT episode.*, program.dual_diagnosis_enhanced
FROM episode JOIN program USING (program_id)
WHERE program.level = '2.1' AND admitted_on IS NOT NULL;

CREATE VIEW irs AS
SELECT episode.* FROM episode JOIN program USING (program_id)
WHERE program.level = 'recovery_support' AND admitted_on IS NOT NULL;

CREATE VIEW care AS
SELECT
    attendance.*,
    session.held_on,
    session.ends_at,
    date_diff('minute', session.starts_at, session.ends_at) - COALESCE(session.break_minutes, 0) AS minutes
FROM attendance JOIN session USING (session_id)
WHERE session.type IN ('group', 'education', 'motivational', 'individual', 'family');

CREATE VIEW program_week AS
SELECT
    program_id,
    date_trunc('week', held_on) AS monday,
    COUNT(DISTINCT held_on) FILTER (WHERE status = 'held') AS days,
    SUM(date_diff('minute', starts_at, ends_at)) FILTER (WHERE status = 'held') AS minutes,
    COUNT(*) FILTER (WHERE status = 'cancelled') AS cancelled
FROM session
WHERE type IN ('group', 'education', 'motivational', 'individual', 'family')
GROUP BY 1, 2;

CREATE VIEW groups AS
SELECT
    session.*,
    (SELECT COUNT(*) FROM session_staff WHERE session_staff.session_id = session.session_id) AS leaders
FROM session
WHERE type IN ('group', 'education', 'motivational') AND status = 'held';

CREATE VIEW first_plan AS
SELECT * FROM plan
QUALIFY ROW_NUMBER() OVER (PARTITION BY episode_id ORDER BY effective_on, plan_id) = 1;

CREATE VIEW review_gap AS
WITH marks AS (
    SELECT episode_id, effective_on AS day FROM first_plan
    UNION ALL
    SELECT episode_id, reviewed_on FROM plan_review
)
SELECT episode_id, day - LAG(day) OVER (PARTITION BY episode_id ORDER BY day) AS days
FROM marks JOIN iop USING (episode_id);

CREATE VIEW stay AS
SELECT
    episode_id,
    judged_on,
    BOOL_OR(answer) FILTER (WHERE kind = 'progressing') AS progressing,
    BOOL_OR(answer) FILTER (WHERE kind = 'actively_working') AS actively_working,
    BOOL_OR(answer) FILTER (WHERE kind = 'level_necessary') AS level_necessary,
    BOOL_OR(answer) FILTER (WHERE kind = 'goals_unmet') AS goals_unmet,
    BOOL_OR(answer) FILTER (WHERE kind = 'has_capacity') AS has_capacity,
    BOOL_OR(answer) FILTER (WHERE kind = 'new_problem') AS new_problem,
    BOOL_OR(answer) FILTER (WHERE kind = 'new_problem_suits_level') AS new_problem_suits_level,
    BOOL_OR(answer) FILTER (WHERE kind = 'least_intensive') AS least_intensive
FROM judgement JOIN iop USING (episode_id)
GROUP BY 1, 2;

CREATE VIEW since_discharge AS
WITH ends AS (
    SELECT person_id, discharged_on FROM iop
    UNION ALL
    SELECT person_id, discharged_on FROM outside_stay
)
SELECT episode_id, requested_on - MAX(ends.discharged_on) AS days
FROM irs JOIN ends USING (person_id)
WHERE ends.discharged_on <= requested_on
GROUP BY episode_id, requested_on;

CREATE VIEW contact AS
SELECT session.*, irs.episode_id, date_diff('minute', session.starts_at, session.ends_at) AS minutes
FROM session JOIN attendance USING (session_id) JOIN irs USING (episode_id)
WHERE session.type = 'recovery_support';

CREATE VIEW contact_gap AS
SELECT episode_id, held_on - LAG(held_on) OVER (PARTITION BY episode_id ORDER BY held_on) AS days FROM contact;

CREATE VIEW contact_use AS
SELECT
    irs.episode_id,
    SUM(minutes) AS minutes,
    MAX(planned_minutes_per_week) * (COALESCE(MAX(discharged_on), DATE '2026-07-05') - MAX(admitted_on)) / 7 AS planned
FROM irs JOIN contact USING (episode_id) JOIN plan USING (episode_id)
GROUP BY 1;

CREATE VIEW change AS
SELECT
    episode_id,
    ANY_VALUE(admitted_on) AS admitted_on,
    measure,
    COUNT(*) AS times,
    ARG_MIN(value_number, observed_on) AS earlier,
    ARG_MAX(value_number, observed_on) AS later
FROM irs JOIN observation USING (person_id)
WHERE observed_on >= admitted_on AND value_number IS NOT NULL
GROUP BY episode_id, measure;
