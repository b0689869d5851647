-- Protected zones. Parameters: z, x, y, on.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t,
    ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
)
SELECT ST_AsMVT(q, 'zones', 4096, 'g', 'id')
FROM (
  SELECT o.id, 'zone:' || CAST(o.id AS text) AS subject, o.kind, o.name,
    ST_AsMVTGeom(o.geom_3857, e.t, 4096, 64, true) AS g
  FROM registry.zone o, e
  WHERE o.geom_3857 && e.m
    AND (o.valid_from IS NULL OR o.valid_from <= :on)
    AND (o.valid_to IS NULL OR o.valid_to > :on)
) q
WHERE g IS NOT NULL
