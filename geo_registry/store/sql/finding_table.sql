-- Findings of a state as lines of a table, the weightiest first.
WITH f AS (
  SELECT
    f.*,
    CASE WHEN f.state = 'waived' AND f.waived_until < :day THEN 'open' ELSE f.state END AS now_state,
    array_position(ARRAY['block', 'error', 'warn', 'task', 'info'], f.severity) AS weight
  FROM registry.finding f
)
SELECT
  f.id, f.rule_id, f.title, f.severity, f.now_state AS state, f.message, f.managed,
  f.town_codes AS towns, f.subjects[1] AS subject, cardinality(f.subjects) AS things,
  cardinality(f.pairs) AS pairs,
  (f.first_seen AT TIME ZONE 'Asia/Shanghai')::date AS first_seen,
  round(ST_X(ST_GeometryN(f.marks, 1))::numeric, 6)::float8 AS lon,
  round(ST_Y(ST_GeometryN(f.marks, 1))::numeric, 6)::float8 AS lat
FROM f
WHERE f.now_state = :state
ORDER BY f.weight, -f.rank, f.id
LIMIT :limit
