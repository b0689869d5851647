-- The change feed: history in the order of revisions, from a place in that order; no persons in it.
SELECT c.revision, h.id AS position, h.at, p.name AS person, h.table_name, h.op, h.row_id,
  registry.without_persons(h.table_name, h.after) AS after
FROM registry.change c
JOIN registry.history h ON h.txid = c.txid AND h.at = c.at
JOIN registry.person p ON p.id = h.person_id
WHERE c.revision >= :since AND (c.revision, h.id) > (:since, :position)
ORDER BY c.revision, h.id
LIMIT :limit
