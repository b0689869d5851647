-- Burials in force in some cemeteries, without the persons.
SELECT
  b.id, coalesce(b.cemetery_id, p.cemetery_id) AS cemetery_id, b.plot_id, b.kind, b.buried_on,
  d.hukou_code, b.resident_of
FROM registry.burial b
JOIN registry.deceased d ON d.id = b.deceased_id
LEFT JOIN registry.plot p ON p.id = b.plot_id
WHERE b.ended_on IS NULL AND coalesce(b.cemetery_id, p.cemetery_id) = ANY (:ids)
ORDER BY b.id
