-- One page of findings, the weightiest first. A waiver that has run out no longer counts.
WITH f AS (
  SELECT
    f.*,
    CASE WHEN f.state = 'waived' AND f.waived_until < :day THEN 'open' ELSE f.state END AS now_state,
    array_position(ARRAY['block', 'error', 'warn', 'task', 'info'], f.severity) AS weight
  FROM registry.finding f
)
SELECT
  f.id, f.fingerprint, f.rule_id, f.rule_version, f.title, f.severity, f.now_state AS state,
  f.outcome, f.scope_kind, f.scope_code, f.scope_name, f.message, f.subjects, f.pairs, f.basis,
  f.confidence, f.capped, f.facts, f.managed, f.first_seen, f.last_seen, f.weight, f.rank,
  Box2D(coalesce(f.geom, f.marks)) AS box,
  ST_GeometryN(f.marks, 1) AS point
FROM f
WHERE
  (CAST(:id AS bigint) IS NULL OR f.id = :id)
  AND (CAST(:rule AS text) IS NULL OR f.rule_id = :rule)
  AND (CAST(:severities AS text[]) IS NULL OR f.severity = ANY (:severities))
  AND (CAST(:state AS text) IS NULL OR f.now_state = :state)
  AND (CAST(:town AS text) IS NULL OR f.town_codes @> ARRAY[CAST(:town AS text)])
  AND (CAST(:subject AS text) IS NULL OR f.subjects @> ARRAY[CAST(:subject AS text)])
  AND (
    CAST(:q AS text) IS NULL OR strpos(f.message, :q) > 0 OR strpos(f.title, :q) > 0
    OR strpos(f.key, :q) > 0
  )
  AND (
    CAST(:weight AS int) IS NULL
    OR (f.weight, -f.rank, f.id) > (CAST(:weight AS int), CAST(:less AS bigint), CAST(:last AS bigint))
  )
ORDER BY f.weight, -f.rank, f.id
LIMIT :limit
