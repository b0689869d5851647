-- Contributions with who sent and who answered them; newest first.
SELECT
  c.id, c.name, c.place_class, ST_AsGeoJSON(c.geom) AS geojson, ST_AsBinary(c.geom) AS shape,
  c.village_code, c.town_code, c.county_code,
  c.story, c.source, c.state, c.version, c.received_on, c.matches, c.answer, c.answered_on,
  c.proposal_id, c.place_id, c.name_id, c.person_id, c.recorded_at, c.secrecy, c.sample,
  w.name AS person, a.name AS answerer, t.name AS town_name, v.name AS village_name
FROM registry.contribution c
JOIN registry.person w ON w.id = c.person_id
LEFT JOIN registry.person a ON a.id = c.answered_by
LEFT JOIN LATERAL (
  SELECT d.name FROM registry.admin_division d
  WHERE d.code = c.town_code AND d.code_system = 'nbs' AND d.valid_to IS NULL LIMIT 1
) t ON true
LEFT JOIN LATERAL (
  SELECT d.name FROM registry.admin_division d
  WHERE d.code = c.village_code AND d.code_system = 'nbs' AND d.valid_to IS NULL LIMIT 1
) v ON true
WHERE (CAST(:ids AS bigint[]) IS NULL OR c.id = ANY (:ids))
  AND (CAST(:states AS text[]) IS NULL OR c.state = ANY (:states))
  AND (CAST(:towns AS text[]) IS NULL OR c.town_code = ANY (:towns))
  AND (CAST(:person AS bigint) IS NULL OR c.person_id = :person)
  AND (CAST(:before AS bigint) IS NULL OR c.id < :before)
ORDER BY c.id DESC
LIMIT :limit
