-- Cultural activities of the period, volunteer teams on the day. Rows, parameters as in names.sql.
WITH counted AS (
  SELECT 'activities' AS figure, '' AS part, town_code AS town, 1 AS value
  FROM registry.culture_activity
  WHERE cancelled_why = '' AND held_on BETWEEN :since AND :on
  UNION ALL
  SELECT 'participants', '', town_code, participants
  FROM registry.culture_activity
  WHERE cancelled_why = '' AND held_on BETWEEN :since AND :on
  UNION ALL
  SELECT 'teams', '', town_code, 1
  FROM registry.volunteer_team
  WHERE founded_on <= :on AND (ended_on IS NULL OR ended_on > :on)
  UNION ALL
  SELECT 'volunteers', '', town_code, members
  FROM registry.volunteer_team
  WHERE founded_on <= :on AND (ended_on IS NULL OR ended_on > :on)
)
SELECT figure, part, t.town, sum(value) AS value
FROM counted
CROSS JOIN LATERAL (SELECT split_part(coalesce(counted.town, ''), '|', 1) AS town) t
GROUP BY GROUPING SETS ((figure, part), (figure, part, t.town))
