-- Labels: towns, committee seats from zoom 11, other named places from zoom 12. Parameters: z, x, y, on.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t,
    ST_TileEnvelope(:z, :x, :y, margin => 0.015625) AS m
)
SELECT ST_AsMVT(q, 'places', 4096, 'g', 'id')
FROM (
  SELECT d.id, 'division:' || d.code_system || ':' || d.code AS subject,
    CASE WHEN d.level = 5 THEN coalesce(nullif(d.key_stem, ''), d.name) ELSE d.name END AS name,
    CASE WHEN d.level = 4 THEN 'division.town' ELSE 'committee_seat' END AS class,
    coalesce(d.households >= :min_households, false) AS target,
    ST_AsMVTGeom(d.seat_3857, e.t, 4096, 64, true) AS g
  FROM registry.admin_division d, e
  WHERE d.seat_3857 && e.m
    AND d.code_system = 'nbs' AND d.valid_to IS NULL
    AND (d.level = 4 OR (d.level = 5 AND :z >= 11))
  UNION ALL
  -- 2^40 keeps the two kinds of id apart within one layer
  SELECT 1099511627776 + p.id, 'place:' || CAST(p.id AS text), n.full_name, p.place_class, false,
    ST_AsMVTGeom(ST_PointOnSurface(p.geom_3857), e.t, 4096, 64, true)
  FROM registry.place p
  JOIN registry.place_name n ON n.place_id = p.id AND n.kind = 'standard'
    AND (n.valid_from IS NULL OR n.valid_from <= :on)
    AND (n.valid_to IS NULL OR n.valid_to > :on), e
  WHERE :z >= 12 AND p.geom_3857 && e.m AND p.place_class NOT LIKE 'road%'
) q
WHERE g IS NOT NULL
