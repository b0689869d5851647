SELECT s.id, 'cemetery:' || c.id AS subject, c.name AS cemetery, s.surveyed_on, s.method, s.sigma_m, s.shift_m, s.grade, s.complete_trace, s.surveyor, ST_AsBinary(s.geom) AS geometry
FROM registry.survey s
JOIN registry.cemetery c ON c.id = s.cemetery_id
ORDER BY s.id
