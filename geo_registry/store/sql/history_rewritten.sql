-- Rows of history that were changed after they were written, or that belong to no transaction.
SELECT h.id, c.revision, h.table_name, h.row_id, h.op, h.at, h.reason,
  CASE WHEN c.txid IS NULL THEN 'stray' ELSE 'rewritten' END AS fault
FROM registry.history h
LEFT JOIN registry.change c ON c.txid = h.txid AND c.at = h.at
WHERE (c.revision IS NULL OR c.revision > :since)
  AND (c.txid IS NULL OR h.digest <> registry.history_digest(
    h.id, h.txid, h.at, h.table_name, h.row_id, h.op, h.before, h.after, h.person_id, h.reason))
ORDER BY h.id
LIMIT :limit
