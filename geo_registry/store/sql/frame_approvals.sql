SELECT a.id, 'cemetery:' || c.id AS subject, c.name AS cemetery, a.effect, a.valid_from, a.valid_to, a.method, a.sigma_m, a.shift_m, a.grade, a.stated_area_m2, ST_AsBinary(a.geom) AS geometry
FROM registry.approval a
JOIN registry.cemetery c ON c.id = a.cemetery_id
ORDER BY a.id
