-- One row per program; one that has closed is judged on its last day.
SELECT
    program.program_id,
    program.service,
    LEAST(:as_of, COALESCE(program.closed_on, :as_of)) AS judged_on,
    program.level,
    program.is_residential,
    program.dual_diagnosis_enhanced AS is_dual_diagnosis_enhanced
FROM program
