-- What the registry holds today in the fields of the national database, one row a place.
-- Parameters: ids, on.
SELECT
  p.id, p.place_class, p.secrecy, p.status, p.village_code, p.town_code, p.county_code,
  n.full_name AS standard_name,
  coalesce(n.stated_romanized, n.romanized) AS roman_alphabet_spelling,
  f.names AS old_name, a.names AS alias,
  p.place_code, p.class_code AS place_type_code,
  CASE WHEN g.geom IS NULL THEN NULL ELSE ST_AsGeoJSON(ST_Multi(g.geom), 15, 0) END AS gdm,
  s.origin AS place_origin, s.meaning AS place_meaning, s.history AS government_history,
  s.description AS description
FROM registry.place p
LEFT JOIN LATERAL (
  SELECT full_name, stated_romanized, romanized
  FROM registry.place_name
  WHERE place_id = p.id AND kind = 'standard' AND superseded_at IS NULL
    AND (valid_from IS NULL OR valid_from <= :on) AND (valid_to IS NULL OR :on < valid_to)
  ORDER BY event IN ('named', 'renamed') DESC, id
  LIMIT 1
) n ON true
LEFT JOIN LATERAL (
  SELECT string_agg(DISTINCT full_name, '、') AS names
  FROM registry.place_name
  WHERE place_id = p.id AND superseded_at IS NULL
    AND (kind = 'former' OR (kind = 'standard' AND valid_to <= :on))
) f ON true
LEFT JOIN LATERAL (
  SELECT string_agg(DISTINCT full_name, '、') AS names
  FROM registry.place_name
  WHERE place_id = p.id AND superseded_at IS NULL AND kind = 'alias'
    AND (valid_to IS NULL OR :on < valid_to)
) a ON true
LEFT JOIN LATERAL (
  SELECT
    string_agg(text, E'\n' ORDER BY id) FILTER (WHERE kind = 'origin') AS origin,
    string_agg(text, E'\n' ORDER BY id) FILTER (WHERE kind = 'meaning') AS meaning,
    string_agg(text, E'\n' ORDER BY id) FILTER (WHERE kind = 'history') AS history,
    string_agg(text, E'\n' ORDER BY id) FILTER (WHERE kind = 'description') AS description
  FROM registry.place_story
  WHERE place_id = p.id AND superseded_at IS NULL
) s ON true
LEFT JOIN LATERAL (
  -- The database holds points; a road stands where its middle piece has its middle.
  SELECT CASE
    WHEN p.geom IS NULL THEN (
      SELECT ST_LineInterpolatePoint(x.geom, 0.5)
      FROM registry.segment x
      WHERE x.place_id = p.id
      ORDER BY ST_Length(x.geom) DESC, x.id
      LIMIT 1
    )
    WHEN ST_Dimension(p.geom) = 0 THEN p.geom
    ELSE ST_PointOnSurface(p.geom)
  END AS geom
) g ON true
WHERE p.id = ANY (:ids)
ORDER BY p.id
