-- One attendance of one episode at one session: a contact that took place, or one that she missed.
-- It is judged on the day of the session. What lies before admission or after discharge is not part of the service.
WITH contact AS (
    SELECT
        attendance.attendance_id,
        attendance.session_id,
        attendance.episode_id,
        episode.person_id,
        episode.program_id,
        program.service,
        session.held_on AS judged_on,
        attendance.status = 'attended' AND session.status = 'held' AS is_held,
        session.type AS session_type,
        session.setting,
        session.practice
    FROM attendance
    JOIN session ON session.session_id = attendance.session_id
    JOIN episode ON episode.episode_id = attendance.episode_id
    JOIN program ON program.program_id = episode.program_id
    -- Written as a distance, so that no engine takes the dates for something to join by.
    WHERE DATEDIFF('DAY', episode.admitted_on, session.held_on) >= 0
        AND DATEDIFF('DAY', session.held_on, COALESCE(episode.discharged_on, session.held_on)) >= 0
),
area AS (
    SELECT
        session_focus.session_id,
        session_focus.area,
        MAX(CASE WHEN session_focus.area IN (:skill_areas) THEN 1 ELSE 0 END) AS is_named
    FROM session_focus
    GROUP BY session_focus.session_id, session_focus.area
),
focus AS (
    SELECT area.session_id, COUNT(*) AS area_count, SUM(area.is_named) AS named_area_count
    FROM area
    GROUP BY area.session_id
)
SELECT
    contact.attendance_id,
    contact.service,
    contact.judged_on,
    contact.person_id,
    contact.episode_id,
    contact.program_id,
    contact.is_held,
    contact.session_type,
    contact.setting,
    contact.practice,
    contact.practice <> 'none' AS uses_evidence_based_practice,
    CAST(COALESCE(focus.area_count, 0) AS BIGINT) AS focus_area_count,
    CAST(COALESCE(focus.named_area_count, 0) AS BIGINT) AS named_area_count
FROM contact
LEFT JOIN focus ON focus.session_id = contact.session_id
