SELECT 'zone:' || id AS subject, kind, name, setback_m, sigma_m, valid_from, valid_to, source, ST_AsBinary(geom) AS geometry
FROM registry.zone
ORDER BY id
