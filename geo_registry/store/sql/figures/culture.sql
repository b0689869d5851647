-- Cultural activities of the period, volunteer teams on the day. See names.sql for the columns.
WITH held AS (
  SELECT id, title, town_code, participants
  FROM registry.culture_activity
  WHERE cancelled_why = '' AND held_on BETWEEN :since AND :on
),
team AS (
  SELECT id, name, town_code, members
  FROM registry.volunteer_team
  WHERE founded_on <= :on AND (ended_on IS NULL OR ended_on > :on)
),
counted AS (
  SELECT 'activities' AS figure, '' AS part, town_code AS town, 1 AS value, true AS once,
    'activity:' || id AS subject, title AS label
  FROM held
  UNION ALL
  SELECT 'participants', '', town_code, participants, true, 'activity:' || id, title FROM held
  UNION ALL
  SELECT 'teams', '', town_code, 1, true, 'team:' || id, name FROM team
  UNION ALL
  SELECT 'volunteers', '', town_code, members, true, 'team:' || id, name FROM team
)
