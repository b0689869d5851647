-- One mark for each place a finding speaks of.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t, ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
)
SELECT ST_AsMVT(q, 'findings', 4096, 'g', 'id')
FROM (
  SELECT f.id, f.rule_id, f.severity, f.title,
    CASE WHEN f.state = 'waived' AND f.waived_until < :on THEN 'open' ELSE f.state END
      AS state,
    ST_AsMVTGeom(f.marks_3857, e.t, 4096, 64, true) AS g
  FROM registry.finding f, e
  WHERE f.marks_3857 && e.m AND f.state <> 'gone'
    AND NOT (f.subjects && (SELECT registry.hidden_subjects()))
) q
WHERE q.g IS NOT NULL
