-- One review of a plan in one episode: what was judged since the review day before.
WITH held AS (  -- the reviews of admitted episodes, numbered
  SELECT
    plan_review.episode_id,
    plan_review.reviewed_on,
    episode.person_id,
    episode.program_id,
    program.service,
    CAST(ROW_NUMBER() OVER (
      PARTITION BY plan_review.episode_id ORDER BY plan_review.reviewed_on, plan_review.plan_review_id
    ) AS BIGINT) AS review_number
  FROM plan_review
  JOIN episode ON episode.episode_id = plan_review.episode_id
  JOIN program ON program.program_id = episode.program_id
  WHERE episode.admitted_on IS NOT NULL
),
review_day AS (  -- two reviews on one day look at the same evidence
  SELECT
    plan_review.episode_id,
    plan_review.reviewed_on,
    LAG(plan_review.reviewed_on) OVER (
      PARTITION BY plan_review.episode_id ORDER BY plan_review.reviewed_on
    ) AS reviewed_before_on
  FROM plan_review
  GROUP BY plan_review.episode_id, plan_review.reviewed_on
),
opinion AS (  -- the latest judgement of each kind up to the review, none from before the last
  SELECT
    review_day.episode_id,
    review_day.reviewed_on,
    judgement.kind,
    judgement.answer
  FROM review_day
  JOIN judgement
    ON judgement.episode_id = review_day.episode_id
    AND judgement.judged_on <= review_day.reviewed_on
    AND (review_day.reviewed_before_on IS NULL OR judgement.judged_on > review_day.reviewed_before_on)
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY review_day.episode_id, review_day.reviewed_on, judgement.kind
    ORDER BY judgement.judged_on DESC, judgement.judgement_id DESC
  ) = 1
),
judged AS (
  SELECT
    opinion.episode_id,
    opinion.reviewed_on,
    BOOL_OR(CASE WHEN opinion.kind = 'progressing' THEN opinion.answer END) AS progressing,
    BOOL_OR(CASE WHEN opinion.kind = 'goals_unmet' THEN opinion.answer END) AS goals_unmet,
    BOOL_OR(CASE WHEN opinion.kind = 'level_necessary' THEN opinion.answer END) AS level_necessary,
    BOOL_OR(CASE WHEN opinion.kind = 'has_capacity' THEN opinion.answer END) AS has_capacity,
    BOOL_OR(CASE WHEN opinion.kind = 'actively_working' THEN opinion.answer END) AS actively_working,
    BOOL_OR(CASE WHEN opinion.kind = 'new_problem' THEN opinion.answer END) AS new_problem,
    BOOL_OR(CASE WHEN opinion.kind = 'new_problem_suits_level' THEN opinion.answer END) AS new_problem_suits_level,
    BOOL_OR(CASE WHEN opinion.kind = 'least_intensive' THEN opinion.answer END) AS least_intensive
  FROM opinion
  GROUP BY opinion.episode_id, opinion.reviewed_on
),
planned AS (  -- the goals that stood on the day of the review
  SELECT
    review_day.episode_id,
    review_day.reviewed_on,
    BOOL_OR(goal.met_on IS NULL OR goal.met_on > review_day.reviewed_on) AS has_unmet
  FROM review_day
  JOIN goal
    ON goal.episode_id = review_day.episode_id
    AND goal.set_on <= review_day.reviewed_on
    AND (goal.dropped_on IS NULL OR goal.dropped_on > review_day.reviewed_on)
  GROUP BY review_day.episode_id, review_day.reviewed_on
)
SELECT
  held.episode_id,
  held.review_number,
  held.service,
  held.reviewed_on AS judged_on,
  held.person_id,
  held.program_id,
  judged.progressing,
  COALESCE(judged.goals_unmet, planned.has_unmet) AS goals_unmet,
  judged.level_necessary,
  judged.has_capacity,
  judged.actively_working,
  judged.new_problem,
  judged.new_problem_suits_level,
  judged.least_intensive
FROM held
LEFT JOIN judged ON judged.episode_id = held.episode_id AND judged.reviewed_on = held.reviewed_on
LEFT JOIN planned ON planned.episode_id = held.episode_id AND planned.reviewed_on = held.reviewed_on
