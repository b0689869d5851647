-- Proposals with what their guards look at: kinds of papers, protected names; newest first.
SELECT
  p.*, w.name AS person, t.name AS town_name, v.name AS village_name,
  coalesce((SELECT array_agg(DISTINCT a.kind) FROM registry.proposal_paper a
    WHERE a.proposal_id = p.id), '{}') AS papers,
  EXISTS (SELECT FROM registry.protected_name n
    WHERE n.place_id = p.place_id AND n.ended_on IS NULL) AS protected
FROM registry.proposal p
JOIN registry.person w ON w.id = p.person_id
LEFT JOIN LATERAL (
  SELECT d.name FROM registry.admin_division d
  WHERE d.code = p.town_code AND d.code_system = 'nbs' AND d.valid_to IS NULL LIMIT 1
) t ON true
LEFT JOIN LATERAL (
  SELECT d.name FROM registry.admin_division d
  WHERE d.code = p.village_code AND d.code_system = 'nbs' AND d.valid_to IS NULL LIMIT 1
) v ON true
WHERE (CAST(:ids AS bigint[]) IS NULL OR p.id = ANY (:ids))
  AND (CAST(:places AS bigint[]) IS NULL OR p.place_id = ANY (:places))
  AND (CAST(:states AS text[]) IS NULL OR p.state = ANY (:states))
  AND (CAST(:kinds AS text[]) IS NULL OR p.kind = ANY (:kinds))
  AND (CAST(:towns AS text[]) IS NULL OR p.town_code = ANY (:towns))
  AND (CAST(:batch AS bigint) IS NULL OR p.batch_id = :batch)
  AND (CAST(:words AS text) IS NULL OR strpos(p.name, :words) > 0)
  AND (CAST(:before AS bigint) IS NULL OR p.id < :before)
ORDER BY p.id DESC
LIMIT :limit
