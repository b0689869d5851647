-- Lists of fees with whose they are and the number of their paper.
SELECT
  l.id, l.title, l.valid_from, l.valid_to, l.posted_on, p.number, l.cemetery_id, l.division_code,
  coalesce(c.name, d.name, l.division_code) AS whose
FROM registry.fee_list l
LEFT JOIN registry.document p ON p.id = l.document_id
LEFT JOIN registry.cemetery c ON c.id = l.cemetery_id
LEFT JOIN LATERAL (
  SELECT a.name
  FROM registry.admin_division a
  WHERE a.code = l.division_code AND a.code_system = 'nbs' AND a.valid_to IS NULL
  LIMIT 1
) d ON true
WHERE CAST(:ids AS bigint[]) IS NULL OR l.id = ANY (:ids)
ORDER BY l.id
