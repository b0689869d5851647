-- Pieces of roads with the state of their road. Parameters: z, x, y, tolerance, new_since, on.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t,
    ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
),
piece AS MATERIALIZED (
  SELECT s.id, s.place_id, s.geom_3857
  FROM registry.segment s, e
  WHERE s.geom_3857 && e.m
),
road AS MATERIALIZED (
  SELECT p.id, p.place_class, p.needs_name, n.full_name, n.kind, n.event, n.valid_from,
    EXISTS (
      SELECT FROM registry.finding f
      WHERE f.subjects @> ARRAY['place:' || CAST(p.id AS text)]
        AND f.state = 'open' AND f.rule_id LIKE 'pn.%'
        AND f.severity IN ('block', 'error', 'warn')
    ) AS in_question
  FROM registry.place p
  LEFT JOIN LATERAL (
    SELECT full_name, kind, event, valid_from
    FROM registry.place_name n
    WHERE n.place_id = p.id AND n.kind IN ('standard', 'proposed')
      AND (n.valid_from IS NULL OR n.valid_from <= :on)
      AND (n.valid_to IS NULL OR n.valid_to > :on)
    ORDER BY n.kind = 'proposed', n.id
    LIMIT 1
  ) n ON true
  WHERE p.id IN (SELECT place_id FROM piece)
)
SELECT ST_AsMVT(q, 'roads', 4096, 'g', 'id')
FROM (
  SELECT piece.id, road.id AS road_id, road.full_name AS name, road.place_class AS class,
    CASE
      WHEN road.full_name IS NULL AND NOT road.needs_name THEN 'path'
      WHEN road.full_name IS NULL THEN 'unnamed'
      WHEN road.kind = 'proposed' THEN 'proposed'
      WHEN road.event = 'named' AND road.valid_from >= :new_since THEN 'new'
      ELSE 'named'
    END AS state,
    road.in_question,
    ST_AsMVTGeom(ST_Simplify(piece.geom_3857, :tolerance, true), e.t, 4096, 64, true) AS g
  FROM piece JOIN road ON road.id = piece.place_id, e
) q
WHERE g IS NOT NULL
