-- Eco-burials in the order of their ids, with the person and the application that counts:
-- the one that is open or paid, else the last.
SELECT
  e.id, e.kind, e.buried_on, e.cemetery_id, c.name AS cemetery, e.place, e.confirmed_by,
  e.town_code, e.voided_on, e.voided_why, e.sample, e.deceased_id, d.name, d.id_tail, d.died_on,
  d.hukou_code, a.id AS application_id, a.state, a.amount_yuan
FROM registry.eco_burial e
JOIN registry.deceased d ON d.id = e.deceased_id
LEFT JOIN registry.cemetery c ON c.id = e.cemetery_id
LEFT JOIN LATERAL (
  SELECT s.id, s.state, s.amount_yuan
  FROM registry.subsidy_application s
  WHERE s.eco_burial_id = e.id
  ORDER BY s.state IN ('applied', 'checked', 'approved', 'paid') DESC, s.id DESC
  LIMIT 1
) a ON true
WHERE e.id > :after
  AND (CAST(:kind AS text) IS NULL OR e.kind = :kind)
  AND (CAST(:cemetery AS bigint) IS NULL OR e.cemetery_id = :cemetery)
  AND (CAST(:under AS text) IS NULL OR coalesce(e.town_code, e.county_code) LIKE :under || '%')
  AND (CAST(:since AS date) IS NULL OR e.buried_on >= :since)
  AND (CAST(:until AS date) IS NULL OR e.buried_on <= :until)
  AND (:voided OR e.voided_on IS NULL)
ORDER BY e.id
LIMIT :limit
