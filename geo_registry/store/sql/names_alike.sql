-- Names, past and present, that are written or sound like one, in some counties or near a point.
-- grade: 0 the same, 1 the same stem, 2 the same core, 3 the same sound.
SELECT
  n.id AS name_id, n.place_id, n.full_name, n.kind, n.valid_from, n.valid_to, p.place_class,
  p.town_code, p.village_code,
  CASE WHEN n.key_full = :key_full THEN 0 WHEN n.key_stem = :key_stem THEN 1
    WHEN n.key_core = :key_core THEN 2 ELSE 3 END AS grade,
  CASE WHEN CAST(:here AS text) IS NULL THEN NULL
    ELSE ST_Distance(coalesce(p.geom, s.geom)::geography, CAST(:here AS geometry)::geography)
  END AS apart_m,
  (SELECT c.full_name FROM registry.place_name c
    WHERE c.place_id = p.id AND c.kind = 'standard' AND c.superseded_at IS NULL
      AND (c.valid_to IS NULL OR c.valid_to > :day)
    ORDER BY c.event IN ('named', 'renamed') DESC, c.id LIMIT 1) AS called
FROM registry.place_name n
JOIN registry.place p ON p.id = n.place_id
LEFT JOIN LATERAL (
  SELECT ST_Collect(g.geom) AS geom FROM registry.segment g WHERE g.place_id = p.id
) s ON true
WHERE n.superseded_at IS NULL AND n.kind <> 'proposed' AND p.status <> 'retired'
  AND (n.key_full = :key_full OR n.key_stem = :key_stem
    OR (n.key_core = :key_core AND :key_core <> '')
    OR (n.key_toneless = :key_toneless AND :key_toneless <> ''))
  AND (CAST(:counties AS text[]) IS NULL OR p.county_code = ANY (:counties))
ORDER BY grade, apart_m NULLS LAST, n.id
LIMIT 20
