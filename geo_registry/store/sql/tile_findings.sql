-- One mark for each place a finding speaks of. Far out, marks of one kind that would lie on each other
-- are one mark with the findings it stands for: more than twelve in a cell of 64 of a tile's 512
-- pixels. A cell lies in one tile only, so that no finding is gathered twice.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t, ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
),
found AS (
  SELECT f.id, f.rule_id, f.severity, f.title, f.marks_3857,
    CASE WHEN f.state = 'waived' AND f.waived_until < :on THEN 'open' ELSE f.state END
      AS state
  FROM registry.finding f, e
  WHERE f.marks_3857 && e.m AND f.state <> 'gone'
    AND NOT (f.subjects && (SELECT registry.hidden_subjects()))
),
placed AS (
  SELECT f.*, at.geom,
    floor(8 * (ST_X(at.geom) - ST_XMin(e.t)) / (ST_XMax(e.t) - ST_XMin(e.t))) AS across,
    floor(8 * (ST_Y(at.geom) - ST_YMin(e.t)) / (ST_YMax(e.t) - ST_YMin(e.t))) AS up
  FROM found f, e, ST_Dump(f.marks_3857) AS at
  WHERE :z < 12
),
counted AS (
  SELECT *, count(*) OVER (PARTITION BY across, up, severity, state) AS near
  FROM placed
  WHERE across BETWEEN 0 AND 7 AND up BETWEEN 0 AND 7
),
mark AS (
  SELECT id, rule_id, severity, title, state, NULL::text AS ids, NULL::integer AS many,
    marks_3857 AS at
  FROM found
  WHERE :z >= 12
  UNION ALL
  SELECT id, rule_id, severity, title, state, NULL, NULL, geom
  FROM counted
  WHERE near <= 12
  UNION ALL
  SELECT NULL, NULL, severity, NULL, state, string_agg(DISTINCT id::text, ','),
    count(DISTINCT id)::integer, ST_Centroid(ST_Collect(geom))
  FROM counted
  WHERE near > 12
  GROUP BY across, up, severity, state
)
SELECT ST_AsMVT(q, 'findings', 4096, 'g', 'id')
FROM (
  SELECT m.id, m.rule_id, m.severity, m.title, m.state, m.ids, m.many,
    ST_AsMVTGeom(m.at, e.t, 4096, 64, true) AS g
  FROM mark m, e
) q
WHERE q.g IS NOT NULL
