-- One row for each review of an admitted episode that was held, numbered from 1 in order, and one for the next
-- that is due: while the episode is open, or if she left after the day it was due.
-- A held review is judged on its day, the next one as of today or the last day of the episode.
WITH course AS (
    SELECT
        episode.episode_id,
        episode.person_id,
        episode.program_id,
        program.service,
        episode.admitted_on,
        episode.discharged_on
    FROM episode
    JOIN program ON program.program_id = episode.program_id
    WHERE episode.admitted_on IS NOT NULL
),

first_plan AS (
    SELECT episode_id, MIN(effective_on) AS planned_on FROM plan GROUP BY episode_id
),

so_far AS (
    SELECT episode_id, COUNT(*) AS review_count, MAX(reviewed_on) AS reviewed_on FROM plan_review GROUP BY episode_id
),

listed AS (
    SELECT
        episode_id,
        ROW_NUMBER() OVER (
            PARTITION BY episode_id ORDER BY reviewed_on NULLS LAST, plan_review_id NULLS LAST) AS review_number,
        plan_review_id,
        reviewed_by,
        updates_plan,
        cooccurring_monitored,
        reviewed_on,
        LAG(reviewed_on) OVER (
            PARTITION BY episode_id ORDER BY reviewed_on NULLS LAST, plan_review_id NULLS LAST) AS previous_on
    FROM plan_review
    UNION ALL
    SELECT
        course.episode_id,
        COALESCE(so_far.review_count, 0) + 1 AS review_number,
        CAST(NULL AS TEXT) AS plan_review_id,
        CAST(NULL AS TEXT) AS reviewed_by,
        CAST(NULL AS BOOLEAN) AS updates_plan,
        CAST(NULL AS BOOLEAN) AS cooccurring_monitored,
        CAST(NULL AS DATE) AS reviewed_on,
        so_far.reviewed_on AS previous_on
    FROM course
    LEFT JOIN so_far ON so_far.episode_id = course.episode_id
),

-- From when its time runs: from the review before or, for the first, from the first plan (or from admission).
anchored AS (
    SELECT
        course.episode_id,
        CAST(listed.review_number AS BIGINT) AS review_number,
        course.person_id,
        course.program_id,
        course.service,
        course.discharged_on,
        listed.plan_review_id,
        listed.reviewed_by,
        listed.updates_plan,
        listed.cooccurring_monitored,
        listed.previous_on,
        COALESCE(listed.reviewed_on, LEAST(course.discharged_on, :as_of)) AS judged_on,
        COALESCE(listed.previous_on, course.admitted_on) AS admission_anchor_on,
        CASE
            WHEN first_plan.planned_on <= COALESCE(listed.reviewed_on, LEAST(course.discharged_on, :as_of))
                THEN GREATEST(listed.previous_on, first_plan.planned_on)
        END AS plan_anchor_on
    FROM course
    JOIN listed ON listed.episode_id = course.episode_id
    LEFT JOIN first_plan ON first_plan.episode_id = course.episode_id
),

-- The last day on which it is in time, and the last on which its signatures are: by the same day, or on its own.
review AS (
    SELECT
        anchored.*,
        CASE WHEN :review_anchor = 'admission' THEN admission_anchor_on ELSE plan_anchor_on END
            + CAST(:review_days AS INT) AS due_on,
        CASE
            WHEN :review_anchor = 'admission'
                THEN GREATEST(judged_on, LEAST(admission_anchor_on + CAST(:review_days AS INT), discharged_on))
            WHEN plan_anchor_on IS NULL THEN judged_on
            ELSE GREATEST(judged_on, LEAST(plan_anchor_on + CAST(:review_days AS INT), discharged_on))
        END AS signatures_due_on
    FROM anchored
),

-- The version of the plan in force until this review, and the interval it asks for.
asked AS (
    SELECT
        review.episode_id,
        review.review_number,
        plan.review_every_days,
        DATEDIFF('DAY', GREATEST(review.previous_on, plan.effective_on), review.judged_on) AS days_since_asked
    FROM review
    JOIN plan ON plan.episode_id = review.episode_id
    WHERE plan.effective_on < review.judged_on
        OR (review.plan_review_id IS NULL AND plan.effective_on = review.judged_on)
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY review.episode_id, review.review_number ORDER BY plan.effective_on DESC, plan.plan_id DESC
    ) = 1
),

guide AS (
    SELECT
        review.episode_id,
        review.review_number,
        BOOL_OR(credential.kind IN (:guiding_credentials) AND credential.issued_on <= review.judged_on
            AND (credential.expires_on IS NULL OR credential.expires_on >= review.judged_on)) AS is_licensed
    FROM review
    JOIN credential ON credential.staff_id = review.reviewed_by
    GROUP BY review.episode_id, review.review_number
),

present AS (
    SELECT
        review.episode_id,
        review.review_number,
        BOOL_OR(participant.role = 'individual' AND participant.took_part) AS individual_came,
        BOOL_OR(participant.role = 'individual' AND NOT participant.took_part) AS individual_declined,
        BOOL_OR(participant.role IN ('family', 'support') AND participant.took_part) AS family_came,
        BOOL_OR(participant.role IN ('family', 'support') AND participant.took_part
            AND (participant.consent_on IS NULL OR participant.consent_on > review.judged_on)) AS family_unapproved
    FROM review
    JOIN review_participant AS participant ON participant.plan_review_id = review.plan_review_id
    GROUP BY review.episode_id, review.review_number
),

