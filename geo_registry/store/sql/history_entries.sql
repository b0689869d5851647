-- What happened to some rows, newest first.
SELECT h.id AS position, c.revision, h.at, h.person_id, p.name AS person, h.reason, h.table_name,
  h.row_id, h.op, registry.without_persons(h.table_name, h.before) AS before,
  registry.without_persons(h.table_name, h.after) AS after
FROM unnest(CAST(:tables AS text[]), CAST(:rows AS bigint[])) AS w(table_name, row_id)
JOIN registry.history h ON h.table_name = w.table_name AND h.row_id = w.row_id
JOIN registry.change c ON c.txid = h.txid AND c.at = h.at
JOIN registry.person p ON p.id = h.person_id
WHERE h.id < :below
ORDER BY h.id DESC
LIMIT :limit
