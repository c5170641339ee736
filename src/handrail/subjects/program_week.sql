-- One row per program and calendar week, Monday to Sunday, from the week in which it began up to the as-of date or
-- its last day. A session belongs to the week of its service date; all times are wall-clock times.
WITH sign_of_work AS (
    SELECT program_id, held_on AS happened_on FROM session
    UNION ALL
    SELECT program_id, admitted_on AS happened_on FROM episode WHERE admitted_on IS NOT NULL
),
beginning AS (
    -- A program begins with its first session or admission; what lies before the records begin is not judged.
    SELECT program_id, MIN(happened_on) AS first_work_on FROM sign_of_work GROUP BY program_id
),
working AS (
    SELECT
        program.program_id,
        program.service,
        program.closed_on,
        GREATEST(beginning.first_work_on, COALESCE(program.opened_on, beginning.first_work_on)) AS began_on,
        LEAST(:as_of, COALESCE(program.closed_on, :as_of)) AS last_day
    FROM program
    JOIN beginning ON beginning.program_id = program.program_id
),
counted AS (
    SELECT
        working.*,
        CAST(DATE_TRUNC('week', began_on) AS DATE) AS first_week,
        CAST(FLOOR(DATEDIFF('DAY', CAST(DATE_TRUNC('week', began_on) AS DATE), last_day) / 7) AS INT) AS later_weeks
    FROM working
),
numbered AS (
    SELECT counted.*, UNNEST(GENERATE_SERIES(0, later_weeks)) AS week_number
    FROM counted
    WHERE later_weeks >= 0
),
open_week AS (
    SELECT
        program_id,
        service,
        began_on,
        closed_on,
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
held AS (
    -- The sessions that were held; their times are known where there is a start, and an end after it.
    SELECT
        session.session_id,
        session.program_id,
        session.type,
        session.held_on,
        session.head_count,
        CAST(DATE_TRUNC('week', session.held_on) AS DATE) AS week_start,
        CASE WHEN session.starts_at < session.ends_at THEN session.starts_at END AS starts_at,
        CASE WHEN session.starts_at < session.ends_at THEN session.ends_at END AS ends_at,
        60 * COALESCE(session.break_minutes, 0) AS break_seconds
    FROM session
    WHERE session.status = 'held' AND session.type IN (:skilled_types)
),
offer AS (
    -- Those that count, or may count because nobody wrote down who gave them.
    SELECT
        held.session_id,
        held.program_id,
        held.week_start,
        held.held_on,
        held.starts_at,
        held.ends_at,
        DATEDIFF('SECOND', held.starts_at, held.ends_at) - held.break_seconds AS session_seconds,
        COALESCE(giver.is_listed, 0) = 1 AS is_sure
    FROM held
    LEFT JOIN giver ON giver.session_id = held.session_id
    WHERE COALESCE(giver.is_listed, 1) = 1
        AND (:hours_offered = 'all sessions' OR held.type NOT IN (:one_to_one_types))
),
after_others AS (
    -- Until when the sessions that began before this one already cover the week: parallel groups count once.
    SELECT
        offer.*,
        MAX(CASE WHEN is_sure THEN ends_at END) OVER (
            PARTITION BY program_id, week_start ORDER BY starts_at NULLS FIRST, session_id NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS sure_until,
        MAX(ends_at) OVER (
            PARTITION BY program_id, week_start ORDER BY starts_at NULLS FIRST, session_id NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS maybe_until
    FROM offer
),
added AS (
    -- What each session adds: the time not covered yet, at most its own length without its breaks.
    SELECT
        program_id,
        week_start,
        held_on,
        is_sure,
        starts_at IS NULL AS is_open,
        LEAST(session_seconds, DATEDIFF('SECOND', GREATEST(starts_at, COALESCE(sure_until, starts_at)), ends_at)) AS sure_seconds,
        LEAST(session_seconds, DATEDIFF('SECOND', GREATEST(starts_at, COALESCE(maybe_until, starts_at)), ends_at)) AS maybe_seconds
    FROM after_others
),
offered AS (
    SELECT
        program_id,
        week_start,
        SUM(CASE WHEN is_sure AND NOT is_open AND sure_seconds > 0 THEN sure_seconds ELSE 0 END) AS least,
        SUM(CASE WHEN NOT is_open AND maybe_seconds > 0 THEN maybe_seconds ELSE 0 END) AS most,
        COUNT(CASE WHEN is_open THEN 1 END) AS open_count,
        COUNT(DISTINCT CASE WHEN is_sure THEN held_on END) AS least_days,
        COUNT(DISTINCT held_on) AS most_days
    FROM added
    GROUP BY program_id, week_start
),
logged AS (
    SELECT held.session_id, COUNT(DISTINCT CASE WHEN attendance.status = 'attended' THEN attendance.episode_id END) AS heads
    FROM held
    JOIN attendance ON attendance.session_id = held.session_id
    WHERE held.head_count IS NULL
    GROUP BY held.session_id
),
weight AS (
    -- What each session gave, in seconds times the individuals present, where both are known.
    SELECT
        held.program_id,
        held.week_start,
        held.type IN (:group_types) AS is_group,
        GREATEST(0, DATEDIFF('SECOND', held.starts_at, held.ends_at) - held.break_seconds)
            * CAST(COALESCE(held.head_count, CASE WHEN held.type IN (:one_to_one_types) THEN 1 END, logged.heads) AS BIGINT)
            AS person_seconds,
        held.starts_at IS NULL
            OR (held.head_count IS NULL AND held.type NOT IN (:one_to_one_types) AND logged.heads IS NULL) AS is_open
    FROM held
    LEFT JOIN logged ON logged.session_id = held.session_id
),
given AS (
    SELECT
        program_id,
        week_start,
        SUM(CASE WHEN is_group AND NOT is_open THEN person_seconds ELSE 0 END) AS in_groups,
        SUM(CASE WHEN NOT is_group AND NOT is_open THEN person_seconds ELSE 0 END) AS apart,
        COUNT(CASE WHEN is_group AND is_open THEN 1 END) AS open_groups,
        COUNT(CASE WHEN NOT is_group AND is_open THEN 1 END) AS open_apart
    FROM weight
    GROUP BY program_id, week_start
),
on_call AS (
    -- The hours of each shift in which the one on call held such a licence, and that have come by the as-of date.
    SELECT
        on_call_shift.program_id,
        GREATEST(on_call_shift.starts_at, CAST(credential.issued_on AS TIMESTAMP)) AS starts_at,
        LEAST(
            on_call_shift.ends_at,
            COALESCE(CAST(credential.expires_on + CAST(1 AS INT) AS TIMESTAMP), on_call_shift.ends_at),
            CAST(:as_of + CAST(1 AS INT) AS TIMESTAMP)
        ) AS ends_at
    FROM on_call_shift
    JOIN credential ON credential.staff_id = on_call_shift.staff_id AND credential.kind IN (:on_call_credentials)
),
on_call_span AS (
    SELECT
        program_id,
        starts_at,
        ends_at,
        CAST(DATE_TRUNC('week', starts_at) AS DATE) AS first_week,
        CAST(FLOOR(DATEDIFF('DAY', CAST(DATE_TRUNC('week', starts_at) AS DATE), CAST(ends_at AS DATE)) / 7) AS INT) AS later_weeks
    FROM on_call
    WHERE ends_at > starts_at
),
on_call_numbered AS (
    SELECT on_call_span.*, UNNEST(GENERATE_SERIES(0, later_weeks)) AS week_number
    FROM on_call_span
),
on_call_part AS (
    -- A shift that runs into the next week is cut at Monday, 0:00.
    SELECT
        program_id,
        first_week + CAST(week_number * 7 AS INT) AS week_start,
        GREATEST(starts_at, CAST(first_week + CAST(week_number * 7 AS INT) AS TIMESTAMP)) AS starts_at,
        LEAST(ends_at, CAST(first_week + CAST(week_number * 7 + 7 AS INT) AS TIMESTAMP)) AS ends_at
    FROM on_call_numbered
),
on_call_after AS (
    SELECT
        on_call_part.*,
        MAX(ends_at) OVER (
            PARTITION BY program_id, week_start ORDER BY starts_at NULLS FIRST, ends_at NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_until
    FROM on_call_part
),
covered AS (
    SELECT
        program_id,
        week_start,
        SUM(GREATEST(0, DATEDIFF('SECOND', GREATEST(starts_at, COALESCE(covered_until, starts_at)), ends_at))) AS seconds
    FROM on_call_after
    GROUP BY program_id, week_start
),
roster AS (
    -- Before its first shift nobody can say whether a program kept a roster; after it, an hour not on it was not covered.
    SELECT program_id, CAST(MIN(starts_at) AS DATE) AS first_shift_on FROM on_call_shift GROUP BY program_id
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
    open_week.program_id,
    open_week.week_start,
    open_week.service,
    LEAST(open_week.sunday, :as_of) AS judged_on,
    open_week.began_on <= open_week.week_start AND COALESCE(open_week.closed_on >= open_week.sunday, TRUE) AS is_full_week,
    :as_of > LEAST(open_week.sunday, COALESCE(open_week.closed_on, open_week.sunday)) AS week_is_over,
    CAST(FLOOR(COALESCE(offered.least, 0) / 60) AS BIGINT) AS offered_minutes_least,
    CASE
        WHEN COALESCE(offered.open_count, 0) = 0
            THEN CAST(FLOOR(GREATEST(COALESCE(offered.least, 0), COALESCE(offered.most, 0)) / 60) AS BIGINT)
    END AS offered_minutes_most,
    CAST(COALESCE(offered.least_days, 0) AS BIGINT) AS service_day_count_least,
    CAST(COALESCE(offered.most_days, 0) AS BIGINT) AS service_day_count_most,
    CAST(FLOOR((COALESCE(given.in_groups, 0) + COALESCE(given.apart, 0)) / 60) AS BIGINT) AS person_minutes_least,
    CASE
        WHEN COALESCE(given.open_groups, 0) + COALESCE(given.open_apart, 0) = 0
            THEN CAST(FLOOR((COALESCE(given.in_groups, 0) + COALESCE(given.apart, 0)) / 60) AS BIGINT)
    END AS person_minutes_most,
    CAST(
        CASE
            WHEN given.open_apart = 0 AND given.in_groups > 0
                THEN FLOOR(1000000 * given.in_groups / (given.in_groups + given.apart)) / 10000
            ELSE 0
        END AS DECIMAL(18, 4)
    ) AS group_percent_least,
    CAST(
        CASE
            WHEN given.open_groups = 0 AND given.in_groups + given.apart > 0
                THEN FLOOR(1000000 * given.in_groups / (given.in_groups + given.apart)) / 10000
            ELSE 100
        END AS DECIMAL(18, 4)
    ) AS group_percent_most,
    CASE
        WHEN roster.first_shift_on <= LEAST(open_week.sunday, :as_of)
            THEN CAST(FLOOR((604800 - COALESCE(covered.seconds, 0)) / 60) AS BIGINT)
    END AS uncovered_minutes,
    COALESCE(closure.closure_count, 0) > 0 AS had_announced_closure
FROM open_week
LEFT JOIN offered ON offered.program_id = open_week.program_id AND offered.week_start = open_week.week_start
LEFT JOIN given ON given.program_id = open_week.program_id AND given.week_start = open_week.week_start
LEFT JOIN covered ON covered.program_id = open_week.program_id AND covered.week_start = open_week.week_start
LEFT JOIN roster ON roster.program_id = open_week.program_id
LEFT JOIN closure ON closure.program_id = open_week.program_id AND closure.week_start = open_week.week_start
