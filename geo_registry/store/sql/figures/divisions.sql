-- Divisions of the legal county by the statistical list. See names.sql for the columns.
WITH counted AS (
  SELECT
    CASE level WHEN 4 THEN 'towns' ELSE 'villages' END AS figure, '' AS part, left(code, 9) AS town,
    1 AS value, true AS once, 'division:nbs:' || code AS subject, name AS label
  FROM registry.admin_division
  WHERE code_system = 'nbs' AND level IN (4, 5) AND valid_to IS NULL
    AND left(code, 6) = ANY (:members)
)
