-- What happened last, of one table or of all, newest first; no persons in them.
SELECT h.id AS position, c.revision, h.at, h.person_id, p.name AS person, h.reason, h.table_name,
  h.row_id, h.op, registry.without_persons(h.table_name, h.before) AS before,
  registry.without_persons(h.table_name, h.after) AS after
FROM registry.history h
JOIN registry.change c ON c.txid = h.txid AND c.at = h.at
JOIN registry.person p ON p.id = h.person_id
WHERE h.id < :below AND (CAST(:table AS text) IS NULL OR h.table_name = :table)
ORDER BY h.id DESC
LIMIT :limit
