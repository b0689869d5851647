-- The act that superseded a row of a name: who did it, when, to what end. Rows and events of one
-- act bear the moment of its transaction.
SELECT e.kind, e.recorded_at, e.authority, e.place_id, w.name AS person, n.full_name AS name
FROM registry.place_name o
JOIN registry.name_event e
  ON (e.place_id = o.place_id OR e.heir_id = o.place_id) AND e.recorded_at = o.superseded_at
JOIN registry.person w ON w.id = e.person_id
LEFT JOIN registry.place_name n ON n.id = e.name_id
WHERE o.id = :id
ORDER BY e.id DESC
LIMIT 1
