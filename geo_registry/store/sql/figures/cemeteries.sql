-- Cemeteries and the land measured beyond their approvals. See names.sql for the columns.
WITH site AS (
  SELECT id, name, type, town_code FROM registry.cemetery WHERE status = 'in_use'
),
claim AS (
  SELECT
    CASE f.outcome WHEN 'confirmed' THEN 'confirmed' ELSE 'suspected' END AS level,
    s.id, s.name, s.town_code, f.id AS finding_id, f.message,
    CAST(f.facts ->> 'area_m2' AS double precision) AS area_m2
  FROM registry.finding f
  JOIN site s ON f.subjects @> ARRAY['cemetery:' || s.id]
  WHERE f.rule_id = 'cm.bound.exceeds_approved'
    AND (f.state = 'open' OR (f.state = 'waived' AND f.waived_until < :on))
),
counted AS (
  SELECT 'cemeteries' AS figure, '' AS part, town_code AS town, 1.0 AS value, true AS once,
    'cemetery:' || id AS subject, name AS label
  FROM site
  UNION ALL
  SELECT 'cemeteries_by_type', type, town_code, 1, true, 'cemetery:' || id, name FROM site
  UNION ALL
  SELECT DISTINCT 'cemeteries_beyond', level, town_code, 1, true, 'cemetery:' || id, name
  FROM claim
  UNION ALL
  SELECT 'claimed_m2', level, town_code, area_m2, true, 'finding:' || finding_id, message
  FROM claim
)
