WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t, ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
)
SELECT ST_AsMVT(q, 'zones', 4096, 'g', 'id')
FROM (
  SELECT z.id, 'zone:' || z.id AS subject, z.kind, z.name,
    ST_AsMVTGeom(
      ST_Simplify(z.geom_3857, :tolerance, true), e.t, 4096, 4096, true
    ) AS g
  FROM registry.zone z, e
  WHERE z.geom_3857 && e.m AND z.secrecy = ANY (:levels) AND (z.valid_to IS NULL OR :on < z.valid_to)
) q
WHERE q.g IS NOT NULL
