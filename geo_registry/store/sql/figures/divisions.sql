-- Divisions of the legal county by the statistical list. Rows as in names.sql. Parameter: members.
WITH counted AS (
  SELECT CASE level WHEN 4 THEN 'towns' ELSE 'villages' END AS figure, '' AS part,
    left(code, 9) AS town
  FROM registry.admin_division
  WHERE code_system = 'nbs' AND level IN (4, 5) AND valid_to IS NULL
    AND left(code, 6) = ANY (:members)
)
SELECT figure, part, town, count(*) AS value
FROM counted
GROUP BY GROUPING SETS ((figure, part), (figure, part, town))
