-- One row per person. What two rows of her eligibility tell differently stays empty.
SELECT
    person_id,
    CASE WHEN MIN(birth_date) = MAX(birth_date) THEN MIN(birth_date) END AS birth_date,
    CASE WHEN MIN(gender) = MAX(gender) THEN NULLIF(MIN(gender), 'unknown') END AS sex,
    CASE WHEN MIN(death_date) = MAX(death_date) THEN MIN(death_date) END AS died_on
FROM people
GROUP BY person_id
