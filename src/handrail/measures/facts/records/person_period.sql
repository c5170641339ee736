-- One course in one calendar month that it touches, from the month of :since on.
WITH span AS (
    SELECT
        episode_outcome.case_id AS course_id,
        episode_outcome.person_id,
        episode_outcome.service,
        episode_outcome.program,
        episode_outcome.clinician,
        episode_outcome.first_clinician,
        calendar_month.month,
        GREATEST(calendar_month.month, episode_outcome.started_on) AS from_on,
        LEAST(calendar_month.last_day, episode_outcome.on_date) AS to_on
    FROM episode_outcome
    JOIN calendar_month ON calendar_month.month <= episode_outcome.on_date AND calendar_month.last_day >= episode_outcome.started_on
),
contact AS (
    SELECT
        span.course_id,
        span.month,
        attendance.attendance_id,
        attendance.status,
        session.type,
        DATEDIFF('DAY', span.from_on, session.held_on) AS day,
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
    FROM span
    JOIN attendance ON attendance.episode_id = span.course_id
    JOIN session ON session.session_id = attendance.session_id AND session.status = 'held'
    WHERE DATEDIFF('DAY', span.from_on, session.held_on) >= 0 AND DATEDIFF('DAY', session.held_on, span.to_on) >= 0
),
spaced AS (
    SELECT course_id, month, day - COALESCE(LAG(day) OVER (PARTITION BY course_id, month ORDER BY day, attendance_id), 0) AS gap
    FROM contact
    WHERE status = 'attended'
),
gap AS (
    SELECT course_id, month, MAX(gap) AS longest FROM spaced GROUP BY course_id, month
),
used AS (
    SELECT
        course_id,
        month,
        COUNT(*) AS offered,
        COUNT(CASE WHEN status = 'attended' THEN 1 END) AS contacts,
        COUNT(CASE WHEN status = 'absent' THEN 1 END) AS missed,
        COUNT(CASE WHEN status = 'attended' AND type = 'crisis_phone' THEN 1 END) AS crisis_contacts,
        COUNT(CASE WHEN status = 'attended' AND seconds IS NULL THEN 1 END) AS untimed_count,
        SUM(CASE WHEN status = 'attended' THEN seconds END) AS seconds,
        SUM(CASE WHEN status = 'attended' AND type IN ('group', 'education') THEN seconds END) AS group_seconds,
        MAX(CASE WHEN status = 'attended' THEN day END) AS last_day
    FROM contact
    GROUP BY course_id, month
),
asked AS (
    SELECT
        span.course_id,
        span.month,
        BOOL_OR(inquiry.topic = 'incidents') AS incidents,
        BOOL_OR(inquiry.topic = 'grievances') AS grievances
    FROM span
    JOIN inquiry ON inquiry.person_id = span.person_id
    WHERE DATEDIFF('DAY', span.from_on, inquiry.asked_on) >= 0
    GROUP BY span.course_id, span.month
),
happened AS (
    SELECT
        span.course_id,
        span.month,
        COUNT(*) AS incidents,
        COUNT(CASE WHEN incident.severity IN ('severe', 'sentinel') THEN 1 END) AS severe_incidents
    FROM span
    JOIN incident ON incident.episode_id = span.course_id
    WHERE DATEDIFF('DAY', span.from_on, incident.occurred_on) >= 0 AND DATEDIFF('DAY', incident.occurred_on, span.to_on) >= 0
    GROUP BY span.course_id, span.month
),
grieved AS (
    SELECT span.course_id, span.month, COUNT(*) AS grievances
    FROM span
    JOIN grievance ON grievance.episode_id = span.course_id
    WHERE DATEDIFF('DAY', span.from_on, grievance.received_on) >= 0 AND DATEDIFF('DAY', grievance.received_on, span.to_on) >= 0
    GROUP BY span.course_id, span.month
),
billed AS (
    SELECT span.course_id, span.month, SUM(claim_line.units) AS units
    FROM span
    JOIN claim_line ON claim_line.person_id = span.person_id AND claim_line.service_code IN ('H0015', 'S9480', 'T1012')
    WHERE DATEDIFF('DAY', span.from_on, claim_line.starts_on) >= 0 AND DATEDIFF('DAY', claim_line.starts_on, span.to_on) >= 0
        AND CASE WHEN span.service = 'irs' THEN claim_line.service_code = 'T1012' ELSE claim_line.service_code <> 'T1012' END
    GROUP BY span.course_id, span.month
)
SELECT
    span.course_id || '|' || CAST(span.month AS TEXT) AS case_id,
    span.course_id,
    span.person_id,
    span.service,
    span.program,
    span.clinician,
    span.first_clinician,
    span.month AS on_date,
    span.month,
    CAST(DATEDIFF('DAY', span.from_on, span.to_on) + 1 AS BIGINT) AS days_enrolled,
    CAST(COALESCE(used.contacts, 0) AS BIGINT) AS contacts,
    CAST(COALESCE(used.offered, 0) AS BIGINT) AS offered,
    CAST(COALESCE(used.missed, 0) AS BIGINT) AS missed,
    CASE WHEN COALESCE(used.untimed_count, 0) = 0 THEN CAST(FLOOR(COALESCE(used.seconds, 0) / 60) AS BIGINT) END AS minutes,
    CASE WHEN COALESCE(used.untimed_count, 0) = 0 THEN CAST(FLOOR(COALESCE(used.group_seconds, 0) / 60) AS BIGINT) END AS group_minutes,
    CAST(COALESCE(used.crisis_contacts, 0) AS BIGINT) AS crisis_contacts,
    CAST(CASE WHEN happened.incidents IS NOT NULL THEN happened.incidents WHEN asked.incidents THEN 0 END AS BIGINT) AS incidents,
    CAST(CASE WHEN happened.incidents IS NOT NULL THEN happened.severe_incidents WHEN asked.incidents THEN 0 END AS BIGINT) AS severe_incidents,
    CAST(CASE WHEN grieved.grievances IS NOT NULL THEN grieved.grievances WHEN asked.grievances THEN 0 END AS BIGINT) AS grievances,
    CAST(billed.units AS DECIMAL(18, 4)) AS units_billed,
    CAST(GREATEST(COALESCE(gap.longest, 0), DATEDIFF('DAY', span.from_on, span.to_on) - COALESCE(used.last_day, 0)) AS BIGINT) AS longest_gap_days
FROM span
LEFT JOIN used ON used.course_id = span.course_id AND used.month = span.month
LEFT JOIN gap ON gap.course_id = span.course_id AND gap.month = span.month
LEFT JOIN asked ON asked.course_id = span.course_id AND asked.month = span.month
LEFT JOIN happened ON happened.course_id = span.course_id AND happened.month = span.month
LEFT JOIN grieved ON grieved.course_id = span.course_id AND grieved.month = span.month
LEFT JOIN billed ON billed.course_id = span.course_id AND billed.month = span.month
