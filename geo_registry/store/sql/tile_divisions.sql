-- Towns up to zoom 10, villages too from zoom 11. Parameters: z, x, y, min_households.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t,
    ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
)
SELECT ST_AsMVT(q, 'divisions', 4096, 'g', 'id')
FROM (
  SELECT d.id, d.code, d.level, d.name, d.households,
    coalesce(d.households >= :min_households, false) AS target,
    ST_AsMVTGeom(ST_SimplifyPreserveTopology(d.geom_3857, :tolerance), e.t, 4096, 64, true) AS g
  FROM registry.admin_division d, e
  WHERE d.geom_3857 && e.m
    AND d.code_system = 'nbs' AND d.valid_to IS NULL
    AND d.level BETWEEN 4 AND CASE WHEN :z < 11 THEN 4 ELSE 5 END
  ORDER BY d.level DESC, d.id
) q
WHERE g IS NOT NULL
