-- Findings. One that lies in two towns counts in each of them and once in the district; a waiver
-- that has run out counts no more. Rows and parameters as in names.sql.
WITH f AS (
  SELECT
    f.rule_id, f.severity, f.town_codes, f.first_seen,
    CASE WHEN f.state = 'waived' AND f.waived_until < :on THEN 'open' ELSE f.state END AS now_state
  FROM registry.finding f
),
counted AS (
  SELECT 'findings_' || now_state AS figure, '' AS part, town_codes FROM f
  WHERE now_state IN ('open', 'waived')
  UNION ALL
  SELECT 'findings_by_severity', severity, town_codes FROM f WHERE now_state = 'open'
  UNION ALL
  SELECT 'findings_by_rule', rule_id, town_codes FROM f WHERE now_state = 'open'
  UNION ALL
  SELECT 'findings_new', '', town_codes FROM f
  WHERE CAST(first_seen AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN :since AND :on
)
SELECT figure, part, NULL::text AS town, count(*) AS value FROM counted GROUP BY figure, part
UNION ALL
SELECT figure, part, town, count(*) FROM counted CROSS JOIN LATERAL unnest(town_codes) AS t(town)
GROUP BY figure, part, town
