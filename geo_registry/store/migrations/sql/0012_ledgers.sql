-- Jobs, activities, teams.
SELECT 1;
