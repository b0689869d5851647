-- Proposals and contributions. See names.sql for the columns.
WITH p AS (
  SELECT id, name, town_code, state, decided_on, announced_on
  FROM registry.proposal
  WHERE proposed_on <= :on
),
found AS (
  SELECT 'proposals_open' AS figure, '' AS part, id, town_code, name FROM p
  WHERE state NOT IN ('published', 'refused', 'withdrawn')
  UNION ALL
  SELECT 'proposals_by_state', state, id, town_code, name FROM p
  UNION ALL
  SELECT 'proposals_decided', '', id, town_code, name FROM p
  WHERE state IN ('decided', 'published') AND decided_on BETWEEN :since AND :on
  UNION ALL
  SELECT 'proposals_announced', '', id, town_code, name FROM p
  WHERE announced_on BETWEEN :since AND :on
),
counted AS (
  SELECT figure, part, town_code AS town, 1 AS value, true AS once, 'proposal:' || id AS subject,
    name AS label
  FROM found
  UNION ALL
  SELECT 'contributions_waiting', '', town_code, 1, true, 'contribution:' || id, name
  FROM registry.contribution
  WHERE state = 'received' AND received_on <= :on
  UNION ALL
  SELECT 'contributions_answered', state, town_code, 1, true, 'contribution:' || id, name
  FROM registry.contribution
  WHERE state <> 'received' AND answered_on BETWEEN :since AND :on
)
