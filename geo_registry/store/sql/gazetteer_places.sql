-- Places of a slice with their shape: a road's is the collection of its segments.
SELECT
  p.id, p.place_class, p.village_code, p.town_code, p.county_code, p.built_up_code, p.households, p.length_m,
  p.width_m, p.surface, p.needs_name, p.status, p.batch_id, p.place_code, p.class_code, p.area_m2,
  p.floor_area_m2, p.secrecy,
  ST_AsBinary(coalesce(p.geom, s.geom)) AS shape
FROM registry.place p
LEFT JOIN LATERAL (
  SELECT ST_Collect(g.geom ORDER BY g.id) AS geom
  FROM registry.segment g
  WHERE g.place_id = p.id
) s ON true
WHERE p.id = ANY (:ids) AND p.status <> 'retired'
ORDER BY p.id
