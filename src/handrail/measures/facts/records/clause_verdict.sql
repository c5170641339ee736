-- One verdict of one clause, from what the engine judged: `judged_clause` holds the verdicts of every subject.
SELECT
    judged_clause.clause || '|' || judged_clause.row_key AS case_id,
    judged_clause.clause,
    judged_clause.title,
    judged_clause.is_path,
    judged_clause.person_id,
    CASE judged_clause.service
        WHEN 'us-ne/intensive-outpatient-2.1' THEN 'iop' WHEN 'us-nc/intensive-recovery-support' THEN 'irs' ELSE judged_clause.service
    END AS service,
    judged_clause.program_id AS program,
    episode_outcome.clinician,
    episode_outcome.first_clinician,
    judged_clause.judged_on AS on_date,
    judged_clause.verdict
FROM judged_clause
LEFT JOIN episode_outcome ON episode_outcome.case_id = judged_clause.episode_id
WHERE judged_clause.judged_on >= :since
