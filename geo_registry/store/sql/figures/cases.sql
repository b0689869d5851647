-- Cases: what is live, late and how old; opened and closed in the period. "Live" and "late" are the
-- words of case_page.sql. See names.sql for the columns.
WITH c AS (
  SELECT
    id, number || ' ' || title AS label, town_code, state, opened_on, closed_on, closed_as,
    state NOT IN ('closed', 'look_back', 'settled', 'reopened', 'dismissed', 'merged') AS live,
    state NOT IN ('closed', 'look_back', 'settled', 'reopened', 'dismissed', 'merged')
    AND paused_since IS NULL AND due_on < :on AS late
  FROM registry.case_file
  WHERE opened_on <= :on
),
found AS (
  SELECT 'cases_live' AS figure, '' AS part, id, town_code, label FROM c WHERE live
  UNION ALL
  SELECT 'cases_by_state', state, id, town_code, label FROM c
  UNION ALL
  SELECT 'cases_overdue', '', id, town_code, label FROM c WHERE late
  UNION ALL
  SELECT 'cases_by_age',
    CASE WHEN :on - opened_on <= 30 THEN '30' WHEN :on - opened_on <= 90 THEN '90'
      WHEN :on - opened_on <= 180 THEN '180' ELSE 'older' END,
    id, town_code, label
  FROM c WHERE live
  UNION ALL
  SELECT 'cases_opened', '', id, town_code, label FROM c WHERE opened_on >= :since
  UNION ALL
  SELECT 'cases_closed', coalesce(closed_as, ''), id, town_code, label FROM c
  WHERE closed_on BETWEEN :since AND :on
),
counted AS (
  SELECT figure, part, town_code AS town, 1 AS value, true AS once, 'case:' || id AS subject, label
  FROM found
)
