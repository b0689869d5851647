-- Names: roads, villages, answers, names given. Rows: figure, part, town (NULL: the district), value.
-- Parameters: on, since (first day of the period), new_since. town '' : in no known town. A figure of the past reads the same
-- query over registry.known(): keep to columns without shapes.
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
counted AS (
  SELECT 'roads_named' AS figure, '' AS part, town_code AS town FROM road
  WHERE full_name IS NOT NULL
  UNION ALL
  SELECT 'roads_unnamed', '', town_code FROM road WHERE full_name IS NULL AND needs_name
  UNION ALL
  SELECT 'roads_proposed', '', town_code FROM road
  WHERE full_name IS NULL AND needs_name AND EXISTS (
    SELECT 1 FROM registry.place_name n
    WHERE n.place_id = road.id AND n.kind = 'proposed' AND n.superseded_at IS NULL)
  UNION ALL
  SELECT 'roads_new', '', town_code FROM road WHERE event = 'named' AND valid_from >= :new_since
  UNION ALL
  SELECT DISTINCT 'villages_new', '', town_code || '|' || village_code FROM road
  WHERE event = 'named' AND valid_from >= :new_since AND village_code IS NOT NULL
  UNION ALL
  SELECT DISTINCT 'towns_new', '', town_code FROM road
  WHERE event = 'named' AND valid_from >= :new_since AND town_code IS NOT NULL
  UNION ALL
  SELECT 'roads_signed', '', town_code FROM road
  WHERE full_name IS NOT NULL AND EXISTS (
    SELECT 1 FROM registry.sign s WHERE s.place_id = road.id AND s.state <> 'missing')
  UNION ALL
  SELECT 'answers', a.answer, p.town_code
  FROM registry.naming_answer a JOIN registry.place p ON p.id = a.place_id
  WHERE a.withdrawn_at IS NULL
  UNION ALL
  SELECT 'names_given', e.kind, p.town_code
  FROM registry.name_event e JOIN registry.place p ON p.id = e.place_id
  WHERE e.kind IN ('named', 'renamed', 'merged', 'abolished')
    AND e.effective_on BETWEEN :since AND :on
)
SELECT figure, part, t.town, count(*) AS value
FROM counted
CROSS JOIN LATERAL (SELECT split_part(coalesce(counted.town, ''), '|', 1) AS town) t
GROUP BY GROUPING SETS ((figure, part), (figure, part, t.town))
