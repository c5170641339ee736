-- One admitted episode of intensive outpatient treatment in one week that is over, as the definition counts minutes.
SELECT
    subject_service_week.episode_id || '|' || CAST(subject_service_week.week_start AS TEXT) AS case_id,
    subject_service_week.episode_id AS course_id,
    episode_outcome.person_id,
    episode_outcome.service,
    episode_outcome.program,
    episode_outcome.clinician,
    episode_outcome.first_clinician,
    subject_service_week.week_start AS on_date,
    subject_service_week.week_start AS week,
    subject_service_week.is_full_week,
    subject_service_week.attended_minutes_least AS minutes_least,
    subject_service_week.attended_minutes_most AS minutes_most,
    CASE
        WHEN subject_service_week.attended_minutes_least >= :nine_hours THEN FALSE
        WHEN subject_service_week.attended_minutes_most < :nine_hours THEN TRUE
    END AS below_nine
FROM subject_service_week
JOIN episode_outcome ON episode_outcome.case_id = subject_service_week.episode_id
WHERE subject_service_week.week_is_over AND subject_service_week.week_start >= :since
