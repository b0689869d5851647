-- One page of cases, what is due first. "late" is the one definition of an overdue case.
WITH c AS (
  SELECT
    f.id, f.number, f.title, f.matter, f.source, f.cemetery_id, f.village_code, f.town_code, f.state,
    f.version, f.opened_on, f.last_on, f.due_on, f.paused_since, f.priority, f.owner_id,
    f.inspector_id, f.closed_on, f.closed_as, f.proposed_by, f.signed_by, f.suppressed_until,
    f.merged_into, f.previous_id, f.episode, f.rule_id, f.finding_key, f.sample,
    f.state NOT IN ('closed', 'look_back', 'settled', 'reopened', 'dismissed', 'merged') AS live,
    f.state NOT IN ('closed', 'look_back', 'settled', 'reopened', 'dismissed', 'merged')
    AND f.paused_since IS NULL AND f.due_on < :day AS late,
    coalesce(f.due_on, date '9999-12-31') AS weight,
    ST_PointOnSurface(coalesce(f.claim, f.location)) AS point,
    Box2D(coalesce(f.claim, f.location)) AS box
  FROM registry.case_file f
)
SELECT c.*, s.name AS cemetery, o.name AS owner, i.name AS inspector
FROM c
LEFT JOIN registry.cemetery s ON s.id = c.cemetery_id
LEFT JOIN registry.person o ON o.id = c.owner_id
LEFT JOIN registry.person i ON i.id = c.inspector_id
WHERE
  (CAST(:id AS bigint) IS NULL OR c.id = :id)
  AND (CAST(:states AS text[]) IS NULL OR c.state = ANY (:states))
  AND (CAST(:live AS boolean) IS NULL OR c.live = :live)
  AND (CAST(:late AS boolean) IS NULL OR coalesce(c.late, false) = :late)
  AND (CAST(:towns AS text[]) IS NULL OR c.town_code = ANY (:towns))
  AND (CAST(:cemetery AS bigint) IS NULL OR c.cemetery_id = :cemetery)
  AND (CAST(:person AS bigint) IS NULL OR :person IN (c.owner_id, c.inspector_id))
  AND (CAST(:finding AS text) IS NULL OR c.finding_key = :finding)
  AND (
    CAST(:q AS text) IS NULL OR strpos(c.title, :q) > 0 OR strpos(c.number, :q) > 0
    OR strpos(s.name, :q) > 0
  )
  AND (
    CAST(:after_day AS date) IS NULL
    OR (c.weight, c.id) > (CAST(:after_day AS date), CAST(:after_id AS bigint))
  )
ORDER BY c.weight, c.id
LIMIT :limit
