-- What happened to the names of a place, and to places that were merged into it, oldest first.
SELECT
  e.id, 'place:' || e.place_id AS subject, e.kind, e.name_id, e.ended_name_id,
  'place:' || e.heir_id AS heir, e.effective_on, e.reason, e.recorded_at,
  n.full_name AS name, o.full_name AS ended_name, w.name AS person,
  coalesce(nullif(e.authority, ''), d.authority, '') AS authority,
  d.title AS document_title, d.number AS document_number, d.dated_on AS document_dated_on
FROM registry.name_event e
JOIN registry.person w ON w.id = e.person_id
LEFT JOIN registry.place_name n ON n.id = e.name_id
LEFT JOIN registry.place_name o ON o.id = e.ended_name_id
LEFT JOIN registry.document d ON d.id = e.document_id
WHERE e.place_id = :id OR (e.heir_id = :id AND e.kind = 'merged')
ORDER BY e.recorded_at, e.id
