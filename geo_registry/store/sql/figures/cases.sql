-- Cases: what is live, late and how old; opened and closed in the period. "Live" and "late" are the
-- words of case_page.sql. Rows and parameters as in names.sql.
WITH c AS (
  SELECT
    town_code, state, opened_on, closed_on, closed_as, previous_id,
    state NOT IN ('closed', 'look_back', 'settled', 'reopened', 'dismissed', 'merged') AS live,
    state NOT IN ('closed', 'look_back', 'settled', 'reopened', 'dismissed', 'merged')
    AND paused_since IS NULL AND due_on < :on AS late
  FROM registry.case_file
  WHERE opened_on <= :on
),
counted AS (
  SELECT 'cases_live' AS figure, '' AS part, town_code AS town FROM c WHERE live
  UNION ALL
  SELECT 'cases_by_state', state, town_code FROM c
  UNION ALL
  SELECT 'cases_overdue', '', town_code FROM c WHERE late
  UNION ALL
  SELECT 'cases_by_age',
    CASE WHEN :on - opened_on <= 30 THEN '30' WHEN :on - opened_on <= 90 THEN '90'
      WHEN :on - opened_on <= 180 THEN '180' ELSE 'older' END,
    town_code
  FROM c WHERE live
  UNION ALL
  SELECT 'cases_opened', '', town_code FROM c WHERE opened_on >= :since
  UNION ALL
  SELECT 'cases_closed', coalesce(closed_as, ''), town_code FROM c
  WHERE closed_on BETWEEN :since AND :on
)
SELECT figure, part, t.town, count(*) AS value
FROM counted
CROSS JOIN LATERAL (SELECT coalesce(counted.town, '') AS town) t
GROUP BY GROUPING SETS ((figure, part), (figure, part, t.town))
