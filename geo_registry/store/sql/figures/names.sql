-- Names: roads, villages, answers, names given.
-- Each topic ends with a CTE "counted" that says what makes a figure up, a row a thing:
--   figure, part ('' where it has none), town (NULL: in no known town), value (what is added up),
--   once (false in all rows but one of a thing that lies in several towns), subject, label.
-- store/figures.py adds these rows up, or lists them. Parameters: on, since (first day of the
-- period), new_since, members. A figure of the past reads the same query over registry.known():
-- keep to columns without shapes, and write tables as FROM registry.x or JOIN registry.x.
WITH road AS (
  SELECT DISTINCT ON (p.id)
    p.id, p.town_code, p.village_code, p.needs_name, n.full_name, n.event, n.valid_from
  FROM registry.place p
  LEFT JOIN registry.place_name n
    ON n.place_id = p.id AND n.kind = 'standard' AND n.superseded_at IS NULL
    AND (n.valid_from IS NULL OR n.valid_from <= :on)
    AND (n.valid_to IS NULL OR n.valid_to > :on)
  WHERE p.place_class LIKE 'road%' AND p.status = 'in_use'
  ORDER BY p.id, n.id
),
found AS (
  SELECT 'roads_named' AS figure, '' AS part, town_code AS town, 'place:' || id AS subject,
    full_name AS label
  FROM road WHERE full_name IS NOT NULL
  UNION ALL
  SELECT 'roads_unnamed', '', town_code, 'place:' || id, NULL
  FROM road WHERE full_name IS NULL AND needs_name
  UNION ALL
  SELECT 'roads_proposed', '', town_code, 'place:' || road.id, n.full_name
  FROM road
  JOIN registry.place_name n
    ON n.place_id = road.id AND n.kind = 'proposed' AND n.superseded_at IS NULL
  WHERE road.full_name IS NULL AND needs_name
  UNION ALL
  SELECT 'roads_new', '', town_code, 'place:' || id, full_name
  FROM road WHERE event = 'named' AND valid_from >= :new_since
  UNION ALL
  SELECT 'villages_new', '', town_code, 'division:nbs:' || village_code, NULL
  FROM road WHERE event = 'named' AND valid_from >= :new_since AND village_code IS NOT NULL
  UNION ALL
  SELECT 'towns_new', '', town_code, 'division:nbs:' || town_code, NULL
  FROM road WHERE event = 'named' AND valid_from >= :new_since AND town_code IS NOT NULL
  UNION ALL
  SELECT 'roads_signed', '', road.town_code, 'place:' || road.id, full_name
  FROM road
  JOIN registry.sign s ON s.place_id = road.id AND s.state <> 'missing'
  WHERE full_name IS NOT NULL
  UNION ALL
  SELECT 'answers', a.answer, p.town_code, 'place:' || p.id, nullif(a.said_name, '')
  FROM registry.naming_answer a JOIN registry.place p ON p.id = a.place_id
  WHERE a.withdrawn_at IS NULL
),
counted AS (
  -- a road with two signs, a village with two new names: once
  SELECT DISTINCT ON (figure, part, subject)
    figure, part, town, 1 AS value, true AS once, subject, label
  FROM found
  UNION ALL
  SELECT 'names_given', e.kind, p.town_code, 1, true, 'place:' || p.id, n.full_name
  FROM registry.name_event e
  JOIN registry.place p ON p.id = e.place_id
  LEFT JOIN registry.place_name n ON n.id = coalesce(e.name_id, e.ended_name_id)
  WHERE e.kind IN ('named', 'renamed', 'merged', 'abolished')
    AND e.effective_on BETWEEN :since AND :on
)
