-- One admitted episode, judged on the day of discharge, else as of today: how much was used, how well it went, what went wrong.
-- Minutes of use run from coming to leaving, within the session's times; overlaps count once. Where coming or leaving
-- is not on file, the floor leaves the contact out and the ceiling counts the whole session.
WITH judged AS (
    SELECT
        episode.episode_id,
        episode.person_id,
        episode.program_id,
        episode.admitted_on,
        episode.discharged_on IS NOT NULL AS is_discharged,
        COALESCE(episode.discharged_on, :as_of) AS judged_on,
        DATEDIFF('DAY', episode.admitted_on, COALESCE(episode.discharged_on, :as_of)) AS days_since_start
    FROM episode
    WHERE episode.admitted_on IS NOT NULL
),
contact AS (
    -- Contacts that took place. Times that contradict each other count as undocumented.
    SELECT
        judged.episode_id,
        judged.admitted_on,
        judged.judged_on,
        attendance.attendance_id,
        session.held_on,
        session.type,
        session.practice,
        60 * COALESCE(session.break_minutes, 0) AS break_seconds,
        CASE WHEN session.ends_at > session.starts_at THEN session.starts_at END AS starts_at,
        CASE WHEN session.ends_at > session.starts_at THEN session.ends_at END AS ends_at,
        CASE WHEN attendance.arrived_at > attendance.left_at THEN NULL ELSE attendance.arrived_at END AS arrived_at,
        CASE WHEN attendance.arrived_at > attendance.left_at THEN NULL ELSE attendance.left_at END AS left_at
    FROM judged
    JOIN attendance ON attendance.episode_id = judged.episode_id AND attendance.status = 'attended'
    JOIN session ON session.session_id = attendance.session_id AND session.status = 'held'
    -- Written as a distance, so that no engine takes the dates for something to join by.
    WHERE DATEDIFF('DAY', judged.admitted_on, session.held_on) >= 0 AND DATEDIFF('DAY', session.held_on, judged.judged_on) >= 0
),
presence AS (
    -- When she can have been there at most, and whether that is documented.
    SELECT
        episode_id,
        attendance_id,
        held_on,
        break_seconds,
        DATEDIFF('SECOND', starts_at, ends_at) - break_seconds AS session_seconds,
        arrived_at IS NOT NULL AND left_at IS NOT NULL AS is_sure,
        GREATEST(COALESCE(arrived_at, starts_at), COALESCE(starts_at, arrived_at)) AS came_at,
        LEAST(COALESCE(left_at, ends_at), COALESCE(ends_at, left_at)) AS went_at
    FROM contact
    WHERE type IN (:used_types)
),
after_others AS (
    -- Until when the contacts that began before this one already reach.
    SELECT
        presence.*,
        MAX(CASE WHEN is_sure AND went_at > came_at THEN went_at END) OVER earlier AS sure_until,
        MAX(CASE WHEN went_at > came_at THEN went_at END) OVER earlier AS maybe_until
    FROM presence
    WINDOW earlier AS (
        PARTITION BY episode_id ORDER BY came_at NULLS FIRST, attendance_id NULLS FIRST
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
added AS (
    -- What each contact adds, in seconds. A break lies inside it at worst and outside it at best.
    SELECT
        episode_id,
        attendance_id,
        held_on,
        is_sure,
        session_seconds,
        came_at IS NULL OR went_at IS NULL AS is_open,
        DATEDIFF('SECOND', GREATEST(came_at, COALESCE(sure_until, came_at)), went_at) - break_seconds AS sure_seconds,
        DATEDIFF('SECOND', GREATEST(came_at, COALESCE(maybe_until, came_at)), went_at) AS maybe_seconds
    FROM after_others
),
used AS (
    SELECT
        episode_id,
        attendance_id,
        held_on,
        CASE WHEN is_sure THEN GREATEST(0, sure_seconds) ELSE 0 END AS seconds_least,
        CASE
            WHEN is_open THEN NULL
            WHEN session_seconds IS NULL THEN GREATEST(0, maybe_seconds)
            ELSE GREATEST(0, LEAST(maybe_seconds, session_seconds))
        END AS seconds_most
    FROM added
),
use_in_all AS (
    SELECT
        episode_id,
        CAST(FLOOR(SUM(seconds_least) / 60) AS BIGINT) AS minutes_least,
        CASE WHEN COUNT(*) = COUNT(seconds_most)
            THEN CAST(FLOOR(GREATEST(SUM(seconds_least), SUM(seconds_most)) / 60) AS BIGINT)
        END AS minutes_most
    FROM used
    GROUP BY episode_id
),
plan_in_force AS (
    SELECT
        judged.episode_id,
        judged.judged_on,
        plan.planned_minutes_per_week,
        CASE WHEN ROW_NUMBER() OVER (PARTITION BY judged.episode_id ORDER BY plan.effective_on, plan.plan_id) = 1
            THEN judged.admitted_on
            ELSE GREATEST(plan.effective_on, judged.admitted_on)
        END AS starts_on,
        LEAD(GREATEST(plan.effective_on, judged.admitted_on)) OVER (
            PARTITION BY judged.episode_id ORDER BY plan.effective_on, plan.plan_id
        ) AS ends_on
    FROM judged
    JOIN plan ON plan.episode_id = judged.episode_id AND plan.effective_on <= judged.judged_on
    WHERE plan.planned_minutes_per_week IS NOT NULL
),
planned AS (
    SELECT
        plan_in_force.episode_id,
        SUM(
            plan_in_force.planned_minutes_per_week
            * DATEDIFF('DAY', plan_in_force.starts_on, COALESCE(plan_in_force.ends_on, plan_in_force.judged_on + 1))
        ) AS minutes_times_seven
    FROM plan_in_force
    GROUP BY plan_in_force.episode_id
),
authorized AS (
    SELECT
        judged.episode_id,
        CASE WHEN COUNT(*) = COUNT(service_authorization.authorized_minutes)
            THEN SUM(service_authorization.authorized_minutes)
        END AS minutes
    FROM judged
    JOIN service_authorization ON service_authorization.episode_id = judged.episode_id
        AND service_authorization.starts_on <= judged.judged_on
    GROUP BY judged.episode_id
),
used_within AS (
    SELECT
        used.episode_id,
        used.attendance_id,
        MAX(used.seconds_least) AS seconds_least,
        MAX(used.seconds_most) AS seconds_most
    FROM used
    JOIN service_authorization ON service_authorization.episode_id = used.episode_id
        AND service_authorization.starts_on <= used.held_on
        AND service_authorization.ends_on >= used.held_on
    GROUP BY used.episode_id, used.attendance_id
),
use_authorized AS (
    SELECT
        episode_id,
        CAST(FLOOR(SUM(seconds_least) / 60) AS BIGINT) AS minutes_least,
        CASE WHEN COUNT(*) = COUNT(seconds_most)
            THEN CAST(FLOOR(GREATEST(SUM(seconds_least), SUM(seconds_most)) / 60) AS BIGINT)
        END AS minutes_most
    FROM used_within
    GROUP BY episode_id
),
step AS (
    SELECT
        contact.episode_id,
        contact.held_on,
        contact.judged_on,
        contact.practice,
        DATEDIFF(
            'DAY',
            COALESCE(
                LAG(contact.held_on) OVER (PARTITION BY contact.episode_id ORDER BY contact.held_on, contact.attendance_id),
                contact.admitted_on
            ),
            contact.held_on
        ) AS days_without
    FROM contact
),
rhythm AS (
    SELECT
        step.episode_id,
        COUNT(*) AS contact_count,
        GREATEST(MAX(step.days_without), MIN(DATEDIFF('DAY', step.held_on, step.judged_on))) AS longest_gap_days,
        CASE
            WHEN BOOL_OR(step.practice <> 'none') THEN TRUE
            WHEN BOOL_OR(step.practice IS NULL) THEN NULL
            ELSE FALSE
        END AS uses_practice,
        TRUE AS has_contact
    FROM step
    GROUP BY step.episode_id
),
progress AS (
    SELECT
        judged.episode_id,
        judgement.answer,
        ROW_NUMBER() OVER (PARTITION BY judged.episode_id ORDER BY judgement.judged_on DESC, judgement.judgement_id DESC) AS from_end
    FROM judged
    JOIN judgement ON judgement.episode_id = judged.episode_id AND judgement.kind = 'progressing'
    WHERE judgement.judged_on <= judged.judged_on
        AND DATEDIFF('DAY', judgement.judged_on, judged.judged_on) <= :recent_days
),
latest_progress AS (
    SELECT progress.episode_id, BOOL_OR(progress.answer) AS is_progressing
    FROM progress
    WHERE progress.from_end = 1
    GROUP BY progress.episode_id
),
-- The start is the last score on or before the first day of service, else the first one after it.
score AS (
    SELECT
        judged.episode_id,
        judged.is_discharged AND judged.days_since_start < :follow_up_days AS was_short,
        observation.value_number,
        DATEDIFF('DAY', judged.admitted_on, observation.observed_on) AS day,
        ROW_NUMBER() OVER (
            PARTITION BY judged.episode_id
            ORDER BY
                CASE WHEN observation.observed_on <= judged.admitted_on THEN 0 ELSE 1 END,
                ABS(DATEDIFF('DAY', judged.admitted_on, observation.observed_on)),
                observation.observation_id
        ) AS from_start,
        ROW_NUMBER() OVER (
            PARTITION BY judged.episode_id ORDER BY observation.observed_on DESC, observation.observation_id DESC
        ) AS from_end
    FROM judged
    JOIN observation ON observation.person_id = judged.person_id AND observation.measure = 'function_score'
    WHERE observation.observed_on <= judged.judged_on
        AND DATEDIFF('DAY', observation.observed_on, judged.admitted_on) <= :baseline_days
        AND observation.value_number IS NOT NULL
),
functioning AS (
    SELECT
        score.episode_id,
        MAX(CASE WHEN score.from_start = 1 AND score.day < :follow_up_days THEN score.value_number END) AS at_start,
        MAX(
            CASE WHEN score.from_end = 1 AND (score.day >= :follow_up_days OR (score.was_short AND score.from_start > 1))
                THEN score.value_number
            END
        ) AS at_follow_up
    FROM score
    GROUP BY score.episode_id
),
asked AS (
    SELECT
        judged.episode_id,
        BOOL_OR(inquiry.topic = 'incidents') AS about_incidents,
        BOOL_OR(inquiry.topic = 'grievances') AS about_grievances
    FROM judged
    JOIN inquiry ON inquiry.person_id = judged.person_id
    WHERE inquiry.asked_on >= judged.admitted_on AND inquiry.asked_on <= judged.judged_on
        AND DATEDIFF('DAY', inquiry.asked_on, judged.judged_on) <= :recent_days
    GROUP BY judged.episode_id
),
incidents AS (
    SELECT judged.episode_id, COUNT(*) AS incident_count
    FROM judged
    JOIN incident ON incident.episode_id = judged.episode_id
    WHERE incident.occurred_on >= judged.admitted_on AND incident.occurred_on <= judged.judged_on
    GROUP BY judged.episode_id
),
grievances AS (
    SELECT judged.episode_id, COUNT(*) AS grievance_count
    FROM judged
    JOIN grievance ON grievance.episode_id = judged.episode_id
    WHERE grievance.received_on >= judged.admitted_on AND grievance.received_on <= judged.judged_on
    GROUP BY judged.episode_id
)
SELECT
    judged.episode_id,
    program.service,
    judged.judged_on,
    judged.person_id,
    judged.program_id,
    judged.is_discharged,
    CAST(judged.days_since_start AS BIGINT) AS days_since_start,
    CAST(COALESCE(rhythm.contact_count, 0) AS BIGINT) AS contact_count,
    CAST(
        CAST(COALESCE(use_in_all.minutes_least, 0) AS DOUBLE) * 700 / NULLIF(planned.minutes_times_seven, 0) AS DECIMAL(18, 4)
    ) AS percent_of_plan_least,
    CAST(
        CASE WHEN use_in_all.episode_id IS NULL THEN 0.0 ELSE CAST(use_in_all.minutes_most AS DOUBLE) END * 700
        / NULLIF(planned.minutes_times_seven, 0) AS DECIMAL(18, 4)
    ) AS percent_of_plan_most,
    authorized.episode_id IS NOT NULL AS has_authorization,
    CAST(
        CAST(COALESCE(use_authorized.minutes_least, 0) AS DOUBLE) * 100 / NULLIF(authorized.minutes, 0) AS DECIMAL(18, 4)
    ) AS percent_of_authorized_least,
    CAST(
        CASE WHEN use_authorized.episode_id IS NULL THEN 0.0 ELSE CAST(use_authorized.minutes_most AS DOUBLE) END * 100
        / NULLIF(authorized.minutes, 0) AS DECIMAL(18, 4)
    ) AS percent_of_authorized_most,
    CAST(COALESCE(rhythm.longest_gap_days, judged.days_since_start) AS BIGINT) AS longest_gap_days,
    latest_progress.is_progressing,
    CASE WHEN rhythm.has_contact THEN rhythm.uses_practice ELSE FALSE END AS uses_evidence_based_practice,
    CAST(functioning.at_follow_up - functioning.at_start AS DECIMAL(18, 4)) AS function_change,
    CAST(COALESCE(incidents.incident_count, CASE WHEN asked.about_incidents THEN 0 END) AS BIGINT) AS incident_count,
    CAST(COALESCE(grievances.grievance_count, CASE WHEN asked.about_grievances THEN 0 END) AS BIGINT) AS grievance_count
FROM judged
JOIN program ON program.program_id = judged.program_id
LEFT JOIN use_in_all ON use_in_all.episode_id = judged.episode_id
LEFT JOIN planned ON planned.episode_id = judged.episode_id
LEFT JOIN authorized ON authorized.episode_id = judged.episode_id
LEFT JOIN use_authorized ON use_authorized.episode_id = judged.episode_id
LEFT JOIN rhythm ON rhythm.episode_id = judged.episode_id
LEFT JOIN latest_progress ON latest_progress.episode_id = judged.episode_id
LEFT JOIN functioning ON functioning.episode_id = judged.episode_id
LEFT JOIN asked ON asked.episode_id = judged.episode_id
LEFT JOIN incidents ON incidents.episode_id = judged.episode_id
LEFT JOIN grievances ON grievances.episode_id = judged.episode_id
