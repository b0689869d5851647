-- Places that are no roads, and the seats of committees.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t, ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
)
SELECT ST_AsMVT(q, 'places', 4096, 'g', 'id')
FROM (
  SELECT p.id, 'place:' || p.id AS subject, n.full_name AS name, p.place_class AS class,
    ST_AsMVTGeom(ST_PointOnSurface(p.geom_3857), e.t, 4096, 64, true) AS g
  FROM e
  JOIN registry.place p ON p.geom_3857 && e.m AND p.status <> 'retired' AND p.secrecy = ANY (:levels)
  LEFT JOIN LATERAL (
    SELECT full_name FROM registry.place_name
    WHERE place_id = p.id AND kind = 'standard' AND superseded_at IS NULL
      AND (valid_from IS NULL OR valid_from <= :on) AND (valid_to IS NULL OR :on < valid_to)
    ORDER BY id LIMIT 1
  ) n ON true
  WHERE p.place_class <> 'way' AND p.place_class NOT LIKE 'road%'
  UNION ALL
  SELECT d.id, 'division:' || d.code_system || ':' || d.code, d.name,
    CASE d.level
      WHEN 1 THEN 'division.province' WHEN 2 THEN 'division.city' WHEN 3 THEN 'division.county'
      WHEN 4 THEN 'division.town' ELSE 'committee_seat'
    END,
    ST_AsMVTGeom(d.seat_3857, e.t, 4096, 64, true)
  FROM e
  JOIN registry.admin_division d ON d.seat_3857 && e.m
  WHERE d.valid_to IS NULL AND d.code_system = 'nbs'
    AND d.level <= CASE WHEN :z < 11 THEN 4 ELSE 5 END
) q
WHERE q.g IS NOT NULL
