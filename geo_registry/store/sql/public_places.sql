-- What the public may know of the places of an area that have a standard name, one row a place.
-- Parameters: codes (beginnings of statistical codes), on. Levels above "public" are only counted.
SELECT
  p.id, p.secrecy = 'public' AS open, p.place_class, n.full_name AS name,
  coalesce(n.stated_romanized, n.romanized) AS romanized, n.valid_from AS since, n.authority,
  p.village_code, p.town_code, p.county_code, s.origin, s.meaning,
  ST_AsBinary(coalesce(p.geom, (
    SELECT ST_LineMerge(ST_Collect(g.geom ORDER BY g.id)) FROM registry.segment g WHERE g.place_id = p.id
  ))) AS shape
FROM registry.place p
JOIN LATERAL (
  SELECT full_name, stated_romanized, romanized, valid_from, authority
  FROM registry.place_name
  WHERE place_id = p.id AND kind = 'standard' AND superseded_at IS NULL
    AND (valid_from IS NULL OR valid_from <= :on) AND (valid_to IS NULL OR :on < valid_to)
  ORDER BY event IN ('named', 'renamed') DESC, id
  LIMIT 1
) n ON true
LEFT JOIN LATERAL (
  SELECT
    string_agg(text, E'\n' ORDER BY id) FILTER (WHERE kind = 'origin') AS origin,
    string_agg(text, E'\n' ORDER BY id) FILTER (WHERE kind = 'meaning') AS meaning
  FROM registry.place_story
  WHERE place_id = p.id AND superseded_at IS NULL
) s ON true
WHERE p.status <> 'retired' AND EXISTS (
  SELECT FROM unnest(CAST(:codes AS text[])) AS c (code)
  WHERE starts_with(coalesce(p.village_code, p.town_code, p.county_code, ''), c.code)
)
ORDER BY p.id
