-- Pieces of roads with the name of the road; new are the names given since a day of the profile.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t, ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
),
questioned AS MATERIALIZED (
  SELECT DISTINCT unnest(subjects) AS subject
  FROM registry.finding
  WHERE severity IN ('block', 'error', 'warn')
    AND (state = 'open' OR (state = 'waived' AND waived_until < :on))
)
SELECT ST_AsMVT(q, 'roads', 4096, 'g', 'id')
FROM (
  SELECT s.id, p.id AS road_id, coalesce(n.full_name, o.full_name) AS name,
    p.place_class AS class,
    CASE
      WHEN n.full_name IS NOT NULL AND n.fresh THEN 'new'
      WHEN n.full_name IS NOT NULL THEN 'named'
      WHEN o.full_name IS NOT NULL THEN 'proposed'
      -- footpaths, drives, ramps: nobody misses a name
      WHEN p.place_class = 'way' OR NOT p.needs_name THEN 'path'
      ELSE 'unnamed'
    END AS state,
    w.subject IS NOT NULL AS in_question,
    ST_AsMVTGeom(
      ST_Simplify(s.geom_3857, :tolerance, true), e.t, 4096, 64, true
    ) AS g
  FROM e
  JOIN registry.segment s ON s.geom_3857 && e.m
  JOIN registry.place p ON p.id = s.place_id AND p.status <> 'retired' AND p.secrecy = ANY (:levels)
  LEFT JOIN LATERAL (
    SELECT full_name, event = 'named' AND coalesce(valid_from >= :new_since, false) AS fresh
    FROM registry.place_name
    WHERE place_id = p.id AND kind = 'standard' AND superseded_at IS NULL
      AND (valid_from IS NULL OR valid_from <= :on) AND (valid_to IS NULL OR :on < valid_to)
    ORDER BY id LIMIT 1
  ) n ON true
  LEFT JOIN LATERAL (
    SELECT full_name FROM registry.place_name
    WHERE place_id = p.id AND kind = 'proposed' AND superseded_at IS NULL
      AND (valid_from IS NULL OR valid_from <= :on) AND (valid_to IS NULL OR :on < valid_to)
    ORDER BY id LIMIT 1
  ) o ON n.full_name IS NULL
  LEFT JOIN questioned w ON w.subject = 'place:' || p.id
  -- Where the whole district is on the screen, the roads that make its shape.
  WHERE :z >= 10 OR (p.length_m >= 500 AND p.place_class <> 'way')
) q
WHERE q.g IS NOT NULL
