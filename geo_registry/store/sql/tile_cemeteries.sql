-- Approved extents in force, the latest survey of each site, and what open findings claim lies
-- beyond. Parameters: z, x, y, on.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t,
    ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
),
valid AS (
  SELECT a.*
  FROM registry.approval a, e
  WHERE a.geom_3857 && e.m
    AND (a.valid_from IS NULL OR a.valid_from <= :on)
    AND (a.valid_to IS NULL OR a.valid_to > :on)
),
latest AS (
  SELECT DISTINCT ON (s.cemetery_id) s.*
  FROM registry.survey s
  WHERE s.surveyed_on <= :on
    AND s.cemetery_id IN (SELECT v.cemetery_id FROM registry.survey v, e WHERE v.geom_3857 && e.m)
  ORDER BY s.cemetery_id, s.surveyed_on DESC, s.id DESC
)
SELECT ST_AsMVT(q, 'cemeteries', 4096, 'g', 'id')
FROM (
  SELECT v.id, 'cemetery:' || CAST(c.id AS text) AS subject, c.name, 'approved' AS kind,
    v.effect, CAST(NULL AS text) AS method, CAST(NULL AS text) AS verdict,
    CAST(NULL AS double precision) AS area_m2, CAST(NULL AS double precision) AS at_least_m2,
    ST_AsMVTGeom(v.geom_3857, e.t, 4096, 64, true) AS g
  FROM valid v JOIN registry.cemetery c ON c.id = v.cemetery_id, e
  WHERE NOT EXISTS (SELECT FROM registry.approval n
    WHERE n.supersedes = v.id AND (n.valid_from IS NULL OR n.valid_from <= :on)
      AND (n.valid_to IS NULL OR n.valid_to > :on))
  UNION ALL
  -- 2^40, 2^41 keep the three kinds of id apart within one layer
  SELECT 1099511627776 + l.id, 'cemetery:' || CAST(c.id AS text), c.name, 'surveyed',
    NULL, l.method, NULL, NULL, NULL,
    ST_AsMVTGeom(l.geom_3857, e.t, 4096, 64, true)
  FROM latest l JOIN registry.cemetery c ON c.id = l.cemetery_id, e
  WHERE l.geom_3857 && e.m
  UNION ALL
  SELECT 2199023255552 + f.id, f.scope_code, c.name, 'beyond',
    NULL, NULL, f.outcome,
    CAST(f.facts ->> 'area_m2' AS double precision),
    CAST(f.facts ->> 'at_least_m2' AS double precision),
    ST_AsMVTGeom(ST_Transform(f.geom, 3857), e.t, 4096, 64, true)
  FROM registry.finding f
  JOIN registry.cemetery c ON f.scope_code = 'cemetery:' || CAST(c.id AS text), e
  WHERE f.rule_id = 'cm.bound.exceeds_approved' AND f.state = 'open'
    AND f.geom && ST_Transform(e.m, 4490)
) q
WHERE g IS NOT NULL
