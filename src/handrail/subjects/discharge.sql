-- One admitted episode, looked at on the day of discharge or, while it goes on, on the as-of date.
WITH course AS (
  SELECT
    episode.episode_id,
    episode.person_id,
    episode.program_id,
    program.service,
    COALESCE(episode.discharged_on, :as_of) AS judged_on
  FROM episode
  JOIN program ON program.program_id = episode.program_id
  WHERE episode.admitted_on IS NOT NULL
),
planned AS (  -- goals that were set and not dropped
  SELECT
    course.episode_id,
    COUNT(*) AS goal_count,
    SUM(CASE WHEN goal.met_on <= course.judged_on THEN 0 ELSE 1 END) AS unmet_count
  FROM course
  JOIN goal
    ON goal.episode_id = course.episode_id
    AND goal.set_on <= course.judged_on
    AND (goal.dropped_on IS NULL OR goal.dropped_on > course.judged_on)
  GROUP BY course.episode_id
),
opinion AS (  -- the latest judgement of each kind
  SELECT
    course.episode_id,
    judgement.kind,
    judgement.answer
  FROM course
  JOIN judgement ON judgement.episode_id = course.episode_id AND judgement.judged_on <= course.judged_on
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY course.episode_id, judgement.kind
    ORDER BY judgement.judged_on DESC, judgement.judgement_id DESC
  ) = 1
),
judged AS (
  SELECT
    opinion.episode_id,
    BOOL_OR(CASE WHEN opinion.kind = 'condition_stabilized' THEN opinion.answer END) AS condition_stabilized,
    BOOL_OR(
      CASE WHEN opinion.kind = 'relapse_potential_stabilized' THEN opinion.answer END
    ) AS relapse_potential_stabilized,
    BOOL_OR(CASE WHEN opinion.kind = 'impairment_limited' THEN opinion.answer END) AS impairment_limited
  FROM opinion
  GROUP BY opinion.episode_id
)
SELECT
  course.episode_id,
  course.service,
  course.judged_on,
  course.person_id,
  course.program_id,
  CAST(COALESCE(planned.goal_count, 0) AS BIGINT) AS goal_count,
  CAST(COALESCE(planned.unmet_count, 0) AS BIGINT) AS unmet_goal_count,
  judged.condition_stabilized,
  judged.relapse_potential_stabilized,
  judged.impairment_limited
FROM course
LEFT JOIN planned ON planned.episode_id = course.episode_id
LEFT JOIN judged ON judged.episode_id = course.episode_id
