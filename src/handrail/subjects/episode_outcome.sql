-- One admitted episode, judged on the day of discharge, else as of today: what became of her.
-- An outcome is a change from the start to a follow-up. The start is the last observation on or before the first
-- day of service, else the first one after it; the follow-up is the latest one that is late enough (:follow_up_days),
-- or simply later, where the episode ended sooner. Days in a controlled setting are counted as nights.
WITH judged AS (
    SELECT
        episode.episode_id,
        episode.person_id,
        episode.program_id,
        episode.admitted_on,
        episode.discharged_on IS NOT NULL AS is_discharged,
        COALESCE(episode.discharged_on, :as_of) AS judged_on,
        DATEDIFF('DAY', episode.admitted_on, COALESCE(episode.discharged_on, :as_of)) AS days_since_start,
        episode.admitted_on - CAST(:days_before AS INT) AS year_began_on
    FROM episode
    WHERE episode.admitted_on IS NOT NULL
),
measured AS (
    SELECT
        judged.episode_id,
        judged.is_discharged AND judged.days_since_start < :follow_up_days AS was_short,
        observation.measure,
        observation.value_number,
        observation.value_code,
        observation.tool,
        DATEDIFF('DAY', judged.admitted_on, observation.observed_on) AS day,
        ROW_NUMBER() OVER (
            PARTITION BY judged.episode_id, observation.measure
            ORDER BY
                CASE WHEN observation.observed_on <= judged.admitted_on THEN 0 ELSE 1 END,
                ABS(DATEDIFF('DAY', judged.admitted_on, observation.observed_on)),
                observation.observation_id
        ) AS from_start,
        ROW_NUMBER() OVER (
            PARTITION BY judged.episode_id, observation.measure
            ORDER BY observation.observed_on DESC, observation.observation_id DESC
        ) AS from_end
    FROM judged
    JOIN observation ON observation.person_id = judged.person_id
    WHERE observation.observed_on <= judged.judged_on
        AND DATEDIFF('DAY', observation.observed_on, judged.admitted_on) <= :baseline_days
        AND (observation.value_number IS NOT NULL OR observation.value_code IS NOT NULL OR observation.measure = 'primary_care_visit')
),
ends AS (
    SELECT
        measured.*,
        measured.from_start = 1 AND measured.day < :follow_up_days AS is_start,
        measured.from_end = 1 AND (measured.day >= :follow_up_days OR (measured.was_short AND measured.from_start > 1)) AS is_follow_up,
        CASE measured.value_code WHEN 'homeless' THEN 0 WHEN 'dependent' THEN 1 WHEN 'independent' THEN 2 END AS independence
    FROM measured
),
outcome AS (
    SELECT
        ends.episode_id,
        MAX(CASE WHEN ends.is_start AND ends.measure = 'support_network' THEN ends.value_number END) AS network_at_start,
        MAX(CASE WHEN ends.is_follow_up AND ends.measure = 'support_network' THEN ends.value_number END) AS network_at_follow_up,
        MAX(CASE WHEN ends.is_follow_up AND ends.measure = 'recovery_environment' THEN ends.value_code END) AS environment,
        MAX(CASE WHEN ends.from_end = 1 AND ends.measure = 'takes_medication' THEN ends.value_code END) AS medication,
        MAX(CASE WHEN ends.is_start AND ends.measure = 'stable_nights' THEN ends.value_number END) AS nights_at_start,
        MAX(CASE WHEN ends.is_follow_up AND ends.measure = 'stable_nights' THEN ends.value_number END) AS nights_at_follow_up,
        MAX(CASE WHEN ends.is_start AND ends.measure = 'living_arrangement' THEN ends.independence END) AS living_at_start,
        MAX(CASE WHEN ends.is_follow_up AND ends.measure = 'living_arrangement' THEN ends.independence END) AS living_at_follow_up,
        MIN(CASE WHEN ends.day >= 0 AND ends.measure = 'primary_care_visit' THEN ends.day END) AS visit_day,
        BOOL_OR(ends.tool IS NOT NULL) AS uses_tool
    FROM ends
    GROUP BY ends.episode_id
),
asked AS (
    SELECT
        judged.episode_id,
        BOOL_OR(inquiry.topic = 'medication' AND DATEDIFF('DAY', inquiry.asked_on, judged.admitted_on) <= :baseline_days) AS medication,
        BOOL_OR(inquiry.topic = 'stays') AS stays,
        BOOL_OR(inquiry.topic = 'substance_use' AND DATEDIFF('DAY', inquiry.asked_on, judged.admitted_on) <= :baseline_days) AS use_before,
        BOOL_OR(
            inquiry.topic = 'substance_use'
            AND DATEDIFF('DAY', judged.admitted_on, inquiry.asked_on)
                >= CASE WHEN judged.is_discharged AND judged.days_since_start < :follow_up_days THEN 1 ELSE :follow_up_days END
        ) AS use_now
    FROM judged
    JOIN inquiry ON inquiry.person_id = judged.person_id AND inquiry.asked_on <= judged.judged_on
    GROUP BY judged.episode_id
),
area AS (
    SELECT judged.episode_id, COUNT(DISTINCT session_focus.area) AS area_count
    FROM judged
    JOIN attendance ON attendance.episode_id = judged.episode_id AND attendance.status = 'attended'
    JOIN session ON session.session_id = attendance.session_id AND session.status = 'held'
    JOIN session_focus ON session_focus.session_id = session.session_id AND session_focus.area IN (:skill_areas)
    -- Written as a distance, so that no engine takes the dates for something to join by.
    WHERE DATEDIFF('DAY', judged.admitted_on, session.held_on) >= 0 AND DATEDIFF('DAY', session.held_on, judged.judged_on) >= 0
    GROUP BY judged.episode_id
),
referral_seen AS (
    SELECT judged.episode_id, MIN(DATEDIFF('DAY', judged.admitted_on, referral.outcome_on)) AS day
    FROM judged
    JOIN referral ON referral.episode_id = judged.episode_id AND referral.purpose = 'primary_care' AND referral.outcome = 'seen'
    WHERE referral.outcome_on >= judged.admitted_on AND referral.outcome_on <= judged.judged_on
    GROUP BY judged.episode_id
),
spaced_use AS (
    SELECT
        use_event.person_id,
        use_event.occurred_on,
        LAG(use_event.occurred_on) OVER (
            PARTITION BY use_event.person_id ORDER BY use_event.occurred_on, use_event.use_event_id
        ) AS used_before_on
    FROM use_event
),
return_to_use AS (
    SELECT
        spaced_use.person_id,
        spaced_use.occurred_on,
        spaced_use.used_before_on IS NULL
            OR DATEDIFF('DAY', spaced_use.used_before_on, spaced_use.occurred_on) > :abstinent_days AS is_relapse
    FROM spaced_use
),
relapse AS (
    SELECT
        judged.episode_id,
        COUNT(CASE WHEN return_to_use.occurred_on >= judged.admitted_on THEN 1 END) AS uses_now,
        COUNT(CASE WHEN return_to_use.occurred_on >= judged.admitted_on AND return_to_use.is_relapse THEN 1 END) AS relapses_now,
        COUNT(CASE WHEN return_to_use.occurred_on < judged.admitted_on THEN 1 END) AS uses_before,
        COUNT(CASE WHEN return_to_use.occurred_on < judged.admitted_on AND return_to_use.is_relapse THEN 1 END) AS relapses_before
    FROM judged
    JOIN return_to_use ON return_to_use.person_id = judged.person_id
    WHERE return_to_use.occurred_on >= judged.year_began_on AND return_to_use.occurred_on <= judged.judged_on
    GROUP BY judged.episode_id
),
stay AS (
    SELECT
        outside_stay.person_id,
        outside_stay.admitted_on,
        outside_stay.discharged_on,
        CASE
            WHEN outside_stay.level IN (:controlled_levels) THEN 'yes'
            WHEN outside_stay.level IS NULL THEN 'unknown'
            ELSE 'no'
        END AS is_controlled
    FROM outside_stay
    UNION ALL
    SELECT episode.person_id, episode.admitted_on, episode.discharged_on, 'yes' AS is_controlled
    FROM episode
    JOIN program ON program.program_id = episode.program_id
    WHERE program.level IN (:controlled_levels) AND episode.admitted_on IS NOT NULL
),
-- Nights that an earlier stay already covers are not counted again.
stretch AS (
    SELECT
        stay.person_id,
        stay.is_controlled,
        stay.admitted_on,
        stay.discharged_on,
        COALESCE(stay.discharged_on, :as_of + 1) AS ends_on,
        GREATEST(
            stay.admitted_on,
            MAX(COALESCE(stay.discharged_on, :as_of + 1)) OVER (
                PARTITION BY stay.person_id, stay.is_controlled
                ORDER BY stay.admitted_on, stay.discharged_on NULLS LAST
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
        ) AS starts_on
    FROM stay
),
controlled AS (
    SELECT
        judged.episode_id,
        SUM(
            CASE WHEN stretch.is_controlled = 'yes'
                THEN GREATEST(
                    0, DATEDIFF('DAY', GREATEST(stretch.starts_on, judged.year_began_on), LEAST(stretch.ends_on, judged.admitted_on))
                )
                ELSE 0
            END
        ) AS days_before,
        SUM(
            CASE WHEN stretch.is_controlled = 'yes'
                THEN GREATEST(
                    0, DATEDIFF('DAY', GREATEST(stretch.starts_on, judged.admitted_on), LEAST(stretch.ends_on, judged.judged_on + 1))
                )
                ELSE 0
            END
        ) AS days_now,
        BOOL_OR(
            (stretch.is_controlled = 'unknown' AND stretch.ends_on > judged.year_began_on)
            OR (stretch.is_controlled = 'yes' AND stretch.discharged_on IS NULL AND stretch.admitted_on < judged.admitted_on)
        ) AS is_unclear
    FROM judged
    JOIN stretch ON stretch.person_id = judged.person_id AND stretch.admitted_on <= judged.judged_on
    GROUP BY judged.episode_id
),
goals AS (
    SELECT
        judged.episode_id,
        COUNT(*) AS due_count,
        COUNT(CASE WHEN goal.met_on <= goal.target_on THEN 1 END) AS met_count
    FROM judged
    JOIN goal ON goal.episode_id = judged.episode_id AND goal.set_on <= judged.judged_on
    WHERE (goal.target_on < judged.judged_on OR (goal.target_on = judged.judged_on AND judged.is_discharged))
        AND (goal.dropped_on IS NULL OR goal.dropped_on > goal.target_on)
    GROUP BY judged.episode_id
),
found AS (
    SELECT
        judged.*,
        program.service,
        area.area_count,
        outcome.network_at_follow_up - outcome.network_at_start AS network_change,
        outcome.environment,
        outcome.medication,
        asked.medication AS asked_about_medication,
        LEAST(outcome.visit_day, referral_seen.day) AS first_visit_day,
        CASE WHEN relapse.uses_now > 0 THEN relapse.relapses_now WHEN asked.use_now THEN 0 END AS relapses_now,
        CASE WHEN relapse.uses_before > 0 THEN relapse.relapses_before WHEN asked.use_before THEN 0 END AS relapses_before,
        CASE WHEN (controlled.episode_id IS NOT NULL OR asked.stays) AND NOT COALESCE(controlled.is_unclear, FALSE)
            THEN judged.days_since_start + 1 - COALESCE(controlled.days_now, 0)
        END AS days_at_risk_now,
        CASE WHEN (controlled.episode_id IS NOT NULL OR asked.stays) AND NOT COALESCE(controlled.is_unclear, FALSE)
            THEN CAST(:days_before AS INT) - COALESCE(controlled.days_before, 0)
        END AS days_at_risk_before,
        outcome.nights_at_follow_up - outcome.nights_at_start AS stable_nights_change,
        outcome.living_at_start,
        outcome.living_at_follow_up,
        outcome.uses_tool,
        goals.due_count,
        goals.met_count
    FROM judged
    JOIN program ON program.program_id = judged.program_id
    LEFT JOIN outcome ON outcome.episode_id = judged.episode_id
    LEFT JOIN asked ON asked.episode_id = judged.episode_id
    LEFT JOIN area ON area.episode_id = judged.episode_id
    LEFT JOIN referral_seen ON referral_seen.episode_id = judged.episode_id
    LEFT JOIN relapse ON relapse.episode_id = judged.episode_id
    LEFT JOIN controlled ON controlled.episode_id = judged.episode_id
    LEFT JOIN goals ON goals.episode_id = judged.episode_id
)
SELECT
    episode_id,
    service,
    judged_on,
    person_id,
    program_id,
    is_discharged,
    CAST(days_since_start AS BIGINT) AS days_since_start,
    is_discharged OR days_since_start >= :follow_up_days AS follow_up_is_due,
    CAST(COALESCE(area_count, 0) AS BIGINT) AS covered_area_count,
    CAST(network_change AS DECIMAL(18, 4)) AS network_change,
    CASE WHEN environment = 'supports' THEN TRUE WHEN environment IN ('neutral', 'undermines') THEN FALSE END
        AS environment_supports_recovery,
    CASE WHEN medication = 'yes' THEN TRUE WHEN medication = 'no' OR asked_about_medication THEN FALSE END AS takes_medication,
    first_visit_day IS NOT NULL AS is_linked_to_primary_care,
    CAST(COALESCE(first_visit_day, days_since_start) AS BIGINT) AS days_to_primary_care,
    CAST(relapses_now AS BIGINT) AS relapses_now,
    CAST(relapses_before AS BIGINT) AS relapses_before,
    CAST(days_at_risk_now AS BIGINT) AS days_at_risk_now,
    CAST(days_at_risk_before AS BIGINT) AS days_at_risk_before,
    CAST(relapses_now * 30 AS DOUBLE) / CAST(NULLIF(days_at_risk_now, 0) AS DOUBLE) AS relapse_rate_now,
    CAST(relapses_before * 30 AS DOUBLE) / CAST(NULLIF(days_at_risk_before, 0) AS DOUBLE) AS relapse_rate_before,
    CAST(stable_nights_change AS DECIMAL(18, 4)) AS stable_nights_change,
    living_at_follow_up > living_at_start AS living_became_more_independent,
    living_at_start = 2 AND living_at_follow_up = 2 AS lives_independently_throughout,
    CAST(COALESCE(due_count, 0) AS BIGINT) AS goals_due_count,
    CAST(COALESCE(due_count - met_count, 0) AS BIGINT) AS goals_missed_count,
    COALESCE(uses_tool, FALSE) AS uses_measurement_tool
FROM found
