-- One row for each version of the plan of an admitted episode, numbered from 1; row 1 also where none is written.
-- It is judged on the day it took effect (where none is written: the last day of the episode, or as-of).
WITH version AS (
    SELECT
        episode.episode_id,
        CAST(ROW_NUMBER() OVER (
            PARTITION BY episode.episode_id ORDER BY plan.effective_on NULLS LAST, plan.plan_id NULLS LAST
        ) AS BIGINT) AS plan_number,
        episode.person_id,
        episode.program_id,
        program.service,
        episode.admitted_on,
        episode.discharged_on,
        episode.family_declined_reason,
        plan.plan_id,
        plan.effective_on,
        plan.has_discharge_plan,
        plan.has_relapse_prevention,
        plan.considers_supports,
        plan.plans_individual,
        plan.plans_family,
        plan.plans_group,
        plan.plans_education,
        plan.plans_motivation
    FROM episode
    JOIN program ON program.program_id = episode.program_id
    LEFT JOIN plan ON plan.episode_id = episode.episode_id
    WHERE episode.admitted_on IS NOT NULL
),

-- Days of treatment that she came to here since admission, and how many blocks each had.
treatment_day AS (
    SELECT version.episode_id, session.held_on, COUNT(DISTINCT session.session_id) AS block_count
    FROM version
    JOIN attendance ON attendance.episode_id = version.episode_id
    JOIN session ON session.session_id = attendance.session_id
    WHERE version.plan_number = 1 AND attendance.status = 'attended'
        AND session.status = 'held' AND session.type IN (:skilled_types)
        AND session.program_id = version.program_id AND session.held_on >= version.admitted_on
    GROUP BY version.episode_id, session.held_on
),

