-- One clinician in one quarter in which he or she gave a session: how much time each client had, beside the peers.
-- Peers are those who gave the same service in the same quarter and served enough people. The score is robust: the
-- distance from their median in units of 1.4826 times the median absolute deviation. It selects for a person to look
-- at; it is no finding. Medians are taken of whole numbers (hundredths of a minute, doubled), so every engine agrees.
WITH given AS (
    SELECT
        session_staff.staff_id,
        CAST(DATE_TRUNC('quarter', session.held_on) AS DATE) AS quarter_start,
        session.session_id,
        MAX(
            CASE WHEN session.ends_at > session.starts_at
                THEN GREATEST(0, DATEDIFF('SECOND', session.starts_at, session.ends_at) - 60 * COALESCE(session.break_minutes, 0))
            END
        ) AS seconds
    FROM session_staff
    JOIN session ON session.session_id = session_staff.session_id AND session.status = 'held'
    GROUP BY session_staff.staff_id, CAST(DATE_TRUNC('quarter', session.held_on) AS DATE), session.session_id
),
client AS (
    SELECT
        given.staff_id,
        given.quarter_start,
        episode.person_id,
        COUNT(episode.person_id) AS contact_count,
        COUNT(CASE WHEN episode.person_id IS NOT NULL THEN given.seconds END) AS timed_count,
        SUM(CASE WHEN episode.person_id IS NOT NULL THEN given.seconds END) AS seconds
    FROM given
    LEFT JOIN attendance ON attendance.session_id = given.session_id AND attendance.status = 'attended'
    LEFT JOIN episode ON episode.episode_id = attendance.episode_id
    GROUP BY given.staff_id, given.quarter_start, episode.person_id
),
practice AS (
    SELECT
        client.staff_id,
        client.quarter_start,
        COUNT(client.person_id) AS client_count,
        SUM(client.contact_count) AS contact_count,
        SUM(client.timed_count) AS timed_count,
        SUM(client.seconds) AS seconds
    FROM client
    GROUP BY client.staff_id, client.quarter_start
),
measured AS (
    SELECT
        practice.staff_id,
        practice.quarter_start,
        staff.program_id,
        program.service,
        practice.client_count,
        CASE
            WHEN practice.client_count > 0
                AND (practice.contact_count - practice.timed_count) * 100 <= practice.contact_count * :most_untimed_percent
            THEN CAST(FLOOR(CAST(practice.seconds AS DOUBLE) * 100 / (60 * practice.client_count)) AS BIGINT)
        END AS hundredths,
        CAST(practice.quarter_start + INTERVAL 3 MONTH AS DATE) AS next_quarter
    FROM practice
    JOIN staff ON staff.staff_id = practice.staff_id
    JOIN program ON program.program_id = staff.program_id
),
peer AS (
    SELECT service, quarter_start, staff_id, 2 * hundredths AS doubled
    FROM measured
    WHERE client_count >= :fewest_clients AND hundredths IS NOT NULL
),
middle AS (
    SELECT service, quarter_start, COUNT(*) AS clinician_count, CAST(MEDIAN(doubled) AS BIGINT) AS doubled_median
    FROM peer
    GROUP BY service, quarter_start
),
spread AS (
    SELECT
        peer.service,
        peer.quarter_start,
        CAST(2 * MEDIAN(ABS(peer.doubled - middle.doubled_median)) AS BIGINT) AS quadrupled_deviation
    FROM peer
    JOIN middle ON middle.service = peer.service AND middle.quarter_start = peer.quarter_start
    GROUP BY peer.service, peer.quarter_start
),
compared AS (
    SELECT
        measured.*,
        measured.client_count >= :fewest_clients AND measured.hundredths IS NOT NULL AS is_peer,
        COALESCE(middle.clinician_count, 0) AS clinician_count,
        middle.doubled_median,
        spread.quadrupled_deviation
    FROM measured
    LEFT JOIN middle ON middle.service = measured.service AND middle.quarter_start = measured.quarter_start
    LEFT JOIN spread ON spread.service = measured.service AND spread.quarter_start = measured.quarter_start
)
SELECT
    staff_id,
    quarter_start,
    service,
    LEAST(next_quarter - 1, :as_of) AS judged_on,
    program_id,
    :as_of >= next_quarter AS quarter_is_over,
    client_count > 0 AS has_clients,
    CAST(client_count AS BIGINT) AS client_count,
    CAST(CAST(hundredths AS DOUBLE) / 100 AS DECIMAL(18, 4)) AS minutes_per_client,
    CAST(CASE WHEN is_peer THEN clinician_count - 1 ELSE clinician_count END AS BIGINT) AS peer_count,
    CASE WHEN is_peer AND clinician_count - 1 >= :fewest_peers
        THEN CAST(
            CAST(2 * (2 * hundredths - doubled_median) AS DOUBLE)
            / (1.4826 * CAST(NULLIF(quadrupled_deviation, 0) AS DOUBLE)) AS DECIMAL(18, 4)
        )
    END AS peer_score
FROM compared
