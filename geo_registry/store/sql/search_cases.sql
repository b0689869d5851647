-- Cases whose number, title, or the number of one of whose papers holds what is asked, by how well it
-- fits; those still open first. Row security gives nobody a case that they may not see.
SELECT f.id, f.title, f.number, f.state, min(m.paper) AS paper
FROM registry.case_file f
JOIN LATERAL (
  SELECT 1 AS rank, '' AS paper WHERE f.number LIKE :inside
  UNION ALL
  SELECT 2, '' WHERE f.title ILIKE :worded
  UNION ALL
  SELECT 3, n.number FROM registry.case_notice n
  WHERE n.case_id = f.id AND n.number <> ''
    AND translate(n.number, '〔〕[]［］【】()（） 　', '') LIKE :inside
) m ON true
GROUP BY f.id, f.title, f.number, f.state, f.closed_on
ORDER BY min(m.rank), f.closed_on IS NOT NULL, f.id DESC
LIMIT :limit
