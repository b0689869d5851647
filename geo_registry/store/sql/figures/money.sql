-- Eco-burials and subsidies of the period; the sample is left out, as in subsidy_totals.sql.
-- Rows and parameters as in names.sql.
WITH counted AS (
  SELECT 'eco_burials' AS figure, kind AS part, town_code AS town, 1.0 AS value
  FROM registry.eco_burial
  WHERE voided_on IS NULL AND NOT sample AND buried_on BETWEEN :since AND :on
  UNION ALL
  SELECT 'subsidies_paid', '', town_code, 1 FROM registry.subsidy_application
  WHERE state IN ('paid', 'recovered') AND NOT sample AND paid_on BETWEEN :since AND :on
  UNION ALL
  SELECT 'subsidies_yuan', '', town_code, amount_yuan FROM registry.subsidy_application
  WHERE state IN ('paid', 'recovered') AND NOT sample AND paid_on BETWEEN :since AND :on
)
SELECT figure, part, t.town, sum(value) AS value
FROM counted
CROSS JOIN LATERAL (SELECT coalesce(counted.town, '') AS town) t
GROUP BY GROUPING SETS ((figure, part), (figure, part, t.town))
