-- Subjects whose papers have a number like the query: approvals of cemeteries, zones, names and their
-- events, proposals. Row security gives nobody a row or a paper that they may not see. What is asked
-- comes without brackets and blanks: 〔2019〕, [2019], (2019) are ways to write the same number.
WITH document AS MATERIALIZED (
  SELECT id, number FROM registry.document
  WHERE number <> '' AND translate(number, '〔〕[]［］【】()（） 　', '') LIKE :inside
), papers AS (
  SELECT 'cemetery:' || a.cemetery_id AS subject, d.number, '批文 ' AS kind
  FROM document d JOIN registry.approval a ON a.document_id = d.id
  UNION ALL
  SELECT 'zone:' || z.id, d.number, '批文 '
  FROM document d JOIN registry.zone z ON z.document_id = d.id
  UNION ALL
  SELECT 'place:' || n.place_id, d.number, '批文 '
  FROM document d JOIN registry.place_name n ON n.document_id = d.id
  WHERE n.superseded_at IS NULL
  UNION ALL
  SELECT 'place:' || e.place_id, d.number, '批文 '
  FROM document d JOIN registry.name_event e ON e.document_id = d.id
  UNION ALL
  SELECT 'place:' || p.place_id, p.number, '批文 '
  FROM registry.proposal p
  WHERE p.number <> '' AND translate(p.number, '〔〕[]［］【】()（） 　', '') LIKE :inside
)
SELECT subject, min(kind || number) AS said, min(length(number)) AS size
FROM papers
GROUP BY subject
ORDER BY size, said, subject
LIMIT :limit
