SELECT 'place:' || p.id AS subject, n.full_name AS name, n.romanized, p.place_class, n.event, n.valid_from AS named_from, p.village_code, p.town_code, p.households, p.length_m, p.width_m, p.needs_name, ST_AsBinary(p.geom) AS geometry
FROM registry.place p
LEFT JOIN LATERAL (SELECT full_name, romanized, event, valid_from FROM registry.place_name n WHERE n.place_id = p.id AND n.kind = 'standard' AND n.superseded_at IS NULL AND (n.valid_from IS NULL OR n.valid_from <= :on) AND (n.valid_to IS NULL OR n.valid_to > :on) ORDER BY n.id LIMIT 1) n ON true
WHERE p.place_class LIKE 'road%'
ORDER BY p.id
