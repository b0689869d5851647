-- Burials of a cemetery, in the order of their ids; those that were ended only where asked.
SELECT
  b.id, b.plot_id, coalesce(s.name, '') AS section, p.number, b.kind, b.buried_on, b.resident_of,
  b.consent, b.ended_on, b.ended_why, b.deceased_id, d.name, d.id_tail, d.died_on, d.hukou_code
FROM registry.burial b
JOIN registry.deceased d ON d.id = b.deceased_id
LEFT JOIN registry.plot p ON p.id = b.plot_id
LEFT JOIN registry.section s ON s.id = p.section_id
WHERE coalesce(b.cemetery_id, p.cemetery_id) IS NOT DISTINCT FROM CAST(:cemetery AS bigint)
  AND b.id > :after
  AND (:ended OR b.ended_on IS NULL)
ORDER BY b.id
LIMIT :limit
