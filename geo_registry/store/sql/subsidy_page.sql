-- Applications in the order of their ids, with the dead and whoever applied.
SELECT
  a.id, a.state, a.since, a.scheme, a.applicant_name, a.applicant_tail, a.relation, a.form_number,
  a.town_code, a.applied_on, a.checked_on, a.approved_on, a.paid_on, a.ended_on, a.amount_yuan,
  a.voucher, a.sample, a.eco_burial_id, e.kind, e.buried_on, e.place, c.name AS cemetery,
  a.deceased_id, d.name, d.id_tail, d.died_on, d.hukou_code
FROM registry.subsidy_application a
JOIN registry.eco_burial e ON e.id = a.eco_burial_id
JOIN registry.deceased d ON d.id = a.deceased_id
LEFT JOIN registry.cemetery c ON c.id = e.cemetery_id
WHERE a.id > :after
  AND (CAST(:ids AS bigint[]) IS NULL OR a.id = ANY (:ids))
  AND (CAST(:state AS text) IS NULL OR a.state = :state)
  AND (CAST(:kind AS text) IS NULL OR e.kind = :kind)
  AND (CAST(:under AS text) IS NULL OR coalesce(a.town_code, a.county_code) LIKE :under || '%')
  AND (CAST(:year AS int) IS NULL OR extract(year FROM a.paid_on) = :year)
ORDER BY a.id
LIMIT :limit
