-- Findings. One that lies in two towns counts in each of them and once in the district; a waiver
-- that has run out counts no more. See names.sql for the columns.
WITH f AS (
  SELECT
    f.id, f.rule_id, f.severity, f.message, f.first_seen, t.town,
    coalesce(t.nth, 1) = 1 AS once,
    CASE WHEN f.state = 'waived' AND f.waived_until < :on THEN 'open' ELSE f.state END AS now_state
  FROM registry.finding f
  LEFT JOIN LATERAL unnest(f.town_codes) WITH ORDINALITY AS t(town, nth) ON true
),
found AS (
  SELECT 'findings_' || now_state AS figure, '' AS part, id, town, once, message FROM f
  WHERE now_state IN ('open', 'waived')
  UNION ALL
  SELECT 'findings_by_severity', severity, id, town, once, message FROM f WHERE now_state = 'open'
  UNION ALL
  SELECT 'findings_by_rule', rule_id, id, town, once, message FROM f WHERE now_state = 'open'
  UNION ALL
  SELECT 'findings_new', '', id, town, once, message FROM f
  WHERE CAST(first_seen AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN :since AND :on
),
counted AS (
  SELECT figure, part, town, 1 AS value, once, 'finding:' || id AS subject, message AS label
  FROM found
)
