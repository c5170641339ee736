-- One row for each admitted episode: the assessment that serves to admit her.
-- It is judged on the first day of treatment (without any: the last day of the episode, or as-of).
WITH treatment AS (
    SELECT attendance.episode_id, MIN(session.held_on) AS first_treatment_on
    FROM attendance
    JOIN session ON session.session_id = attendance.session_id
    WHERE attendance.status = 'attended' AND session.status = 'held' AND session.type IN (:skilled_types)
    GROUP BY attendance.episode_id
),

first_plan AS (
    SELECT episode_id, MIN(effective_on) AS planned_on FROM plan GROUP BY episode_id
),

first_review AS (
    SELECT episode_id, MIN(reviewed_on) AS reviewed_on FROM plan_review GROUP BY episode_id
),

-- The course of the episode so far: what is judged on which day.
course AS (
    SELECT
        episode.episode_id,
        episode.person_id,
        episode.program_id,
        program.service,
        episode.admitted_on,
        episode.discharged_on,
        treatment.first_treatment_on,
        COALESCE(treatment.first_treatment_on, LEAST(episode.discharged_on, :as_of)) AS judged_on,
        first_plan.planned_on,
        first_review.reviewed_on,
        LEAST(
            first_review.reviewed_on,
            COALESCE(first_plan.planned_on, episode.admitted_on) + CAST(:review_days AS INT)
        ) AS review_due_on
    FROM episode
    JOIN program ON program.program_id = episode.program_id
    LEFT JOIN treatment ON treatment.episode_id = episode.episode_id
    LEFT JOIN first_plan ON first_plan.episode_id = episode.episode_id
    LEFT JOIN first_review ON first_review.episode_id = episode.episode_id
    WHERE episode.admitted_on IS NOT NULL
),

-- Her assessments of this episode, and earlier ones from elsewhere that a clinician attested as relevant although
-- nobody has yet filed them under an episode (those only in time).
considered AS (
    SELECT
        course.episode_id,
        course.judged_on,
        assessment.assessment_id,
        assessment.kind,
        assessment.completed_on,
        assessment.assessor_id,
        assessment.assessor_credential,
        assessment.found_relevant,
        assessment.gives_diagnosis,
        assessment.gives_level,
        assessment.gives_discharge_plan,
        assessment.suspects_mental_condition,
        assessment.episode_id IS NOT NULL AS is_own,
        assessment.completed_on <= course.judged_on AS is_in_time
    FROM course
    JOIN assessment ON assessment.person_id = course.person_id
    WHERE (assessment.episode_id = course.episode_id AND assessment.kind IN ('initial', 'prior', 'addendum'))
        OR (assessment.episode_id IS NULL AND assessment.kind = 'prior' AND assessment.found_relevant
            AND assessment.completed_on <= course.judged_on)
),

-- The one that serves. In time before late; made for this episode before taken over; in time the latest, late the
-- earliest.
serving AS (
    SELECT considered.*
    FROM considered
    WHERE kind <> 'addendum'
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY episode_id
        ORDER BY
            CASE
                WHEN is_in_time AND kind = 'initial' THEN 0
                WHEN is_in_time AND is_own THEN 1
                WHEN is_in_time THEN 2
                ELSE 3
            END,
            ABS(DATEDIFF('DAY', completed_on, judged_on)),
            assessment_id DESC
    ) = 1
),

-- The credentials that an assessor of ours held on the day the assessment was completed, and those of a supervisor.
assessor AS (
    SELECT
        serving.episode_id,
        BOOL_OR(own.kind IN (:assessing_credentials) AND own.issued_on <= serving.completed_on
            AND (own.expires_on IS NULL OR own.expires_on >= serving.completed_on)) AS is_full,
        BOOL_OR(own.kind IN (:addiction_credentials) AND own.issued_on <= serving.completed_on
            AND (own.expires_on IS NULL OR own.expires_on >= serving.completed_on)) AS treats_addiction,
        BOOL_OR(own.kind IN (:capable_credentials) AND own.issued_on <= serving.completed_on
            AND (own.expires_on IS NULL OR own.expires_on >= serving.completed_on)) AS treats_both,
        BOOL_OR(own.kind IN (:provisional_credentials) AND own.issued_on <= serving.completed_on
            AND (own.expires_on IS NULL OR own.expires_on >= serving.completed_on)
            AND theirs.kind IN (:assessing_credentials) AND theirs.issued_on <= serving.completed_on
            AND (theirs.expires_on IS NULL OR theirs.expires_on >= serving.completed_on)
            AND (staff.left_on IS NULL OR staff.left_on >= serving.completed_on)) AS is_supervised,
        BOOL_OR(own.kind IN (:provisional_credentials) AND own.issued_on <= serving.completed_on
            AND (own.expires_on IS NULL OR own.expires_on >= serving.completed_on)
            AND own.supervisor_id IS NOT NULL AND theirs.staff_id IS NULL) AS supervisor_is_unclear
    FROM serving
    JOIN credential AS own ON own.staff_id = serving.assessor_id
    LEFT JOIN credential AS theirs ON theirs.staff_id = own.supervisor_id
    LEFT JOIN staff ON staff.staff_id = own.supervisor_id
    GROUP BY serving.episode_id
),

