-- What things are called and where they are: one row for each of the given ids, codes.
SELECT
  'place:' || p.id AS subject, 'place' AS kind, p.place_class AS class, n.full_name AS name,
  p.village_code, p.town_code, p.county_code, p.batch_id, s.point, s.box
FROM registry.place p
LEFT JOIN LATERAL (
  -- Names in force today; one that has its end already (a renaming to come) where there is no other.
  SELECT coalesce(
    string_agg(full_name, '、' ORDER BY id) FILTER (WHERE valid_to IS NULL), min(full_name)
  ) AS full_name
  FROM registry.place_name
  WHERE place_id = p.id AND kind = 'standard' AND superseded_at IS NULL
    AND (valid_from IS NULL OR valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date)
    AND (valid_to IS NULL OR (now() AT TIME ZONE 'Asia/Shanghai')::date < valid_to)
) n ON true
LEFT JOIN LATERAL (
  SELECT ST_PointOnSurface(g.geom) AS point, Box2D(g.geom) AS box
  FROM (
    SELECT coalesce(p.geom, ST_Collect(x.geom)) AS geom
    FROM registry.segment x
    WHERE x.place_id = p.id
  ) g
) s ON true
WHERE p.id = ANY (:places)
UNION ALL
SELECT
  'division:' || d.code_system || ':' || d.code, 'division',
  CASE d.level
    WHEN 1 THEN 'division.province' WHEN 2 THEN 'division.city' WHEN 3 THEN 'division.county'
    WHEN 4 THEN 'division.town' ELSE 'committee_seat'
  END,
  d.name, NULL, CASE WHEN d.level = 5 THEN d.parent_code END,
  CASE WHEN d.level >= 4 THEN left(d.code, 6) END, NULL::bigint,
  coalesce(d.seat, ST_PointOnSurface(d.extent)), Box2D(coalesce(d.extent, d.seat))
FROM registry.admin_division d
WHERE d.code = ANY (:codes) AND d.valid_to IS NULL
UNION ALL
SELECT
  'cemetery:' || c.id, 'cemetery', 'cemetery', c.name, c.village_code, c.town_code, c.county_code,
  c.batch_id, coalesce(c.location, ST_PointOnSurface(e.geom)), Box2D(coalesce(e.geom, c.location))
FROM registry.cemetery c
LEFT JOIN LATERAL (
  SELECT ST_Collect(g.geom) AS geom
  FROM (
    SELECT geom FROM registry.approval WHERE cemetery_id = c.id
    UNION ALL
    SELECT geom FROM registry.survey WHERE cemetery_id = c.id
  ) g
) e ON true
WHERE c.id = ANY (:cemeteries)
UNION ALL
SELECT
  'zone:' || z.id, 'zone', z.kind, z.name, NULL, NULL, z.county_code, z.batch_id,
  ST_PointOnSurface(z.geom), Box2D(z.geom)
FROM registry.zone z
WHERE z.id = ANY (:zones)
UNION ALL
SELECT
  'plot:' || p.id, 'plot', 'plot',
  coalesce(c.name, '散坟') || coalesce(t.name, '') || p.number,
  coalesce(p.village_code, c.village_code), coalesce(p.town_code, c.town_code),
  coalesce(p.county_code, c.county_code), p.batch_id,
  coalesce(ST_PointOnSurface(p.geom), c.location), Box2D(coalesce(p.geom, c.location))
FROM registry.plot p
LEFT JOIN registry.cemetery c ON c.id = p.cemetery_id
LEFT JOIN registry.section t ON t.id = p.section_id
WHERE p.id = ANY (:plots)
UNION ALL
-- Of a burial the place alone, never the person.
SELECT
  'burial:' || b.id, 'burial', 'burial', coalesce(c.name, '散坟') || '安葬记录' || b.id,
  c.village_code, c.town_code, c.county_code, b.batch_id, c.location, Box2D(c.location)
FROM registry.burial b
LEFT JOIN registry.cemetery c ON c.id = b.cemetery_id
WHERE b.id = ANY (:burials)
UNION ALL
SELECT
  'subsidy:' || a.id, 'subsidy', 'subsidy', '生态安葬补助申请' || a.id, NULL, a.town_code,
  a.county_code, a.batch_id, c.location, Box2D(c.location)
FROM registry.subsidy_application a
JOIN registry.eco_burial e ON e.id = a.eco_burial_id
LEFT JOIN registry.cemetery c ON c.id = e.cemetery_id
WHERE a.id = ANY (:subsidies)
UNION ALL
SELECT
  'charge:' || h.id, 'charge', 'charge', c.name || '收费' || h.id, c.village_code, c.town_code,
  c.county_code, h.batch_id, c.location, Box2D(c.location)
FROM registry.charge h
JOIN registry.cemetery c ON c.id = h.cemetery_id
WHERE h.id = ANY (:charges)
UNION ALL
SELECT
  'case:' || f.id, 'case', 'case', '案件 ' || f.number, f.village_code, f.town_code, f.county_code,
  NULL::bigint, ST_PointOnSurface(coalesce(f.claim, f.location)),
  Box2D(coalesce(f.claim, f.location))
FROM registry.case_file f
WHERE f.id = ANY (:cases)
