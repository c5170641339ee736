-- One request for, or admission to, the service. With :candidates also one row a person who never asked for it.
-- Judged on the day of the request, or of the start where there was none. What may be found out between the two
-- (diagnoses, ratings, judgements) counts until facts_until: the day of the start or, before it, today.
WITH course AS (  -- every episode of every program, with what the program gives
  SELECT
    episode.episode_id, episode.person_id, episode.program_id, episode.requested_on, episode.admitted_on,
    episode.discharged_on, episode.objectives_met, program.service, program.level, program.dual_diagnosis_enhanced,
    COALESCE(program.focus, 'substance_use') AS focus
  FROM episode
  JOIN program ON program.program_id = episode.program_id
  WHERE COALESCE(episode.requested_on, episode.admitted_on) IS NOT NULL
),
entry AS (  -- the rows to judge; a candidate is judged for a program that is not enhanced
  SELECT
    course.episode_id AS admission_id, course.person_id, course.episode_id, course.program_id,
    COALESCE(course.requested_on, course.admitted_on) AS judged_on,
    COALESCE(course.admitted_on, :as_of) AS facts_until,
    course.admitted_on IS NOT NULL AS has_begun,
    course.dual_diagnosis_enhanced
  FROM course
  WHERE course.service = :service
  UNION ALL
  SELECT
    'candidate:' || person.person_id, person.person_id, CAST(NULL AS TEXT), CAST(NULL AS TEXT),
    :as_of, :as_of, FALSE, FALSE
  FROM person
  ANTI JOIN course ON course.person_id = person.person_id AND course.service = :service
  WHERE :candidates AND person.died_on IS NULL
),
asked AS (  -- what somebody has asked about: without it, no record is no answer
  SELECT
    entry.admission_id,
    BOOL_OR(inquiry.topic = 'children') AS children,
    BOOL_OR(inquiry.topic = 'diagnoses') AS diagnoses,
    BOOL_OR(inquiry.topic = 'stays') AS stays,
    BOOL_OR(inquiry.topic = 'impairments') AS impairments
  FROM entry
  JOIN inquiry ON inquiry.person_id = entry.person_id AND inquiry.asked_on <= entry.facts_until
  WHERE inquiry.topic IN ('children', 'diagnoses', 'stays', 'impairments')
  GROUP BY entry.admission_id
),
young AS (  -- children born by the day judged: is one still a minor, does one lack a birth date?
  SELECT
    entry.admission_id,
    BOOL_OR(
      EXTRACT(YEAR FROM entry.judged_on) - EXTRACT(YEAR FROM child.birth_date) - CASE
        WHEN EXTRACT(MONTH FROM entry.judged_on) * 100 + EXTRACT(DAY FROM entry.judged_on)
          < EXTRACT(MONTH FROM child.birth_date) * 100 + EXTRACT(DAY FROM child.birth_date) THEN 1
        ELSE 0
      END < :majority_age
    ) AS has_minor,
    BOOL_OR(child.birth_date IS NULL) AS has_undated
  FROM entry
  JOIN child ON child.person_id = entry.person_id AND (child.birth_date IS NULL OR child.birth_date <= entry.judged_on)
  GROUP BY entry.admission_id
),
found AS (  -- diagnoses in force, and whether each followed the manual of its day
  SELECT
    entry.admission_id,
    diagnosis.category IN ('substance_use', 'substance_induced') AS is_substance,
    diagnosis.category = 'tobacco' AS is_tobacco,
    diagnosis.category = 'mental' AS is_mental,
    CASE
      WHEN EXTRACT(YEAR FROM diagnosis.diagnosed_on) >= :current_manual_from
        THEN REPLACE(REPLACE(UPPER(diagnosis.manual), '-', ''), ' ', '') LIKE :current_manual
      WHEN EXTRACT(YEAR FROM diagnosis.diagnosed_on) >= :previous_manual_from
        THEN REPLACE(REPLACE(UPPER(diagnosis.manual), '-', ''), ' ', '') LIKE :previous_manual
    END AS manual_was_current,
    diagnosis.diagnosed_by, diagnosis.diagnosed_on, diagnosis.diagnoser_credential
  FROM entry
  JOIN diagnosis
    ON diagnosis.person_id = entry.person_id
    AND diagnosis.diagnosed_on <= entry.facts_until
    AND (diagnosis.resolved_on IS NULL OR diagnosis.resolved_on >= entry.facts_until)
  WHERE diagnosis.category IN ('substance_use', 'substance_induced', 'tobacco', 'mental')
),
diagnosed AS (
  SELECT
    found.admission_id,
    BOOL_OR(found.is_substance) AS with_substance,
    BOOL_OR(found.is_tobacco) AS with_tobacco,
    BOOL_OR(found.is_mental) AS with_mental,
    BOOL_OR(CASE WHEN NOT found.is_mental THEN found.manual_was_current END) AS by_current_manual,
    BOOL_OR(NOT found.is_mental AND found.manual_was_current IS NULL) AS by_unknown_manual
  FROM found
  GROUP BY found.admission_id
),
maker AS (  -- who made each diagnosis: the licences held on that day
  SELECT
    found.admission_id,
    found.is_mental,
    CASE
      WHEN credential.kind IS NULL THEN found.diagnoser_credential
      WHEN credential.issued_on <= found.diagnosed_on
        AND (credential.expires_on IS NULL OR credential.expires_on >= found.diagnosed_on) THEN credential.kind
      ELSE 'not in force'
    END AS license
  FROM found
  LEFT JOIN credential ON credential.staff_id = found.diagnosed_by
),
made AS (
  SELECT
    maker.admission_id,
    BOOL_OR(CASE WHEN NOT maker.is_mental THEN maker.license IN (:diagnosing_credentials) END) AS by_capable,
    BOOL_OR(NOT maker.is_mental AND maker.license IS NULL) AS by_unknown,
    BOOL_OR(CASE WHEN maker.is_mental THEN maker.license IN (:mental_diagnosing_credentials) END) AS mental_by_capable,
    BOOL_OR(maker.is_mental AND maker.license IS NULL) AS mental_by_unknown
  FROM maker
  GROUP BY maker.admission_id
),
stay AS (  -- treatment before or beside this: elsewhere, and in programs of our own
  SELECT
    outside_stay.person_id, CAST(NULL AS TEXT) AS episode_id, outside_stay.level, outside_stay.focus,
    outside_stay.admitted_on, outside_stay.discharged_on, outside_stay.objectives_met
  FROM outside_stay
  UNION ALL
  SELECT
    course.person_id, course.episode_id, course.level, course.focus,
    course.admitted_on, course.discharged_on, course.objectives_met
  FROM course
  WHERE course.admitted_on IS NOT NULL
),
earlier AS (  -- each stay as it stood then: of which kind (NULL: unknown), and left_on (NULL: still going on)
  SELECT
    entry.admission_id,
    CASE WHEN stay.discharged_on <= entry.facts_until THEN stay.discharged_on END AS left_on,
    stay.focus = 'substance_use' AND (
      stay.level IN (:named_levels) OR (:intensive_level = 'named and similar' AND stay.level IN (:similar_levels))
    ) AS is_intensive,
    stay.focus = 'substance_use' AND stay.level IN (:levels_above) AS is_above,
    stay.focus = 'substance_use' AND stay.level IN (:levels_one) AS is_level_one,
    stay.objectives_met
  FROM entry
  JOIN stay
    ON stay.person_id = entry.person_id
    AND stay.admitted_on <= entry.facts_until
    AND COALESCE(stay.episode_id, '') <> entry.admission_id
),
stayed AS (
  SELECT
    earlier.admission_id,
    MAX(CASE WHEN earlier.is_intensive THEN earlier.left_on END) AS left_on,
    MAX(CASE WHEN COALESCE(earlier.is_intensive, TRUE) THEN earlier.left_on END) AS left_on_perhaps,
    BOOL_OR(earlier.is_intensive AND earlier.left_on IS NULL) AS in_intensive,
    BOOL_OR(earlier.is_intensive IS NULL AND earlier.left_on IS NULL) AS in_intensive_perhaps,
    BOOL_OR(earlier.is_above AND earlier.left_on IS NOT NULL) AS left_above,
    BOOL_OR(earlier.is_above AND earlier.left_on IS NOT NULL AND earlier.objectives_met) AS met_above,
    BOOL_OR((earlier.is_above AND earlier.left_on IS NOT NULL AND earlier.objectives_met) IS NULL) AS met_above_perhaps,
    BOOL_OR(earlier.is_level_one) AS at_level_one,
    BOOL_OR(earlier.is_level_one IS NULL) AS at_level_one_perhaps
  FROM earlier
  GROUP BY earlier.admission_id
),
finding AS (  -- 0 not limited, 1 unclear, 2 limited by something else, 3 limited by something unknown, 4 limited by use
  SELECT
    entry.admission_id,
    functional_impairment.activity,
    DATEDIFF('DAY', DATE '1970-01-01', functional_impairment.observed_on) * 8 + CASE
      WHEN NOT functional_impairment.limits_activity THEN 0
      WHEN functional_impairment.limits_activity IS NULL THEN 1
      WHEN NOT functional_impairment.substance_related THEN 2
      WHEN functional_impairment.substance_related IS NULL THEN 3
      ELSE 4
    END AS dated_state
  FROM entry
  JOIN functional_impairment
    ON functional_impairment.person_id = entry.person_id AND functional_impairment.observed_on <= entry.facts_until
),
impaired AS (  -- the highest dated state is the latest one; of two on one day the graver counts
  SELECT
    finding.admission_id,
    MAX(CASE WHEN finding.activity = 'employment_education' THEN finding.dated_state END) % 8 AS employment,
    MAX(CASE WHEN finding.activity = 'finances' THEN finding.dated_state END) % 8 AS finances,
    MAX(CASE WHEN finding.activity = 'public_supports' THEN finding.dated_state END) % 8 AS supports,
    MAX(CASE WHEN finding.activity = 'abstinence_skills' THEN finding.dated_state END) % 8 AS abstinence,
    MAX(CASE WHEN finding.activity = 'coping_skills' THEN finding.dated_state END) % 8 AS coping,
    MAX(CASE WHEN finding.activity = 'other' THEN finding.dated_state END) % 8 AS other
  FROM finding
  GROUP BY finding.admission_id
),
serving AS (  -- the assessments of the entry; the latest that is no addendum serves, with the addenda made since
  SELECT
    entry.admission_id, assessment.assessment_id, assessment.kind, assessment.asam_edition, assessment.completed_on,
    MAX(CASE WHEN assessment.kind <> 'addendum' THEN assessment.completed_on END)
      OVER (PARTITION BY entry.admission_id) AS served_from
  FROM entry
  JOIN assessment
    ON COALESCE(assessment.episode_id, 'candidate:' || assessment.person_id) = entry.admission_id
    AND assessment.completed_on <= entry.facts_until
),
edition AS (
  SELECT
    serving.admission_id,
    MAX(serving.asam_edition) AS asam_edition
  FROM serving
  WHERE serving.kind <> 'addendum' AND serving.completed_on = serving.served_from
  GROUP BY serving.admission_id
),
rating AS (  -- problem: 0 no, 1 yes, 2 denied and yet rated. In another edition the dimensions mean other things.
  SELECT
    serving.admission_id,
    DATEDIFF('DAY', serving.served_from, serving.completed_on) AS days_later,
    dimension_rating.dimension,
    dimension_rating.rating,
    CASE
      WHEN dimension_rating.has_problem OR (dimension_rating.has_problem IS NULL AND dimension_rating.rating > 0) THEN 1
      WHEN dimension_rating.rating > 0 THEN 2
      WHEN NOT dimension_rating.has_problem OR dimension_rating.rating = 0 THEN 0
    END AS problem
  FROM serving
  JOIN dimension_rating ON dimension_rating.assessment_id = serving.assessment_id
  WHERE serving.completed_on >= serving.served_from AND serving.asam_edition = :asam_edition
),
rated AS (  -- an addendum adds or replaces a rating: the later counts, and of two on one day the graver
  SELECT
    rating.admission_id,
    MAX(CASE WHEN rating.dimension = 1 THEN rating.days_later * 4 + rating.problem END) % 4 AS problem_1,
    MAX(CASE WHEN rating.dimension = 2 THEN rating.days_later * 4 + rating.problem END) % 4 AS problem_2,
    MAX(CASE WHEN rating.dimension = 3 THEN rating.days_later * 4 + rating.problem END) % 4 AS problem_3,
    MAX(CASE WHEN rating.dimension = 4 THEN rating.days_later * 4 + rating.problem END) % 4 AS problem_4,
    MAX(CASE WHEN rating.dimension = 5 THEN rating.days_later * 4 + rating.problem END) % 4 AS problem_5,
    MAX(CASE WHEN rating.dimension = 6 THEN rating.days_later * 4 + rating.problem END) % 4 AS problem_6,
    MAX(CASE WHEN rating.dimension = 1 THEN rating.days_later * 8 + rating.rating END) % 8 AS rating_1,
    MAX(CASE WHEN rating.dimension = 2 THEN rating.days_later * 8 + rating.rating END) % 8 AS rating_2,
    MAX(CASE WHEN rating.dimension = 3 THEN rating.days_later * 8 + rating.rating END) % 8 AS rating_3,
    MAX(CASE WHEN rating.dimension = 4 THEN rating.days_later * 8 + rating.rating END) % 8 AS rating_4,
    MAX(CASE WHEN rating.dimension = 5 THEN rating.days_later * 8 + rating.rating END) % 8 AS rating_5,
    MAX(CASE WHEN rating.dimension = 6 THEN rating.days_later * 8 + rating.rating END) % 8 AS rating_6
  FROM rating
  GROUP BY rating.admission_id
),
opinion AS (  -- the latest judgement of each kind; of overrides, about each clause
  SELECT
    entry.admission_id, judgement.kind, judgement.answer,
    CASE WHEN judgement.kind = 'override' AND judgement.answer THEN judgement.about END AS departs_from
  FROM entry
  JOIN judgement ON judgement.episode_id = entry.episode_id AND judgement.judged_on <= entry.facts_until
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY entry.admission_id, judgement.kind, CASE WHEN judgement.kind = 'override' THEN judgement.about END
    ORDER BY judgement.judged_on DESC, judgement.judgement_id DESC
  ) = 1
),
judged AS (
  SELECT
    opinion.admission_id,
    BOOL_OR(CASE WHEN opinion.kind = 'expects_progress' THEN opinion.answer END) AS expects_progress,
    BOOL_OR(CASE WHEN opinion.kind = 'needs_dual_diagnosis_services' THEN opinion.answer END) AS needs_dual_diagnosis,
    BOOL_OR(CASE WHEN opinion.kind = 'level_one_insufficient' THEN opinion.answer END) AS level_one_insufficient,
    BOOL_OR(CASE WHEN opinion.kind = 'level_one_was_preparation' THEN opinion.answer END) AS level_one_preparation,
    STRING_AGG(opinion.departs_from, ' ' ORDER BY opinion.departs_from) AS departs_from
  FROM opinion
  GROUP BY opinion.admission_id
)
SELECT
  entry.admission_id,
  :service AS service,
  entry.judged_on,
  entry.person_id,
  entry.episode_id,
  entry.program_id,
  entry.facts_until,
  entry.has_begun,
  person.sex,
  CAST(
    EXTRACT(YEAR FROM entry.facts_until) - EXTRACT(YEAR FROM person.birth_date) - CASE
      WHEN EXTRACT(MONTH FROM entry.facts_until) * 100 + EXTRACT(DAY FROM entry.facts_until)
        < EXTRACT(MONTH FROM person.birth_date) * 100 + EXTRACT(DAY FROM person.birth_date) THEN 1
      ELSE 0
    END AS BIGINT
  ) AS age_years,
  CASE WHEN diagnosed.with_substance THEN TRUE WHEN asked.diagnoses THEN FALSE END AS has_substance_diagnosis,
  CASE WHEN diagnosed.with_tobacco THEN TRUE WHEN asked.diagnoses THEN FALSE END AS has_tobacco_diagnosis,
  CASE WHEN diagnosed.with_mental THEN TRUE WHEN asked.diagnoses THEN FALSE END AS has_mental_diagnosis,
  CASE WHEN diagnosed.by_current_manual OR NOT diagnosed.by_unknown_manual
    THEN diagnosed.by_current_manual END AS diagnosis_manual_was_current,
  CASE WHEN made.by_capable OR NOT made.by_unknown THEN made.by_capable END AS diagnosed_by_capable_clinician,
  CASE WHEN made.mental_by_capable OR NOT made.mental_by_unknown
    THEN made.mental_by_capable END AS mental_diagnosed_by_capable_clinician,
  CASE
    WHEN young.has_minor THEN TRUE
    WHEN young.has_undated THEN NULL
    WHEN asked.children THEN FALSE
  END AS has_minor_child,
  CASE
    WHEN stayed.left_on IS NOT NULL THEN TRUE
    WHEN stayed.left_on_perhaps IS NULL AND (asked.stays OR stayed.in_intensive) THEN FALSE
  END AS was_discharged_from_intensive,
  CASE
    WHEN stayed.in_intensive THEN TRUE
    WHEN stayed.in_intensive_perhaps THEN NULL
    WHEN stayed.left_on IS NOT NULL OR asked.stays THEN FALSE
  END AS is_still_in_intensive,
  CAST(CASE WHEN stayed.left_on_perhaps < entry.judged_on
    THEN DATEDIFF('DAY', stayed.left_on_perhaps, entry.judged_on) ELSE 0 END AS BIGINT) AS days_since_intensive_least,
  CAST(CASE WHEN stayed.left_on < entry.judged_on THEN DATEDIFF('DAY', stayed.left_on, entry.judged_on)
    WHEN stayed.left_on >= entry.judged_on THEN 0 END AS BIGINT) AS days_since_intensive_most,
  CAST(COALESCE(
    DATEDIFF('DAY', stayed.left_on_perhaps, entry.facts_until), 0
  ) AS BIGINT) AS days_from_intensive_to_start_least,
  CAST(DATEDIFF('DAY', stayed.left_on, entry.facts_until) AS BIGINT) AS days_from_intensive_to_start_most,
  CASE WHEN impaired.employment >= 2 THEN TRUE
    WHEN COALESCE(impaired.employment = 0, asked.impairments) THEN FALSE END AS employment_limited,
  CASE WHEN impaired.employment = 4 THEN TRUE
    WHEN COALESCE(impaired.employment IN (0, 2), asked.impairments) THEN FALSE END AS employment_related,
  CASE WHEN impaired.finances >= 2 THEN TRUE
    WHEN COALESCE(impaired.finances = 0, asked.impairments) THEN FALSE END AS finances_limited,
  CASE WHEN impaired.finances = 4 THEN TRUE
    WHEN COALESCE(impaired.finances IN (0, 2), asked.impairments) THEN FALSE END AS finances_related,
  CASE WHEN impaired.supports >= 2 THEN TRUE
    WHEN COALESCE(impaired.supports = 0, asked.impairments) THEN FALSE END AS supports_limited,
  CASE WHEN impaired.supports = 4 THEN TRUE
    WHEN COALESCE(impaired.supports IN (0, 2), asked.impairments) THEN FALSE END AS supports_related,
  CASE WHEN impaired.abstinence >= 2 THEN TRUE
    WHEN COALESCE(impaired.abstinence = 0, asked.impairments) THEN FALSE END AS abstinence_limited,
  CASE WHEN impaired.abstinence = 4 THEN TRUE
    WHEN COALESCE(impaired.abstinence IN (0, 2), asked.impairments) THEN FALSE END AS abstinence_related,
  CASE WHEN impaired.coping >= 2 THEN TRUE
    WHEN COALESCE(impaired.coping = 0, asked.impairments) THEN FALSE END AS coping_limited,
  CASE WHEN impaired.coping = 4 THEN TRUE
    WHEN COALESCE(impaired.coping IN (0, 2), asked.impairments) THEN FALSE END AS coping_related,
  CASE WHEN impaired.other >= 2 THEN TRUE
    WHEN COALESCE(impaired.other = 0, asked.impairments) THEN FALSE END AS other_limited,
  CASE WHEN impaired.other = 4 THEN TRUE
    WHEN COALESCE(impaired.other IN (0, 2), asked.impairments) THEN FALSE END AS other_related,
  edition.asam_edition,
  CASE WHEN rated.problem_1 < 2 THEN rated.problem_1 = 1 END AS d1_problem,
  CAST(rated.rating_1 AS BIGINT) AS d1_rating,
  CASE WHEN rated.problem_2 < 2 THEN rated.problem_2 = 1 END AS d2_problem,
  CAST(rated.rating_2 AS BIGINT) AS d2_rating,
  CASE WHEN rated.problem_3 < 2 THEN rated.problem_3 = 1 END AS d3_problem,
  CAST(rated.rating_3 AS BIGINT) AS d3_rating,
  CASE WHEN rated.problem_4 < 2 THEN rated.problem_4 = 1 END AS d4_problem,
  CAST(rated.rating_4 AS BIGINT) AS d4_rating,
  CASE WHEN rated.problem_5 < 2 THEN rated.problem_5 = 1 END AS d5_problem,
  CAST(rated.rating_5 AS BIGINT) AS d5_rating,
  CASE WHEN rated.problem_6 < 2 THEN rated.problem_6 = 1 END AS d6_problem,
  CAST(rated.rating_6 AS BIGINT) AS d6_rating,
  entry.dual_diagnosis_enhanced AS program_is_enhanced,
  COALESCE(judged.needs_dual_diagnosis, FALSE) AS needs_dual_diagnosis_services,
  CASE
    WHEN stayed.met_above THEN TRUE
    WHEN stayed.met_above_perhaps THEN NULL
    WHEN stayed.left_above OR asked.stays THEN FALSE
  END AS met_objectives_above,
  CASE
    WHEN stayed.at_level_one THEN TRUE
    WHEN stayed.at_level_one_perhaps THEN NULL
    WHEN asked.stays THEN FALSE
  END AS was_at_level_one,
  judged.level_one_insufficient AS level_one_was_insufficient,
  judged.level_one_preparation AS level_one_was_preparation,
  judged.expects_progress,
  COALESCE(judged.departs_from, '') AS departs_from_guidance
FROM entry
LEFT JOIN person ON person.person_id = entry.person_id
LEFT JOIN asked ON asked.admission_id = entry.admission_id
LEFT JOIN young ON young.admission_id = entry.admission_id
LEFT JOIN diagnosed ON diagnosed.admission_id = entry.admission_id
LEFT JOIN made ON made.admission_id = entry.admission_id
LEFT JOIN stayed ON stayed.admission_id = entry.admission_id
LEFT JOIN impaired ON impaired.admission_id = entry.admission_id
LEFT JOIN edition ON edition.admission_id = entry.admission_id
LEFT JOIN rated ON rated.admission_id = entry.admission_id
LEFT JOIN judged ON judged.admission_id = entry.admission_id