-- What the addenda of the episode supply, if they were complete in time; NULL where one does not say.
addendum AS (
    SELECT
        episode_id,
        CASE WHEN BOOL_OR(gives_diagnosis) THEN TRUE
            WHEN COUNT(gives_diagnosis) = COUNT(*) THEN FALSE END AS gives_diagnosis,
        CASE WHEN BOOL_OR(gives_level) THEN TRUE
            WHEN COUNT(gives_level) = COUNT(*) THEN FALSE END AS gives_level,
        CASE WHEN BOOL_OR(gives_discharge_plan) THEN TRUE
            WHEN COUNT(gives_discharge_plan) = COUNT(*) THEN FALSE END AS gives_discharge_plan
    FROM considered
    WHERE kind = 'addendum' AND is_in_time
    GROUP BY episode_id
),

-- Co-occurring screenings of the assessment that serves or of an addendum in time.
screened AS (
    SELECT
        considered.episode_id,
        CASE WHEN BOOL_OR(screening.positive) THEN TRUE
            WHEN COUNT(screening.positive) = COUNT(*) THEN FALSE END AS is_positive
    FROM considered
    JOIN screening ON screening.assessment_id = considered.assessment_id
    LEFT JOIN serving
        ON serving.episode_id = considered.episode_id AND serving.assessment_id = considered.assessment_id
    WHERE screening.kind = 'cooccurring'
        AND screening.screened_on <= GREATEST(considered.judged_on, considered.completed_on)
        AND (serving.episode_id IS NOT NULL OR (considered.kind = 'addendum' AND considered.is_in_time))
    GROUP BY considered.episode_id
),

covered AS (
    SELECT course.episode_id, BOOL_OR(coverage.payer_type = 'medicaid') AS is_medicaid
    FROM course
    JOIN coverage ON coverage.person_id = course.person_id
    WHERE coverage.starts_on <= course.admitted_on
        AND (coverage.ends_on IS NULL OR coverage.ends_on >= course.admitted_on)
    GROUP BY course.episode_id
),

coverage_asked AS (
    SELECT course.episode_id, TRUE AS was_asked
    FROM course
    JOIN inquiry ON inquiry.person_id = course.person_id
    WHERE inquiry.topic = 'coverage' AND inquiry.asked_on <= course.judged_on
    GROUP BY course.episode_id
),

-- Referrals for her mental health, and whether the receiver could diagnose and treat both.
referred AS (
    SELECT
        course.episode_id,
        BOOL_OR(referral.receiver_credential IN (:capable_credentials)
            AND referral.referred_on <= course.review_due_on) AS is_by_review,
        BOOL_OR(referral.receiver_credential IS NULL
            AND referral.referred_on <= course.review_due_on) AS is_unclear_by_review,
        BOOL_OR(referral.receiver_credential IN (:capable_credentials)
            AND referral.referred_on <= COALESCE(course.planned_on, :as_of)) AS is_by_plan,
        BOOL_OR(referral.receiver_credential IS NULL
            AND referral.referred_on <= COALESCE(course.planned_on, :as_of)) AS is_unclear_by_plan
    FROM course
    JOIN referral ON referral.episode_id = course.episode_id
    WHERE referral.purpose IN ('mental_health', 'psychiatric')
    GROUP BY course.episode_id
)

