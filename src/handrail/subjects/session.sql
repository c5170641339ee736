-- One row per session or contact that a program offered: what it was, where, how many came, and who gave it.
WITH giver AS (
    -- One row per session and member of staff who gave it: 1 where one of the listed licences was in force that day.
    SELECT
        session.session_id,
        session_staff.staff_id,
        MAX(CASE WHEN credential.credential_id IS NULL THEN 0 ELSE 1 END) AS is_listed
    FROM session
    JOIN session_staff ON session_staff.session_id = session.session_id
    LEFT JOIN credential
        ON credential.staff_id = session_staff.staff_id
        AND credential.kind IN (:listed_credentials)
        AND credential.issued_on <= session.held_on
        AND (credential.expires_on IS NULL OR credential.expires_on >= session.held_on)
    GROUP BY session.session_id, session_staff.staff_id
),
clinicians AS (
    SELECT session_id, COUNT(*) AS clinician_count, SUM(1 - is_listed) AS unlisted_count
    FROM giver
    GROUP BY session_id
),
came AS (
    -- One row per person in the log of a session whose head count nobody recorded. Times that contradict
    -- each other count as undocumented.
    SELECT
        session.session_id,
        MAX(CASE WHEN attendance.status = 'attended' THEN 1 ELSE 0 END) AS attended,
        MIN(session.held_on) AS held_on,
        MIN(session.starts_at) AS starts_at,
        MIN(session.ends_at) AS ends_at,
        MIN(CASE WHEN attendance.arrived_at > attendance.left_at THEN NULL ELSE attendance.arrived_at END) AS arrived_at,
        MAX(CASE WHEN attendance.arrived_at > attendance.left_at THEN NULL ELSE attendance.left_at END) AS left_at
    FROM session
    JOIN attendance ON attendance.session_id = session.session_id
    WHERE session.head_count IS NULL
    GROUP BY session.session_id, attendance.episode_id
),
stay AS (
    -- The time in which each person may have been present, and whether she surely was.
    SELECT
        session_id,
        attended,
        CASE WHEN attended = 1 AND arrived_at IS NOT NULL AND left_at IS NOT NULL THEN 1 ELSE 0 END AS surely,
        COALESCE(arrived_at, starts_at, CAST(held_on AS TIMESTAMP)) AS came_at,
        COALESCE(left_at, ends_at, CAST(held_on + CAST(2 AS INT) AS TIMESTAMP)) AS went_at
    FROM came
),
side AS (
    SELECT stay.*, UNNEST(GENERATE_SERIES(0, 1)) AS is_going FROM stay
),
step AS (
    -- Each stay twice: her coming adds one to those present, her going takes one away.
    SELECT
        session_id,
        attended,
        CASE WHEN is_going = 1 THEN went_at ELSE came_at END AS at,
        CASE WHEN is_going = 1 THEN -attended ELSE attended END AS possible,
        CASE WHEN is_going = 1 THEN -surely ELSE surely END AS sure
    FROM side
),
presence AS (
    -- How many were in the room after each coming and going; at one moment, those who go leave first.
    SELECT
        session_id,
        attended,
        SUM(sure) OVER (PARTITION BY session_id ORDER BY at NULLS FIRST, possible NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS sure_count,
        SUM(possible) OVER (PARTITION BY session_id ORDER BY at NULLS FIRST, possible NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS possible_count
    FROM step
),
peak AS (
    -- Whoever came was there for a while, so one who came is a peak of one.
    SELECT
        session_id,
        GREATEST(MAX(sure_count), MAX(attended)) AS least,
        GREATEST(MAX(possible_count), MAX(attended)) AS most
    FROM presence
    GROUP BY session_id
)
SELECT
    session.session_id,
    program.service,
    session.held_on AS judged_on,
    session.program_id,
    session.type,
    session.setting,
    CASE WHEN TRIM(session.setting_note) <> '' THEN TRUE ELSE FALSE END AS setting_is_described,
    session.status = 'held' AS is_held,
    session.type IN (:group_types) AS is_group,
    session.type IN (:skilled_types) AS is_skilled,
    CAST(COALESCE(session.head_count, peak.least, 0) AS BIGINT) AS head_count_least,
    CAST(COALESCE(session.head_count, peak.most) AS BIGINT) AS head_count_most,
    CAST(session.scheduled_count AS BIGINT) AS scheduled_count,
    CAST(clinicians.clinician_count AS BIGINT) AS clinician_count,
    CAST(clinicians.unlisted_count AS BIGINT) AS unlisted_clinician_count
FROM session
JOIN program ON program.program_id = session.program_id
LEFT JOIN clinicians ON clinicians.session_id = session.session_id
LEFT JOIN peak ON peak.session_id = session.session_id