signed AS (
    SELECT
        review.episode_id,
        review.review_number,
        BOOL_OR(NOT COALESCE(signature.refused, FALSE)) AS is_signed,
        BOOL_OR(COALESCE(signature.refused, FALSE)) AS is_refused
    FROM review
    JOIN signature ON signature.plan_review_id = review.plan_review_id
    WHERE signature.signer = 'individual' AND signature.signed_on <= review.signatures_due_on
    GROUP BY review.episode_id, review.review_number
),

-- The treatment team on the day of the review, and who of them signed in time. Staff have no refusal.
team AS (
    SELECT
        review.episode_id,
        review.review_number,
        COUNT(DISTINCT team_member.staff_id) - COUNT(DISTINCT signature.staff_id) AS unsigned_count
    FROM review
    JOIN team_member ON team_member.episode_id = review.episode_id
    LEFT JOIN signature
        ON signature.plan_review_id = review.plan_review_id AND signature.staff_id = team_member.staff_id
        AND signature.signer = 'staff' AND NOT COALESCE(signature.refused, FALSE)
        AND signature.signed_on <= review.signatures_due_on
    WHERE team_member.starts_on <= review.judged_on
        AND (team_member.ends_on IS NULL OR team_member.ends_on >= review.judged_on)
    GROUP BY review.episode_id, review.review_number
),

mental AS (
    SELECT
        review.episode_id,
        review.review_number,
        BOOL_OR(diagnosis.resolved_on IS NULL OR diagnosis.resolved_on > review.judged_on) AS is_present
    FROM review
    JOIN diagnosis ON diagnosis.person_id = review.person_id
    WHERE diagnosis.category = 'mental' AND diagnosis.diagnosed_on <= review.judged_on
    GROUP BY review.episode_id, review.review_number
),

diagnoses_asked AS (
    SELECT review.episode_id, review.review_number, TRUE AS was_asked
    FROM review
    JOIN inquiry ON inquiry.person_id = review.person_id
    WHERE inquiry.topic = 'diagnoses' AND inquiry.asked_on <= review.judged_on
    GROUP BY review.episode_id, review.review_number
)

SELECT
    review.episode_id,
    review.review_number,
    review.service,
    review.judged_on,
    review.person_id,
    review.program_id,
    review.plan_review_id IS NOT NULL AS is_held,
    review.plan_anchor_on IS NOT NULL AS has_plan,
    CAST(DATEDIFF('DAY', review.plan_anchor_on, review.judged_on) AS BIGINT) AS days_since_plan,
    CAST(DATEDIFF('DAY', review.admission_anchor_on, review.judged_on) AS BIGINT) AS days_since_admission_or_review,
    review.plan_review_id IS NULL AND review.discharged_on IS NOT NULL
        AND (review.due_on IS NULL OR review.judged_on <= review.due_on) AS left_before_due,
    COALESCE(asked.review_every_days < :review_days, FALSE) AS plan_asks_sooner,
    CAST(asked.review_every_days AS BIGINT) AS plan_interval_days,
    CAST(asked.days_since_asked AS BIGINT) AS days_since_asked,
    review.plan_review_id IS NULL AND review.discharged_on IS NOT NULL
        AND COALESCE(asked.days_since_asked <= asked.review_every_days, TRUE) AS left_before_asked,
    guide.is_licensed AS reviewer_is_licensed,
    review.updates_plan,
    COALESCE(present.individual_came, FALSE) AS individual_took_part,
    COALESCE(present.individual_declined, FALSE) AS individual_declined,
    COALESCE(present.family_came, FALSE) AS family_took_part,
    CASE WHEN present.family_came THEN NOT present.family_unapproved END AS family_is_approved,
    COALESCE(signed.is_signed, FALSE) AS individual_signed_in_time,
    COALESCE(signed.is_refused, FALSE) AS individual_refused_in_time,
    CAST(team.unsigned_count AS BIGINT) AS unsigned_team_count,
    review.plan_review_id IS NOT NULL AND review.signatures_due_on < :as_of AS signatures_were_due,
    CASE
        WHEN mental.is_present THEN TRUE
        WHEN diagnoses_asked.was_asked THEN FALSE
    END AS has_mental_diagnosis,
    review.cooccurring_monitored
FROM review
LEFT JOIN asked ON asked.episode_id = review.episode_id AND asked.review_number = review.review_number
LEFT JOIN guide ON guide.episode_id = review.episode_id AND guide.review_number = review.review_number
LEFT JOIN present ON present.episode_id = review.episode_id AND present.review_number = review.review_number
LEFT JOIN signed ON signed.episode_id = review.episode_id AND signed.review_number = review.review_number
LEFT JOIN team ON team.episode_id = review.episode_id AND team.review_number = review.review_number
LEFT JOIN mental ON mental.episode_id = review.episode_id AND mental.review_number = review.review_number
LEFT JOIN diagnoses_asked
    ON diagnoses_asked.episode_id = review.episode_id AND diagnoses_asked.review_number = review.review_number
WHERE review.plan_review_id IS NOT NULL
    OR review.discharged_on IS NULL
    OR review.judged_on > review.due_on
    OR (asked.review_every_days < :review_days AND asked.days_since_asked > asked.review_every_days)