SELECT
    course.episode_id,
    course.service,
    course.judged_on,
    course.person_id,
    course.program_id,
    course.first_treatment_on IS NOT NULL AS treatment_has_begun,
    course.first_treatment_on IS NULL AND course.discharged_on IS NOT NULL AS left_before_treatment,
    serving.episode_id IS NOT NULL AS has_assessment,
    COALESCE(serving.is_in_time, FALSE) AS assessed_by_first_treatment,
    CASE
        WHEN serving.assessor_id IS NOT NULL THEN assessor.is_full
        ELSE serving.assessor_credential IN (:assessing_credentials)
    END AS assessor_is_fully_licensed,
    CASE
        WHEN serving.assessor_id IS NULL AND serving.assessor_credential IN (:provisional_credentials) THEN NULL
        WHEN serving.assessor_id IS NULL AND serving.assessor_credential IS NULL THEN NULL
        WHEN serving.assessor_id IS NULL THEN FALSE
        WHEN assessor.is_supervised THEN TRUE
        WHEN assessor.supervisor_is_unclear OR assessor.episode_id IS NULL THEN NULL
        ELSE FALSE
    END AS assessor_is_supervised_provisional,
    CASE
        WHEN serving.episode_id IS NULL THEN FALSE
        WHEN serving.assessor_id IS NOT NULL THEN assessor.treats_addiction AND NOT assessor.treats_both
        ELSE serving.assessor_credential IN (:addiction_credentials)
    END AS assessor_treats_addiction_only,
    COALESCE(serving.kind = 'prior', FALSE) AS is_prior,
    CAST(CASE
        WHEN serving.completed_on >= course.admitted_on THEN 0
        ELSE (EXTRACT(YEAR FROM course.admitted_on) - EXTRACT(YEAR FROM serving.completed_on)) * 12
            + EXTRACT(MONTH FROM course.admitted_on) - EXTRACT(MONTH FROM serving.completed_on)
            - CASE WHEN EXTRACT(DAY FROM course.admitted_on) < EXTRACT(DAY FROM serving.completed_on)
                THEN 1 ELSE 0 END
    END AS BIGINT) AS assessment_age_months,
    serving.found_relevant,
    serving.gives_diagnosis,
    serving.gives_level,
    serving.gives_discharge_plan,
    CASE
        WHEN serving.episode_id IS NULL OR addendum.episode_id IS NULL THEN FALSE
        ELSE (addendum.gives_diagnosis OR (serving.found_relevant AND serving.gives_diagnosis))
            AND (addendum.gives_level OR (serving.found_relevant AND serving.gives_level))
            AND (addendum.gives_discharge_plan OR (serving.found_relevant AND serving.gives_discharge_plan))
    END AS addendum_supplies_missing,
    CASE
        WHEN covered.is_medicaid THEN TRUE
        WHEN covered.episode_id IS NOT NULL OR coverage_asked.was_asked THEN FALSE
    END AS is_medicaid_member,
    screened.episode_id IS NOT NULL AS has_cooccurring_screen,
    CASE
        WHEN screened.episode_id IS NULL THEN serving.suspects_mental_condition
        ELSE serving.suspects_mental_condition OR screened.is_positive
    END AS suspects_mental_condition,
    CASE
        WHEN referred.is_by_review THEN TRUE
        WHEN referred.is_unclear_by_review THEN NULL
        ELSE FALSE
    END AS referred_to_capable_clinician_by_review,
    CASE
        WHEN referred.is_by_plan THEN TRUE
        WHEN referred.is_unclear_by_plan THEN NULL
        ELSE FALSE
    END AS referred_to_capable_clinician_by_plan,
    course.reviewed_on IS NOT NULL OR course.review_due_on < :as_of AS first_review_was_due,
    course.reviewed_on IS NULL AND course.discharged_on IS NOT NULL
        AND course.discharged_on <= course.review_due_on AS left_before_first_review,
    course.planned_on IS NOT NULL AS plan_is_written,
    course.planned_on IS NULL AND course.discharged_on IS NOT NULL AS left_before_plan
FROM course
LEFT JOIN serving ON serving.episode_id = course.episode_id
LEFT JOIN assessor ON assessor.episode_id = course.episode_id
LEFT JOIN addendum ON addendum.episode_id = course.episode_id
LEFT JOIN screened ON screened.episode_id = course.episode_id
LEFT JOIN covered ON covered.episode_id = course.episode_id
LEFT JOIN coverage_asked ON coverage_asked.episode_id = course.episode_id
LEFT JOIN referred ON referred.episode_id = course.episode_id
