-- Transactions whose rows are not those that were sealed, and transactions without a seal; the one
-- that asks is not sealed yet.
SELECT c.revision, c.at, c.reason, s.rows AS sealed, coalesce(h.n, 0) AS found
FROM registry.change c
LEFT JOIN registry.seal s ON s.revision = c.revision
LEFT JOIN (
  SELECT txid, at, count(*) AS n, sha256(string_agg(digest, ''::bytea ORDER BY id)) AS content
  FROM registry.history GROUP BY txid, at
) h ON h.txid = c.txid AND h.at = c.at
WHERE (c.revision > :since OR c.revision IS NULL
       AND (c.txid, c.at) IS DISTINCT FROM (txid_current_if_assigned(), now()))
  AND (s.revision IS NULL OR s.rows <> coalesce(h.n, 0)
       OR s.content <> coalesce(h.content, sha256(''::bytea)))
ORDER BY c.revision
LIMIT :limit
