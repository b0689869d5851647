-- Proposals and contributions. Rows and parameters as in names.sql.
WITH counted AS (
  SELECT 'proposals_open' AS figure, '' AS part, town_code AS town FROM registry.proposal
  WHERE state NOT IN ('published', 'refused', 'withdrawn') AND proposed_on <= :on
  UNION ALL
  SELECT 'proposals_by_state', state, town_code FROM registry.proposal WHERE proposed_on <= :on
  UNION ALL
  SELECT 'proposals_decided', '', town_code FROM registry.proposal
  WHERE state IN ('decided', 'published') AND decided_on BETWEEN :since AND :on
  UNION ALL
  SELECT 'proposals_announced', '', town_code FROM registry.proposal
  WHERE announced_on BETWEEN :since AND :on
  UNION ALL
  SELECT 'contributions_waiting', '', town_code FROM registry.contribution
  WHERE state = 'received' AND received_on <= :on
  UNION ALL
  SELECT 'contributions_answered', state, town_code FROM registry.contribution
  WHERE state <> 'received' AND answered_on BETWEEN :since AND :on
)
SELECT figure, part, t.town, count(*) AS value
FROM counted
CROSS JOIN LATERAL (SELECT coalesce(counted.town, '') AS town) t
GROUP BY GROUPING SETS ((figure, part), (figure, part, t.town))
