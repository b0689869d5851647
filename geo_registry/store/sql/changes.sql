-- The change feed: history in the order of revisions. Whole revisions only, so that a follower
-- who stores the last revision it has read misses nothing.
WITH chosen AS (
  SELECT c.txid, c.at, c.revision,
    sum(n.rows) OVER (ORDER BY c.revision) - n.rows AS before_it
  FROM registry.change c
  JOIN LATERAL (
    SELECT count(*) AS rows FROM registry.history h WHERE h.txid = c.txid AND h.at = c.at
  ) n ON true
  WHERE c.revision > :since AND c.revision <= :since + :limit
)
SELECT c.revision, h.at, p.name AS person, h.table_name, h.op, h.row_id, h.after
FROM chosen c
JOIN registry.history h ON h.txid = c.txid AND h.at = c.at
JOIN registry.person p ON p.id = h.person_id
WHERE c.before_it < :limit
ORDER BY c.revision, h.id
