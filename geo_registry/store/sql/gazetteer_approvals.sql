SELECT
  a.id, a.cemetery_id, a.effect, a.sigma_m, a.shift_m, a.grade, a.valid_from, a.valid_to,
  a.supersedes, concat(d.title, '（' || nullif(d.number, '') || '）') AS document,
  a.stated_area_m2, ST_AsBinary(a.geom) AS shape
FROM registry.approval a
LEFT JOIN registry.document d ON d.id = a.document_id
WHERE a.cemetery_id = ANY (:ids)
ORDER BY a.id
