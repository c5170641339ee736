-- One row for each admitted episode: the providers outside the program who also treat or help her.
-- It is judged as of today, or on the last day of the episode.
WITH course AS (
    SELECT
        episode.episode_id,
        episode.person_id,
        episode.program_id,
        program.service,
        episode.admitted_on,
        episode.discharged_on IS NOT NULL AS is_discharged,
        LEAST(episode.discharged_on, :as_of) AS judged_on
    FROM episode
    JOIN program ON program.program_id = episode.program_id
    WHERE episode.admitted_on IS NOT NULL
),

first_contact AS (
    SELECT care_team_member_id, MIN(contacted_on) AS contacted_on
    FROM coordination_contact
    GROUP BY care_team_member_id
),

-- Each provider: may it be contacted, was it, and how long did that take (or has it taken so far)?
-- Time runs from the day all three were so: she is here, the provider is known, and she consents if she was asked.
provider AS (
    SELECT
        course.episode_id,
        member.role,
        member.role IN (:provider_roles) AS is_counted,
        COALESCE(member.consent_refused, FALSE) AS is_refused,
        first_contact.contacted_on IS NOT NULL AND first_contact.contacted_on <= course.judged_on AS is_contacted,
        GREATEST(0, DATEDIFF('DAY',
            GREATEST(course.admitted_on, member.known_on, member.consent_on),
            LEAST(first_contact.contacted_on, course.judged_on))) AS wait_days
    FROM course
    JOIN care_team_member AS member ON member.episode_id = course.episode_id
    LEFT JOIN first_contact ON first_contact.care_team_member_id = member.care_team_member_id
    WHERE member.known_on <= course.judged_on
),

team AS (
    SELECT
        episode_id,
        NULLIF(COUNT(CASE WHEN is_counted THEN 1 END), 0) AS provider_count,
        COUNT(CASE WHEN is_counted AND NOT is_refused AND NOT is_contacted THEN 1 END) AS uncontacted_count,
        MAX(CASE WHEN is_counted THEN CASE WHEN is_refused THEN 0 ELSE wait_days END END) AS longest_wait_days
    FROM provider
    GROUP BY episode_id
),

medical_home AS (
    SELECT
        episode_id,
        BOOL_OR(is_contacted) AS is_contacted,
        BOOL_AND(is_refused) AS is_refused,
        COALESCE(
            MIN(CASE WHEN is_contacted THEN wait_days END),
            MAX(CASE WHEN NOT is_refused THEN wait_days END)) AS wait_days
    FROM provider
    WHERE role = 'medical_home'
    GROUP BY episode_id
),

asked AS (
    SELECT course.episode_id, 0 AS provider_count
    FROM course
    JOIN inquiry ON inquiry.person_id = course.person_id
    WHERE inquiry.topic = 'providers' AND inquiry.asked_on <= course.judged_on
    GROUP BY course.episode_id
)

SELECT
    course.episode_id,
    course.service,
    course.judged_on,
    course.person_id,
    course.program_id,
    CAST(COALESCE(team.provider_count, asked.provider_count) AS BIGINT) AS provider_count,
    CAST(CASE WHEN team.provider_count IS NOT NULL THEN team.uncontacted_count ELSE asked.provider_count END AS BIGINT)
        AS uncontacted_count,
    CAST(CASE WHEN team.provider_count IS NOT NULL THEN team.longest_wait_days ELSE asked.provider_count END AS BIGINT)
        AS longest_wait_days,
    CASE
        WHEN medical_home.episode_id IS NOT NULL THEN TRUE
        WHEN asked.episode_id IS NOT NULL THEN FALSE
    END AS has_medical_home,
    medical_home.is_contacted AS medical_home_contacted,
    medical_home.is_refused AS medical_home_refused,
    CAST(medical_home.wait_days AS BIGINT) AS medical_home_wait_days,
    CAST(DATEDIFF('DAY', course.admitted_on, course.judged_on) AS BIGINT) AS days_since_start,
    course.is_discharged
FROM course
LEFT JOIN team ON team.episode_id = course.episode_id
LEFT JOIN medical_home ON medical_home.episode_id = course.episode_id
LEFT JOIN asked ON asked.episode_id = course.episode_id
