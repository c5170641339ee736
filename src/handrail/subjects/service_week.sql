-- One row per admitted episode and calendar week, Monday to Sunday, that it touches, up to the as-of date.
-- A session belongs to the week of its service date, also where it runs past midnight.
WITH course AS (
    SELECT
        episode.episode_id,
        episode.person_id,
        episode.program_id,
        episode.admitted_on,
        episode.discharged_on,
        CAST(DATE_TRUNC('week', episode.admitted_on) AS DATE) AS first_week,
        LEAST(:as_of, COALESCE(episode.discharged_on, :as_of)) AS last_day
    FROM episode
    WHERE episode.admitted_on IS NOT NULL
),
counted AS (
    SELECT course.*, CAST(FLOOR(DATEDIFF('DAY', first_week, last_day) / 7) AS INT) AS later_weeks
    FROM course
),
numbered AS (
    SELECT counted.*, UNNEST(GENERATE_SERIES(0, later_weeks)) AS week_number
    FROM counted
    WHERE later_weeks >= 0
),
enrolled AS (
    SELECT
        episode_id,
        person_id,
        program_id,
        admitted_on,
        discharged_on,
        first_week + CAST(week_number * 7 AS INT) AS week_start,
        first_week + CAST(week_number * 7 + 6 AS INT) AS sunday
    FROM numbered
),
giver AS (
    -- One row per session of which it is known who gave it: 1 where a listed licence was in force that day.
    SELECT
        session.session_id,
        MAX(CASE WHEN credential.credential_id IS NULL THEN 0 ELSE 1 END) AS is_listed
    FROM session
    JOIN session_staff ON session_staff.session_id = session.session_id
    LEFT JOIN credential
        ON credential.staff_id = session_staff.staff_id
        AND credential.kind IN (:listed_credentials)
        AND credential.issued_on <= session.held_on
        AND (credential.expires_on IS NULL OR credential.expires_on >= session.held_on)
    GROUP BY session.session_id
),
treatment AS (
    -- The held sessions that count or may count; one whose end is not after its start has no known times. Each day of
    -- the week has a mark of its own: 1, 2, 4, 8 and so on, so that days can be counted by their marks.
    SELECT
        session.session_id,
        session.held_on,
        CAST(DATE_TRUNC('week', session.held_on) AS DATE) AS week_start,
        CAST(POWER(2, DATEDIFF('DAY', CAST(DATE_TRUNC('week', session.held_on) AS DATE), session.held_on)) AS INT) AS day_mark,
        CASE WHEN session.ends_at <= session.starts_at THEN NULL ELSE session.starts_at END AS starts_at,
        CASE WHEN session.ends_at <= session.starts_at THEN NULL ELSE session.ends_at END AS ends_at,
        60 * COALESCE(session.break_minutes, 0) AS break_seconds,
        COALESCE(giver.is_listed, 0) = 1 AS surely_counts,
        session.type NOT IN (:group_types) OR COALESCE(session.head_count >= :fewest_in_group, FALSE) AS surely_large,
        session.type NOT IN (:group_types) OR COALESCE(session.head_count >= :fewest_in_group, TRUE) AS maybe_large
    FROM session
    LEFT JOIN giver ON giver.session_id = session.session_id
    WHERE session.status = 'held'
        AND session.type IN (:skilled_types)
        AND COALESCE(giver.is_listed, 1) = 1
),
presence AS (
    -- One row per attendance: when she can have been there at most, and whether that is documented. Times that
    -- contradict each other count as undocumented. What lies before admission or after discharge is not part of it.
    SELECT
        attendance.episode_id,
        treatment.week_start,
        treatment.day_mark,
        treatment.break_seconds,
        DATEDIFF('SECOND', treatment.starts_at, treatment.ends_at) - treatment.break_seconds AS session_seconds,
        treatment.surely_counts,
        treatment.surely_large,
        treatment.maybe_large,
        treatment.surely_counts AND COALESCE(attendance.arrived_at <= attendance.left_at, FALSE) AS is_sure,
        CASE
            WHEN attendance.arrived_at > attendance.left_at THEN treatment.starts_at
            ELSE GREATEST(
                COALESCE(attendance.arrived_at, treatment.starts_at), COALESCE(treatment.starts_at, attendance.arrived_at)
            )
        END AS came_at,
        CASE
            WHEN attendance.arrived_at > attendance.left_at THEN treatment.ends_at
            ELSE LEAST(COALESCE(attendance.left_at, treatment.ends_at), COALESCE(treatment.ends_at, attendance.left_at))
        END AS went_at
    FROM attendance
    JOIN treatment ON treatment.session_id = attendance.session_id
    JOIN course ON course.episode_id = attendance.episode_id
    WHERE attendance.status = 'attended'
        AND DATEDIFF('DAY', course.admitted_on, treatment.held_on) >= 0
        AND COALESCE(DATEDIFF('DAY', treatment.held_on, course.discharged_on) >= 0, TRUE)
),
after_others AS (
    -- Until when the attendances that began before this one already cover the week.
    SELECT
        presence.*,
        MAX(CASE WHEN is_sure AND went_at > came_at THEN went_at END) OVER earlier AS sure_until,
        MAX(CASE WHEN went_at > came_at THEN went_at END) OVER earlier AS maybe_until,
        MAX(CASE WHEN is_sure AND surely_large AND went_at > came_at THEN went_at END) OVER earlier AS sure_large_until,
        MAX(CASE WHEN maybe_large AND went_at > came_at THEN went_at END) OVER earlier AS maybe_large_until
    FROM presence
    WINDOW earlier AS (
        PARTITION BY episode_id, week_start
        ORDER BY came_at NULLS FIRST, went_at NULLS FIRST, break_seconds NULLS FIRST, session_seconds NULLS FIRST
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
added AS (
    -- What each attendance adds to the week, in seconds. A break lies inside it at worst and outside it at best.
    SELECT
        episode_id,
        week_start,
        day_mark,
        surely_counts,
        is_sure,
        surely_large,
        maybe_large,
        break_seconds,
        session_seconds,
        came_at IS NULL OR went_at IS NULL AS is_open,
        DATEDIFF('SECOND', GREATEST(came_at, COALESCE(sure_until, came_at)), went_at) - break_seconds AS sure_seconds,
        DATEDIFF('SECOND', GREATEST(came_at, COALESCE(sure_large_until, came_at)), went_at) - break_seconds
            AS sure_large_seconds,
        DATEDIFF('SECOND', GREATEST(came_at, COALESCE(maybe_until, came_at)), went_at) AS maybe_seconds,
        DATEDIFF('SECOND', GREATEST(came_at, COALESCE(maybe_large_until, came_at)), went_at) AS maybe_large_seconds
    FROM after_others
),
attended AS (
    SELECT
        episode_id,
        week_start,
        SUM(CASE WHEN is_sure AND sure_seconds > 0 THEN sure_seconds ELSE 0 END) AS least,
        SUM(CASE WHEN maybe_seconds > 0 THEN GREATEST(0, LEAST(maybe_seconds, COALESCE(session_seconds, maybe_seconds))) ELSE 0 END)
            AS most,
        COUNT(CASE WHEN is_open THEN 1 END) AS open_count,
        SUM(CASE WHEN is_sure AND surely_large AND sure_large_seconds > 0 THEN sure_large_seconds ELSE 0 END) AS least_large,
        SUM(
            CASE
                WHEN maybe_large AND maybe_large_seconds > 0
                    THEN GREATEST(0, LEAST(maybe_large_seconds, COALESCE(session_seconds, maybe_large_seconds)))
                ELSE 0
            END
        ) AS most_large,
        COUNT(CASE WHEN is_open AND maybe_large THEN 1 END) AS open_large_count,
        BIT_COUNT(BIT_OR(CASE WHEN surely_counts THEN day_mark END)) AS least_days,
        BIT_COUNT(BIT_OR(day_mark)) AS most_days
    FROM added
    GROUP BY episode_id, week_start
),
absence AS (
    SELECT attendance.episode_id, CAST(DATE_TRUNC('week', session.held_on) AS DATE) AS week_start
    FROM attendance
    JOIN session ON session.session_id = attendance.session_id
    WHERE attendance.status = 'excused' AND session.type IN (:skilled_types)
),
excused AS (
    SELECT episode_id, week_start, COUNT(*) AS absence_count FROM absence GROUP BY episode_id, week_start
),
closing AS (
    SELECT
        program_id,
        CAST(DATE_TRUNC('week', starts_on) AS DATE) AS first_week,
        CAST(FLOOR(DATEDIFF('DAY', CAST(DATE_TRUNC('week', starts_on) AS DATE), ends_on) / 7) AS INT) AS later_weeks
    FROM program_closure
),
closing_week AS (
    SELECT closing.*, UNNEST(GENERATE_SERIES(0, later_weeks)) AS week_number
    FROM closing
    WHERE later_weeks >= 0
),
closed_week AS (
    SELECT program_id, first_week + CAST(week_number * 7 AS INT) AS week_start FROM closing_week
),
closure AS (
    SELECT program_id, week_start, COUNT(*) AS closure_count
    FROM closed_week
    GROUP BY program_id, week_start
)
SELECT
    enrolled.episode_id,
    enrolled.week_start,
    program.service,
    LEAST(enrolled.sunday, :as_of) AS judged_on,
    enrolled.person_id,
    enrolled.program_id,
    enrolled.admitted_on <= enrolled.week_start AND COALESCE(enrolled.discharged_on >= enrolled.sunday, TRUE) AS is_full_week,
    CAST(
        GREATEST(
            0,
            1 + DATEDIFF(
                'DAY',
                GREATEST(enrolled.week_start, enrolled.admitted_on),
                LEAST(enrolled.sunday, COALESCE(enrolled.discharged_on, enrolled.sunday))
            )
        ) AS BIGINT
    ) AS enrolled_days,
    :as_of > LEAST(enrolled.sunday, COALESCE(enrolled.discharged_on, enrolled.sunday)) AS week_is_over,
    CAST(FLOOR(COALESCE(attended.least, 0) / 60) AS BIGINT) AS attended_minutes_least,
    CASE
        WHEN COALESCE(attended.open_count, 0) = 0
            THEN CAST(FLOOR(GREATEST(COALESCE(attended.least, 0), COALESCE(attended.most, 0)) / 60) AS BIGINT)
    END AS attended_minutes_most,
    CAST(FLOOR(COALESCE(attended.least_large, 0) / 60) AS BIGINT) AS attended_minutes_in_full_groups_least,
    CASE
        WHEN COALESCE(attended.open_large_count, 0) = 0
            THEN CAST(FLOOR(GREATEST(COALESCE(attended.least_large, 0), COALESCE(attended.most_large, 0)) / 60) AS BIGINT)
    END AS attended_minutes_in_full_groups_most,
    CAST(COALESCE(attended.least_days, 0) AS BIGINT) AS attended_day_count_least,
    CAST(COALESCE(attended.most_days, 0) AS BIGINT) AS attended_day_count_most,
    COALESCE(closure.closure_count, 0) > 0 AS had_announced_closure,
    CAST(COALESCE(excused.absence_count, 0) AS BIGINT) AS excused_absence_count
FROM enrolled
JOIN program ON program.program_id = enrolled.program_id
LEFT JOIN attended ON attended.episode_id = enrolled.episode_id AND attended.week_start = enrolled.week_start
LEFT JOIN excused ON excused.episode_id = enrolled.episode_id AND excused.week_start = enrolled.week_start
LEFT JOIN closure ON closure.program_id = enrolled.program_id AND closure.week_start = enrolled.week_start
