-- Cemeteries and the land measured beyond their approvals. Rows and parameters as in names.sql.
WITH site AS (
  SELECT id, type, town_code FROM registry.cemetery WHERE status = 'in_use'
),
claim AS (
  SELECT f.outcome, s.id, s.town_code, CAST(f.facts ->> 'area_m2' AS double precision) AS area_m2
  FROM registry.finding f
  JOIN site s ON f.subjects @> ARRAY['cemetery:' || s.id]
  WHERE f.rule_id = 'cm.bound.exceeds_approved'
    AND (f.state = 'open' OR (f.state = 'waived' AND f.waived_until < :on))
),
counted AS (
  SELECT 'cemeteries' AS figure, '' AS part, town_code AS town, 1.0 AS value FROM site
  UNION ALL
  SELECT 'cemeteries_by_type', type, town_code, 1 FROM site
  UNION ALL
  SELECT DISTINCT 'cemeteries_beyond', CASE outcome WHEN 'confirmed' THEN 'confirmed' ELSE 'suspected' END,
    town_code || '|' || id, 1
  FROM claim
  UNION ALL
  SELECT 'claimed_m2', CASE outcome WHEN 'confirmed' THEN 'confirmed' ELSE 'suspected' END,
    town_code, area_m2
  FROM claim
)
SELECT figure, part, t.town, sum(value) AS value
FROM counted
CROSS JOIN LATERAL (SELECT split_part(coalesce(counted.town, ''), '|', 1) AS town) t
GROUP BY GROUPING SETS ((figure, part), (figure, part, t.town))
