-- One admitted episode whose end, if it has one, is not before :since: how it began, what was given, what became of her.
-- The start of an outcome is the last answer in the :observed_days up to the first day of service, else the first
-- one in as many days after it. The end is the last answer around the day of discharge, later than that of the start.
WITH course AS (
    SELECT
        episode.episode_id,
        episode.person_id,
        episode.program_id,
        CASE program.service
            WHEN 'us-ne/intensive-outpatient-2.1' THEN 'iop' WHEN 'us-nc/intensive-recovery-support' THEN 'irs' ELSE program.service
        END AS service,
        episode.admitted_on AS started_on,
        episode.discharged_on AS ended_on,
        COALESCE(episode.discharged_on, :as_of) AS last_on,
        episode.discharge_reason
    FROM episode
    JOIN program ON program.program_id = episode.program_id
    WHERE episode.admitted_on IS NOT NULL AND COALESCE(episode.discharged_on, :as_of) >= :since
),
contact AS (
    -- Sessions held on days of the course, and whether she came.
    SELECT
        course.episode_id,
        attendance.attendance_id,
        attendance.session_id,
        attendance.status,
        session.type,
        session.practice,
        session.held_on,
        course.last_on,
        DATEDIFF('DAY', course.started_on, session.held_on) AS day,
        CASE WHEN session.ends_at > session.starts_at THEN
            GREATEST(
                0,
                DATEDIFF(
                    'SECOND',
                    GREATEST(session.starts_at, COALESCE(attendance.arrived_at, session.starts_at)),
                    LEAST(session.ends_at, COALESCE(attendance.left_at, session.ends_at))
                ) - 60 * COALESCE(session.break_minutes, 0)
            )
        END AS seconds
    FROM course
    JOIN attendance ON attendance.episode_id = course.episode_id
    JOIN session ON session.session_id = attendance.session_id AND session.status = 'held'
    WHERE DATEDIFF('DAY', course.started_on, session.held_on) >= 0 AND DATEDIFF('DAY', session.held_on, course.last_on) >= 0
),
given AS (
    SELECT contact.episode_id, session_staff.staff_id, COUNT(*) AS contact_count, MAX(contact.held_on) AS last_on, MIN(contact.held_on) AS first_on
    FROM contact
    JOIN session_staff ON session_staff.session_id = contact.session_id
    WHERE contact.status = 'attended'
    GROUP BY contact.episode_id, session_staff.staff_id
),
ranked AS (
    SELECT
        given.*,
        ROW_NUMBER() OVER (PARTITION BY episode_id ORDER BY contact_count DESC, last_on DESC, staff_id) AS by_most,
        ROW_NUMBER() OVER (PARTITION BY episode_id ORDER BY first_on, staff_id) AS by_first
    FROM given
),
clinician AS (
    SELECT
        episode_id,
        MAX(CASE WHEN by_most = 1 AND contact_count >= 2 THEN staff_id END) AS most,
        MAX(CASE WHEN by_first = 1 THEN staff_id END) AS first
    FROM ranked
    GROUP BY episode_id
),
spaced AS (
    SELECT episode_id, day - COALESCE(LAG(day) OVER (PARTITION BY episode_id ORDER BY day, attendance_id), 0) AS gap
    FROM contact
    WHERE status = 'attended'
),
gap AS (
    SELECT episode_id, MAX(gap) AS longest FROM spaced GROUP BY episode_id
),
used AS (
    SELECT
        episode_id,
        COUNT(*) AS offered_count,
        COUNT(CASE WHEN status = 'attended' THEN 1 END) AS contact_count,
        COUNT(CASE WHEN status = 'absent' THEN 1 END) AS missed_count,
        COUNT(CASE WHEN status = 'attended' AND seconds IS NULL THEN 1 END) AS untimed_count,
        SUM(CASE WHEN status = 'attended' THEN seconds END) AS seconds,
        SUM(CASE WHEN status = 'attended' AND type IN ('group', 'education') THEN seconds END) AS group_seconds,
        COUNT(CASE WHEN status = 'attended' AND practice IS NOT NULL THEN 1 END) AS practice_count,
        MAX(CASE WHEN status = 'attended' THEN day END) AS last_day
    FROM contact
    GROUP BY episode_id
),
plan_in_force AS (
    SELECT
        course.episode_id,
        course.last_on,
        plan.planned_minutes_per_week,
        CASE WHEN ROW_NUMBER() OVER (PARTITION BY course.episode_id ORDER BY plan.effective_on, plan.plan_id) = 1
            THEN course.started_on
            ELSE GREATEST(plan.effective_on, course.started_on)
        END AS starts_on,
        LEAD(GREATEST(plan.effective_on, course.started_on)) OVER (
            PARTITION BY course.episode_id ORDER BY plan.effective_on, plan.plan_id
        ) AS next_on
    FROM course
    JOIN plan ON plan.episode_id = course.episode_id AND plan.effective_on <= course.last_on
    WHERE plan.planned_minutes_per_week IS NOT NULL
),
planned AS (
    SELECT
        episode_id,
        SUM(planned_minutes_per_week * GREATEST(0, DATEDIFF('DAY', starts_on, COALESCE(next_on, last_on + 1)))) AS minutes_times_seven
    FROM plan_in_force
    GROUP BY episode_id
),
authorized AS (
    SELECT course.episode_id, CASE WHEN COUNT(*) = COUNT(service_authorization.authorized_minutes) THEN SUM(service_authorization.authorized_minutes) END AS minutes
    FROM course
    JOIN service_authorization ON service_authorization.episode_id = course.episode_id AND service_authorization.starts_on <= course.last_on
    GROUP BY course.episode_id
),
billed AS (
    -- Lines on days of the course that carry the code of its service.
    SELECT course.episode_id, SUM(claim_line.units) AS units
    FROM course
    JOIN claim_line ON claim_line.person_id = course.person_id
        AND claim_line.service_code IN ('H0015', 'S9480', 'T1012')
    WHERE DATEDIFF('DAY', course.started_on, claim_line.starts_on) >= 0 AND DATEDIFF('DAY', claim_line.starts_on, course.last_on) >= 0
        AND CASE WHEN course.service = 'irs' THEN claim_line.service_code = 'T1012' ELSE claim_line.service_code <> 'T1012' END
    GROUP BY course.episode_id
),
substance AS (
    SELECT
        course.episode_id,
        diagnosis.code,
        ROW_NUMBER() OVER (PARTITION BY course.episode_id ORDER BY diagnosis.diagnosed_on, diagnosis.diagnosis_id) AS place
    FROM course
    JOIN diagnosis ON diagnosis.person_id = course.person_id AND diagnosis.category = 'substance_use' AND diagnosis.diagnosed_on <= course.started_on
    WHERE diagnosis.code NOT LIKE 'F17%'
),
began AS (
    SELECT person_id, admitted_on FROM episode WHERE admitted_on IS NOT NULL
    UNION ALL
    SELECT person_id, admitted_on FROM outside_stay WHERE focus = 'substance_use'
),
prior AS (
    SELECT course.episode_id, COUNT(*) AS course_count
    FROM course
    JOIN began ON began.person_id = course.person_id
    WHERE DATEDIFF('DAY', began.admitted_on, course.started_on) BETWEEN 1 AND :prior_days
    GROUP BY course.episode_id
),
asked AS (
    SELECT
        course.episode_id,
        BOOL_OR(inquiry.topic = 'stays') AS stays,
        BOOL_OR(inquiry.topic = 'children') AS children,
        BOOL_OR(inquiry.topic = 'substance_use' AND ABS(DATEDIFF('DAY', course.started_on, inquiry.asked_on)) <= :observed_days) AS use_start,
        BOOL_OR(
            inquiry.topic = 'substance_use' AND course.ended_on IS NOT NULL
            AND inquiry.asked_on > course.started_on AND DATEDIFF('DAY', inquiry.asked_on, course.ended_on) <= :observed_days
        ) AS use_end
    FROM course
    JOIN inquiry ON inquiry.person_id = course.person_id AND inquiry.asked_on <= course.last_on
    GROUP BY course.episode_id
),
used_again AS (
    SELECT
        course.episode_id,
        COUNT(CASE WHEN DATEDIFF('DAY', use_event.occurred_on, course.started_on) BETWEEN 1 AND :observed_days THEN 1 END) AS start_count,
        COUNT(CASE WHEN use_event.occurred_on >= course.started_on AND DATEDIFF('DAY', use_event.occurred_on, course.ended_on) BETWEEN 0 AND :observed_days THEN 1 END) AS end_count
    FROM course
    JOIN use_event ON use_event.person_id = course.person_id
    GROUP BY course.episode_id
),
mother AS (
    SELECT
        course.episode_id,
        BOOL_OR(EXTRACT(YEAR FROM course.last_on) - EXTRACT(YEAR FROM child.birth_date) - CASE WHEN EXTRACT(MONTH FROM course.last_on) * 100 + EXTRACT(DAY FROM course.last_on) < EXTRACT(MONTH FROM child.birth_date) * 100 + EXTRACT(DAY FROM child.birth_date) THEN 1 ELSE 0 END < 18) AS has_minor,
        BOOL_OR(child.birth_date IS NULL) AS has_undated
    FROM course
    JOIN child ON child.person_id = course.person_id AND (child.birth_date IS NULL OR child.birth_date <= course.last_on)
    GROUP BY course.episode_id
),
assessed AS (
    SELECT
        course.episode_id,
        assessment.assessment_id,
        ROW_NUMBER() OVER (PARTITION BY course.episode_id ORDER BY assessment.completed_on DESC, assessment.assessment_id DESC) AS place
    FROM course
    JOIN assessment ON assessment.episode_id = course.episode_id AND assessment.completed_on <= course.started_on
),
problem AS (
    SELECT
        assessed.episode_id,
        CASE WHEN COUNT(*) = COUNT(dimension_rating.has_problem) THEN COUNT(CASE WHEN dimension_rating.has_problem THEN 1 END) END AS problem_count
    FROM assessed
    JOIN dimension_rating ON dimension_rating.assessment_id = assessed.assessment_id
    WHERE assessed.place = 1
    GROUP BY assessed.episode_id
),
answer AS (
    SELECT
        course.episode_id,
        observation.observation_id,
        observation.measure,
        observation.value_number,
        observation.value_code,
        observation.tool,
        observation.observed_on,
        DATEDIFF('DAY', course.started_on, observation.observed_on) AS day,
        CASE WHEN course.ended_on IS NOT NULL THEN DATEDIFF('DAY', observation.observed_on, course.ended_on) END AS days_to_end
    FROM course
    JOIN observation ON observation.person_id = course.person_id AND observation.observed_on <= course.last_on
    WHERE observation.value_number IS NOT NULL OR observation.value_code IS NOT NULL
),
at_start AS (
    SELECT
        answer.*,
        ROW_NUMBER() OVER (
            PARTITION BY episode_id, measure
            ORDER BY CASE WHEN day <= 0 THEN 0 ELSE 1 END, ABS(day), observation_id
        ) AS place
    FROM answer
    WHERE ABS(day) <= :observed_days
),
first_answer AS (
    SELECT * FROM at_start WHERE place = 1
),
at_end AS (
    SELECT
        answer.*,
        ROW_NUMBER() OVER (PARTITION BY answer.episode_id, answer.measure ORDER BY answer.observed_on DESC, answer.observation_id DESC) AS place
    FROM answer
    LEFT JOIN first_answer ON first_answer.episode_id = answer.episode_id AND first_answer.measure = answer.measure
    WHERE answer.days_to_end BETWEEN 0 AND :observed_days
        AND answer.day > COALESCE(first_answer.day, -1) AND answer.day > 0
),
outcome AS (
    SELECT
        first_answer.episode_id,
        MAX(CASE WHEN first_answer.measure = 'function_score' THEN first_answer.value_number END) AS score_start,
        MAX(CASE WHEN first_answer.measure = 'function_score' THEN first_answer.tool END) AS tool_start,
        MAX(CASE WHEN first_answer.measure = 'employment' THEN first_answer.value_code END) AS work_start,
        MAX(CASE WHEN first_answer.measure = 'living_arrangement' THEN first_answer.value_code END) AS living_start,
        MAX(CASE WHEN first_answer.measure = 'arrests' THEN first_answer.value_number END) AS arrests_start,
        MAX(CASE WHEN first_answer.measure = 'self_help' THEN first_answer.value_number END) AS self_help_start
    FROM first_answer
    GROUP BY first_answer.episode_id
),
outcome_later AS (
    SELECT
        at_end.episode_id,
        MAX(CASE WHEN at_end.measure = 'function_score' THEN at_end.value_number END) AS score_end,
        MAX(CASE WHEN at_end.measure = 'function_score' THEN at_end.tool END) AS tool_end,
        MAX(CASE WHEN at_end.measure = 'employment' THEN at_end.value_code END) AS work_end,
        MAX(CASE WHEN at_end.measure = 'living_arrangement' THEN at_end.value_code END) AS living_end,
        MAX(CASE WHEN at_end.measure = 'arrests' THEN at_end.value_number END) AS arrests_end,
        MAX(CASE WHEN at_end.measure = 'self_help' THEN at_end.value_number END) AS self_help_end
    FROM at_end
    WHERE at_end.place = 1
    GROUP BY at_end.episode_id
),
recovery AS (
    -- The first contact of recovery support after the end, and whether it was asked for around it.
    SELECT
        course.episode_id,
        MIN(CASE WHEN attendance.status = 'attended' AND session.held_on >= course.ended_on THEN DATEDIFF('DAY', course.ended_on, session.held_on) END) AS step_down_days
    FROM course
    JOIN episode ON episode.person_id = course.person_id
    JOIN program ON program.program_id = episode.program_id AND program.service = 'us-nc/intensive-recovery-support'
    JOIN attendance ON attendance.episode_id = episode.episode_id
    JOIN session ON session.session_id = attendance.session_id AND session.status = 'held'
    WHERE course.service <> 'irs' AND course.ended_on IS NOT NULL
    GROUP BY course.episode_id
),
offer AS (
    SELECT course.episode_id, COUNT(*) AS offer_count
    FROM course
    JOIN episode ON episode.person_id = course.person_id
    JOIN program ON program.program_id = episode.program_id AND program.service = 'us-nc/intensive-recovery-support'
    WHERE course.service <> 'irs' AND course.ended_on IS NOT NULL
        AND ABS(DATEDIFF('DAY', course.ended_on, COALESCE(episode.requested_on, episode.admitted_on))) <= :step_down_days
    GROUP BY course.episode_id
),
primary_care AS (
    SELECT
        course.episode_id,
        MIN(DATEDIFF('DAY', course.started_on, observation.observed_on)) AS day
    FROM course
    JOIN observation ON observation.person_id = course.person_id AND observation.measure = 'primary_care_visit'
    WHERE observation.observed_on >= course.started_on AND observation.observed_on <= course.last_on
    GROUP BY course.episode_id
),
referred AS (
    SELECT course.episode_id, MIN(DATEDIFF('DAY', course.started_on, referral.outcome_on)) AS day
    FROM course
    JOIN referral ON referral.episode_id = course.episode_id AND referral.purpose = 'primary_care' AND referral.outcome = 'seen'
    WHERE referral.outcome_on >= course.started_on AND referral.outcome_on <= course.last_on
    GROUP BY course.episode_id
),
goals AS (
    SELECT
        course.episode_id,
        COUNT(*) AS due_count,
        COUNT(CASE WHEN goal.met_on IS NULL OR goal.met_on > goal.target_on THEN 1 END) AS missed_count
    FROM course
    JOIN goal ON goal.episode_id = course.episode_id AND goal.target_on <= course.last_on
    WHERE goal.dropped_on IS NULL OR goal.dropped_on > goal.target_on
    GROUP BY course.episode_id
),
progress AS (
    SELECT
        course.episode_id,
        judgement.answer,
        ROW_NUMBER() OVER (PARTITION BY course.episode_id ORDER BY judgement.judged_on DESC, judgement.judgement_id DESC) AS place
    FROM course
    JOIN judgement ON judgement.episode_id = course.episode_id AND judgement.kind = 'progressing' AND judgement.judged_on <= course.last_on
)
SELECT
    course.episode_id AS case_id,
    course.person_id,
    course.service,
    course.program_id AS program,
    clinician.most AS clinician,
    clinician.first AS first_clinician,
    course.last_on AS on_date,
    course.started_on,
    course.ended_on,
    CAST(
        EXTRACT(YEAR FROM course.started_on) - EXTRACT(YEAR FROM person.birth_date) - CASE WHEN EXTRACT(MONTH FROM course.started_on) * 100 + EXTRACT(DAY FROM course.started_on) < EXTRACT(MONTH FROM person.birth_date) * 100 + EXTRACT(DAY FROM person.birth_date) THEN 1 ELSE 0 END AS BIGINT
    ) AS age,
    person.sex,
    CASE
        WHEN substance.code LIKE 'F10%' THEN 'alcohol' WHEN substance.code LIKE 'F11%' THEN 'opioid'
        WHEN substance.code LIKE 'F14%' OR substance.code LIKE 'F15%' THEN 'stimulant' WHEN substance.code LIKE 'F12%' THEN 'cannabis'
        WHEN substance.code IS NOT NULL THEN 'other'
    END AS substance,
    CAST(CASE WHEN prior.course_count IS NOT NULL THEN prior.course_count WHEN asked.stays THEN 0 END AS BIGINT) AS prior_courses,
    outcome.living_start = 'homeless' AS homeless_at_start,
    CAST(problem.problem_count AS BIGINT) AS problem_count,
    course.ended_on IS NOT NULL AS is_ended,
    CAST(DATEDIFF('DAY', course.started_on, course.last_on) AS BIGINT) AS days_in_service,
    course.discharge_reason AS end_reason,
    CASE
        WHEN course.ended_on IS NULL OR DATEDIFF('DAY', course.started_on, course.last_on) > :drop_out_days THEN FALSE
        ELSE course.discharge_reason <> 'completed'
    END AS left_early,
    CASE WHEN course.ended_on IS NULL THEN FALSE ELSE course.discharge_reason = 'completed' END AS completed,
    CAST(COALESCE(used.contact_count, 0) AS BIGINT) AS contact_count,
    CAST(GREATEST(COALESCE(gap.longest, 0), DATEDIFF('DAY', course.started_on, course.last_on) - COALESCE(used.last_day, 0)) AS BIGINT) AS longest_gap_days,
    CAST(COALESCE(used.offered_count, 0) AS BIGINT) AS offered_count,
    CAST(COALESCE(used.missed_count, 0) AS BIGINT) AS missed_count,
    CASE WHEN COALESCE(used.untimed_count, 0) = 0 THEN CAST(FLOOR(COALESCE(used.seconds, 0) / 60) AS BIGINT) END AS minutes,
    CASE WHEN COALESCE(used.untimed_count, 0) = 0 THEN CAST(FLOOR(COALESCE(used.group_seconds, 0) / 60) AS BIGINT) END AS group_minutes,
    CAST(FLOOR(planned.minutes_times_seven / 7) AS BIGINT) AS planned_minutes,
    CAST(authorized.minutes AS BIGINT) AS authorized_minutes,
    CAST(billed.units AS DECIMAL(18, 4)) AS units_billed,
    CAST(recovery.step_down_days AS BIGINT) AS step_down_days,
    course.ended_on IS NOT NULL AND DATEDIFF('DAY', course.last_on, :as_of) > :step_down_days AS step_down_window_over,
    CASE
        WHEN course.service = 'irs' THEN FALSE
        WHEN person.sex <> 'female' OR EXTRACT(YEAR FROM course.last_on) - EXTRACT(YEAR FROM person.birth_date) - CASE WHEN EXTRACT(MONTH FROM course.last_on) * 100 + EXTRACT(DAY FROM course.last_on) < EXTRACT(MONTH FROM person.birth_date) * 100 + EXTRACT(DAY FROM person.birth_date) THEN 1 ELSE 0 END < 18 THEN FALSE
        WHEN person.sex IS NULL OR person.birth_date IS NULL THEN NULL
        WHEN mother.has_minor THEN TRUE
        WHEN mother.has_undated THEN NULL
        WHEN mother.has_minor IS NOT NULL OR asked.children THEN FALSE
    END AS may_be_eligible_irs,
    offer.offer_count IS NOT NULL AS was_offered_irs,
    CAST(subject_episode_outcome.relapses_now AS BIGINT) AS relapses_now,
    CAST(subject_episode_outcome.relapses_before AS BIGINT) AS relapses_before,
    CAST(subject_episode_outcome.days_at_risk_now AS BIGINT) AS days_at_risk_now,
    CAST(subject_episode_outcome.days_at_risk_before AS BIGINT) AS days_at_risk_before,
    COALESCE(primary_care.day, referred.day) IS NOT NULL AS is_linked_to_primary_care,
    CAST(COALESCE(LEAST(primary_care.day, referred.day), primary_care.day, referred.day, DATEDIFF('DAY', course.started_on, course.last_on)) AS BIGINT) AS days_to_primary_care,
    subject_episode_outcome.environment_supports_recovery,
    subject_episode_outcome.stable_nights_change,
    subject_episode_outcome.living_became_more_independent,
    subject_episode_outcome.lives_independently_throughout,
    CAST(COALESCE(goals.due_count, 0) AS BIGINT) AS goals_due,
    CAST(COALESCE(goals.missed_count, 0) AS BIGINT) AS goals_missed,
    COALESCE(used.practice_count, 0) > 0 AS uses_evidence_based_practice,
    progress.answer AS is_progressing,
    CAST(CASE WHEN outcome_later.tool_end = outcome.tool_start THEN outcome.score_start END AS DECIMAL(18, 4)) AS score_start,
    CAST(CASE WHEN outcome_later.tool_end = outcome.tool_start THEN outcome_later.score_end END AS DECIMAL(18, 4)) AS score_end,
    outcome.work_start IN ('full', 'part') AS employed_start,
    outcome_later.work_end IN ('full', 'part') AS employed_end,
    outcome.living_start <> 'homeless' AS housed_start,
    outcome_later.living_end <> 'homeless' AS housed_end,
    outcome.arrests_start = 0 AS not_arrested_start,
    outcome_later.arrests_end = 0 AS not_arrested_end,
    CASE WHEN used_again.start_count > 0 THEN FALSE WHEN asked.use_start THEN TRUE END AS abstinent_start,
    CASE WHEN course.ended_on IS NULL THEN NULL WHEN used_again.end_count > 0 THEN FALSE WHEN asked.use_end THEN TRUE END AS abstinent_end,
    outcome.self_help_start > 0 AS self_help_start,
    outcome_later.self_help_end > 0 AS self_help_end
