-- One row for each need that was identified in an admitted episode.
-- It is judged as of today, or on the last day of the episode.
WITH identified AS (
    SELECT
        need.need_id,
        need.episode_id,
        need.kind,
        need.identified_on,
        episode.person_id,
        episode.program_id,
        program.service,
        episode.discharged_on IS NOT NULL AS is_discharged,
        GREATEST(need.identified_on, episode.admitted_on) AS from_on,
        GREATEST(need.identified_on, LEAST(episode.discharged_on, :as_of)) AS judged_on
    FROM need
    JOIN episode ON episode.episode_id = need.episode_id
    JOIN program ON program.program_id = episode.program_id
    WHERE episode.admitted_on IS NOT NULL
),

answered AS (
    SELECT
        identified.need_id,
        MIN(referral.referred_on) AS referred_on,
        BOOL_OR(referral.outcome IS NOT NULL
            AND (referral.outcome_on IS NULL OR referral.outcome_on <= identified.judged_on)) AS outcome_is_known
    FROM identified
    JOIN referral ON referral.need_id = identified.need_id
    WHERE referral.referred_on <= identified.judged_on
    GROUP BY identified.need_id
),

-- A referral for the same purpose that names no need: perhaps the answer to this one, perhaps not.
unclear AS (
    SELECT identified.need_id, TRUE AS may_be_answered
    FROM identified
    JOIN referral ON referral.episode_id = identified.episode_id
    WHERE referral.need_id IS NULL
        AND referral.referred_on BETWEEN identified.identified_on AND identified.judged_on
        AND (referral.purpose = identified.kind
            OR (identified.kind = 'medical' AND referral.purpose = 'primary_care')
            OR (identified.kind = 'psychiatric' AND referral.purpose = 'mental_health'))
    GROUP BY identified.need_id
)

SELECT
    identified.need_id,
    identified.service,
    identified.judged_on,
    identified.person_id,
    identified.episode_id,
    identified.program_id,
    identified.kind,
    CASE
        WHEN answered.need_id IS NOT NULL THEN TRUE
        WHEN unclear.may_be_answered THEN NULL
        ELSE FALSE
    END AS is_referred,
    CAST(CASE
        WHEN answered.referred_on < identified.from_on THEN 0
        WHEN answered.need_id IS NOT NULL THEN DATEDIFF('DAY', identified.from_on, answered.referred_on)
        WHEN unclear.may_be_answered THEN NULL
        ELSE GREATEST(DATEDIFF('DAY', identified.from_on, identified.judged_on), 0)
    END AS BIGINT) AS days_without_referral,
    COALESCE(answered.outcome_is_known, FALSE) AS outcome_is_known,
    CAST(GREATEST(DATEDIFF('DAY', answered.referred_on, identified.judged_on), 0) AS BIGINT) AS days_since_referral,
    identified.is_discharged
FROM identified
LEFT JOIN answered ON answered.need_id = identified.need_id
LEFT JOIN unclear ON unclear.need_id = identified.need_id
