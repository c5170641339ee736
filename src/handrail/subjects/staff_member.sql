-- One row per member of staff; one who has left is judged on the last day.
WITH member AS (
    SELECT staff.staff_id, staff.program_id, staff.treats, LEAST(:as_of, COALESCE(staff.left_on, :as_of)) AS judged_on
    FROM staff
),
trained AS (
    SELECT
        member.staff_id,
        COUNT(CASE WHEN training.topic = 'recovery_principles' THEN 1 END) AS recovery_count,
        COUNT(CASE WHEN training.topic = 'trauma_informed_care' THEN 1 END) AS trauma_count
    FROM member
    JOIN training ON training.staff_id = member.staff_id AND training.completed_on <= member.judged_on
    GROUP BY member.staff_id
),
in_force AS (
    SELECT member.staff_id, member.judged_on, credential.kind, credential.supervisor_id
    FROM member
    JOIN credential ON credential.staff_id = member.staff_id
    WHERE credential.kind IN (:listed_credentials)
        AND credential.issued_on <= member.judged_on
        AND (credential.expires_on IS NULL OR credential.expires_on >= member.judged_on)
),
licensed AS (
    SELECT
        staff_id,
        COUNT(*) AS listed_count,
        COUNT(CASE WHEN kind NOT IN (:provisional_credentials) THEN 1 END) AS full_count
    FROM in_force
    GROUP BY staff_id
),
supervised AS (
    -- A supervisor's own licence is a listed one, in force, and not provisional.
    SELECT in_force.staff_id, COUNT(*) AS supervisor_count
    FROM in_force
    JOIN credential ON credential.staff_id = in_force.supervisor_id AND in_force.staff_id <> in_force.supervisor_id
    WHERE in_force.kind IN (:provisional_credentials)
        AND credential.kind IN (:listed_credentials)
        AND credential.kind NOT IN (:provisional_credentials)
        AND credential.issued_on <= in_force.judged_on
        AND (credential.expires_on IS NULL OR credential.expires_on >= in_force.judged_on)
    GROUP BY in_force.staff_id
)
SELECT
    member.staff_id,
    program.service,
    member.judged_on,
    member.program_id,
    member.treats,
    COALESCE(trained.recovery_count, 0) > 0 AS trained_in_recovery,
    COALESCE(trained.trauma_count, 0) > 0 AS trained_in_trauma_care,
    COALESCE(licensed.listed_count, 0) > 0 AS holds_listed_credential,
    COALESCE(licensed.listed_count, 0) > 0 AND licensed.full_count = 0 AS is_provisional_only,
    COALESCE(supervised.supervisor_count, 0) > 0 AS has_licensed_supervisor
FROM member
JOIN program ON program.program_id = member.program_id
LEFT JOIN trained ON trained.staff_id = member.staff_id
LEFT JOIN licensed ON licensed.staff_id = member.staff_id
LEFT JOIN supervised ON supervised.staff_id = member.staff_id