FROM course
JOIN person ON person.person_id = course.person_id
LEFT JOIN clinician ON clinician.episode_id = course.episode_id
LEFT JOIN gap ON gap.episode_id = course.episode_id
LEFT JOIN used ON used.episode_id = course.episode_id
LEFT JOIN planned ON planned.episode_id = course.episode_id
LEFT JOIN authorized ON authorized.episode_id = course.episode_id
LEFT JOIN billed ON billed.episode_id = course.episode_id
LEFT JOIN substance ON substance.episode_id = course.episode_id AND substance.place = 1
LEFT JOIN prior ON prior.episode_id = course.episode_id
LEFT JOIN asked ON asked.episode_id = course.episode_id
LEFT JOIN used_again ON used_again.episode_id = course.episode_id
LEFT JOIN mother ON mother.episode_id = course.episode_id
LEFT JOIN problem ON problem.episode_id = course.episode_id
LEFT JOIN outcome ON outcome.episode_id = course.episode_id
LEFT JOIN outcome_later ON outcome_later.episode_id = course.episode_id
LEFT JOIN recovery ON recovery.episode_id = course.episode_id
LEFT JOIN offer ON offer.episode_id = course.episode_id
LEFT JOIN primary_care ON primary_care.episode_id = course.episode_id
LEFT JOIN referred ON referred.episode_id = course.episode_id
LEFT JOIN goals ON goals.episode_id = course.episode_id
LEFT JOIN progress ON progress.episode_id = course.episode_id AND progress.place = 1
LEFT JOIN subject_episode_outcome ON subject_episode_outcome.episode_id = course.episode_id
