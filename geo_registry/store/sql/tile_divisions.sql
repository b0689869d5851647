-- Divisions of statistics; extents of counties and towns, below zoom 11 no villages.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t, ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
)
SELECT ST_AsMVT(q, 'divisions', 4096, 'g', 'id')
FROM (
  SELECT d.id, d.code, d.level::int AS level, d.name, d.households,
    coalesce(d.households >= :min_households, false) AS target,
    ST_AsMVTGeom(
      ST_Simplify(d.geom_3857, :tolerance, true), e.t, 4096, 64, true
    ) AS g
  FROM registry.admin_division d, e
  WHERE d.geom_3857 && e.m AND d.valid_to IS NULL AND d.code_system = 'nbs'
    AND d.level <= CASE WHEN :z < 11 THEN 4 ELSE 5 END
) q
WHERE q.g IS NOT NULL
