-- Roads with their names; new are the names given since a day of the profile. From zoom 13 on every
-- piece is a line of its own, below it the pieces of a road are one line: nobody can point at a
-- piece there, and a city has ten times as many pieces as roads. They meet on a grid of the
-- detail that can be seen, so that few gaps of digitising keep a road in parts.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t, ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m,
    -- From afar half a pixel is enough.
    CASE WHEN :z < 12 THEN 4 ELSE 1 END * :tolerance AS detail
),
questioned AS MATERIALIZED (
  SELECT DISTINCT unnest(subjects) AS subject
  FROM registry.finding
  WHERE severity IN ('block', 'error', 'warn')
    AND (state = 'open' OR (state = 'waived' AND waived_until < :on))
),
line AS MATERIALIZED (
  SELECT min(s.id) AS id, s.place_id, min(p.place_class) AS class, bool_or(p.needs_name) AS needs_name,
    CASE
      WHEN :z < 13 THEN coalesce(
        ST_LineMerge(ST_Collect(c.line) FILTER (WHERE NOT ST_IsEmpty(c.line))),
        (array_agg(s.geom_3857))[1] -- all of it lies in one cell
      )
      ELSE (array_agg(s.geom_3857))[1]
    END AS shape
  FROM e
  JOIN registry.segment s ON s.geom_3857 && e.m
  CROSS JOIN LATERAL (SELECT ST_SnapToGrid(s.geom_3857, e.detail) AS line) c
  JOIN registry.place p ON p.id = s.place_id AND p.status <> 'retired' AND p.secrecy = ANY (:levels)
  -- Where the whole district is on the screen, the roads that make its shape.
  WHERE :z >= 10 OR (p.length_m >= CASE :z WHEN 8 THEN 1000 ELSE 500 END AND p.place_class <> 'way')
  GROUP BY s.place_id, CASE WHEN :z < 13 THEN 0 ELSE s.id END, e.detail
),
place_state AS MATERIALIZED (
  SELECT l.place_id, coalesce(n.full_name, o.full_name) AS name,
    CASE
      WHEN n.full_name IS NOT NULL AND n.fresh THEN 'new'
      WHEN n.full_name IS NOT NULL THEN 'named'
      WHEN o.full_name IS NOT NULL THEN 'proposed'
    END AS state
  FROM (SELECT DISTINCT place_id FROM line) l
  LEFT JOIN LATERAL (
    SELECT full_name, event = 'named' AND coalesce(valid_from >= :new_since, false) AS fresh
    FROM registry.place_name
    WHERE place_id = l.place_id AND kind = 'standard' AND superseded_at IS NULL
      AND (valid_from IS NULL OR valid_from <= :on) AND (valid_to IS NULL OR :on < valid_to)
    ORDER BY id LIMIT 1
  ) n ON true
  LEFT JOIN LATERAL (
    SELECT full_name FROM registry.place_name
    WHERE place_id = l.place_id AND kind = 'proposed' AND superseded_at IS NULL
      AND (valid_from IS NULL OR valid_from <= :on) AND (valid_to IS NULL OR :on < valid_to)
    ORDER BY id LIMIT 1
  ) o ON n.full_name IS NULL
)
SELECT ST_AsMVT(q, 'roads', 4096, 'g', 'id')
FROM (
  SELECT l.id, l.place_id AS road_id, a.name, l.class,
    coalesce(
      a.state,
      -- footpaths, drives, ramps: nobody misses a name
      CASE WHEN l.class = 'way' OR NOT l.needs_name THEN 'path' ELSE 'unnamed' END
    ) AS state,
    w.subject IS NOT NULL AS in_question,
    ST_AsMVTGeom(ST_Simplify(l.shape, e.detail, true), e.t, 4096, 64, true) AS g
  FROM e, line l
  JOIN place_state a ON a.place_id = l.place_id
  LEFT JOIN questioned w ON w.subject = 'place:' || l.place_id
) q
WHERE q.g IS NOT NULL
