-- The seals after a revision, each link computed anew from the change as it stands now.
SELECT s.revision, s.rows, s.content, s.previous, s.link,
  registry.history_link(s.previous, s.revision, c.txid, c.at, c.person_id, c.tables, c.reason,
    s.rows, s.content) AS expected
FROM registry.seal s
LEFT JOIN registry.change c ON c.revision = s.revision
WHERE s.revision > :since
ORDER BY s.revision