numbered_day AS (
    SELECT
        episode_id,
        held_on,
        block_count,
        CASE WHEN :session_unit = 'block'
            THEN SUM(block_count) OVER (
                PARTITION BY episode_id ORDER BY held_on NULLS LAST
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
            ELSE ROW_NUMBER() OVER (PARTITION BY episode_id ORDER BY held_on NULLS LAST)
        END AS sessions_so_far
    FROM treatment_day
),

-- What lies before the first plan, and the day on which it was dated.
before_plan AS (
    SELECT
        version.episode_id,
        version.plan_number,
        COUNT(CASE WHEN numbered_day.held_on < COALESCE(
            version.effective_on, version.discharged_on + CAST(1 AS INT), :as_of) THEN 1 END) AS day_count,
        SUM(CASE WHEN numbered_day.held_on < COALESCE(
            version.effective_on, version.discharged_on + CAST(1 AS INT), :as_of)
            THEN numbered_day.block_count ELSE 0 END) AS block_count,
        MIN(CASE WHEN numbered_day.sessions_so_far >= :plan_sessions THEN numbered_day.held_on END) AS plan_due_on
    FROM version
    JOIN numbered_day ON numbered_day.episode_id = version.episode_id
    WHERE version.plan_number = 1
    GROUP BY version.episode_id, version.plan_number
),

-- Each version with the day by which signatures are due: its own day, and for the first version not before the
-- plan itself is dated.
dated AS (
    SELECT
        version.*,
        before_plan.day_count,
        before_plan.block_count,
        before_plan.plan_due_on,
        CASE
            WHEN version.effective_on IS NULL THEN NULL
            WHEN version.plan_number > 1 THEN version.effective_on
            WHEN before_plan.plan_due_on IS NULL AND version.discharged_on IS NULL THEN NULL
            ELSE GREATEST(version.effective_on, COALESCE(before_plan.plan_due_on, version.discharged_on))
        END AS signatures_due_on
    FROM version
    LEFT JOIN before_plan
        ON before_plan.episode_id = version.episode_id AND before_plan.plan_number = version.plan_number
),

signed AS (
    SELECT
        dated.episode_id,
        dated.plan_number,
        BOOL_OR(NOT COALESCE(signature.refused, FALSE)) AS is_signed,
        BOOL_OR(COALESCE(signature.refused, FALSE)) AS is_refused
    FROM dated
    JOIN signature ON signature.plan_id = dated.plan_id
    WHERE signature.signer = 'individual'
        AND (dated.signatures_due_on IS NULL OR signature.signed_on <= dated.signatures_due_on)
    GROUP BY dated.episode_id, dated.plan_number
),

-- The treatment team on the plan's day, and who of them signed in time. Staff have no refusal.
team AS (
    SELECT
        dated.episode_id,
        dated.plan_number,
        COUNT(DISTINCT team_member.staff_id) - COUNT(DISTINCT signature.staff_id) AS unsigned_count
    FROM dated
    JOIN team_member ON team_member.episode_id = dated.episode_id
    LEFT JOIN signature
        ON signature.plan_id = dated.plan_id AND signature.staff_id = team_member.staff_id
        AND signature.signer = 'staff' AND NOT COALESCE(signature.refused, FALSE)
        AND (dated.signatures_due_on IS NULL OR signature.signed_on <= dated.signatures_due_on)
    WHERE team_member.starts_on <= dated.effective_on
        AND (team_member.ends_on IS NULL OR team_member.ends_on >= dated.effective_on)
    GROUP BY dated.episode_id, dated.plan_number
),

-- The goals of a version: those it brought, and those from before that were still open on its day.
goals AS (
    SELECT
        version.episode_id,
        version.plan_number,
        COUNT(*) AS goal_count,
        COUNT(CASE WHEN TRIM(goal.linked_problem) <> '' THEN 1 END) AS linked_count
    FROM version
    JOIN goal ON goal.episode_id = version.episode_id
    LEFT JOIN version AS origin ON origin.plan_id = goal.plan_id AND origin.episode_id = goal.episode_id
    WHERE origin.plan_number = version.plan_number
        OR ((origin.plan_number < version.plan_number
                OR (origin.plan_number IS NULL AND goal.set_on <= version.effective_on))
            AND (goal.met_on IS NULL OR goal.met_on > version.effective_on)
            AND (goal.dropped_on IS NULL OR goal.dropped_on > version.effective_on))
    GROUP BY version.episode_id, version.plan_number
)

SELECT
    dated.episode_id,
    dated.plan_number,
    dated.service,
    COALESCE(dated.effective_on, LEAST(dated.discharged_on, :as_of)) AS judged_on,
    dated.person_id,
    dated.program_id,
    dated.plan_number = 1 AS is_first_plan,
    dated.plan_id IS NOT NULL AS is_written,
    CAST(CASE WHEN dated.plan_number = 1 THEN COALESCE(dated.day_count, 0) END AS BIGINT) AS days_before_plan,
    CAST(CASE WHEN dated.plan_number = 1 THEN COALESCE(dated.block_count, 0) END AS BIGINT)
        AS blocks_before_plan,
    dated.plan_id IS NULL AND dated.discharged_on IS NOT NULL
        AND dated.plan_due_on IS NULL AS left_before_plan_was_due,
    CAST(CASE WHEN dated.plan_id IS NOT NULL THEN COALESCE(goals.goal_count, 0) END AS BIGINT) AS goal_count,
    CAST(CASE WHEN dated.plan_id IS NOT NULL THEN COALESCE(goals.goal_count - goals.linked_count, 0) END AS BIGINT)
        AS unlinked_goal_count,
    dated.has_discharge_plan,
    dated.has_relapse_prevention,
    dated.considers_supports,
    dated.plans_individual,
    dated.plans_family,
    dated.plans_group,
    dated.plans_education,
    dated.plans_motivation,
    COALESCE(TRIM(dated.family_declined_reason) <> '', FALSE) AS family_absence_is_explained,
    COALESCE(signed.is_signed, FALSE) AS individual_signed_in_time,
    COALESCE(signed.is_refused, FALSE) AS individual_refused_in_time,
    CAST(team.unsigned_count AS BIGINT) AS unsigned_team_count,
    COALESCE(dated.signatures_due_on < :as_of, FALSE) AS signatures_were_due
FROM dated
LEFT JOIN signed ON signed.episode_id = dated.episode_id AND signed.plan_number = dated.plan_number
LEFT JOIN team ON team.episode_id = dated.episode_id AND team.plan_number = dated.plan_number
LEFT JOIN goals ON goals.episode_id = dated.episode_id AND goals.plan_number = dated.plan_number
