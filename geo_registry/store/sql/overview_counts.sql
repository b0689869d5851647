-- The figures of the district, each defined here and nowhere else. Parameters: on, new_since, members.
WITH road AS (
  SELECT p.id, p.needs_name, n.full_name, n.event, n.valid_from
  FROM registry.place p
  LEFT JOIN LATERAL (
    SELECT full_name, event, valid_from
    FROM registry.place_name n
    WHERE n.place_id = p.id AND n.kind = 'standard' AND n.superseded_at IS NULL
      AND (n.valid_from IS NULL OR n.valid_from <= :on)
      AND (n.valid_to IS NULL OR n.valid_to > :on)
    ORDER BY n.id
    LIMIT 1
  ) n ON true
  WHERE p.place_class LIKE 'road%' AND p.status = 'in_use'
)
SELECT
  (SELECT count(*) FROM registry.admin_division d
    WHERE d.code_system = 'nbs' AND d.valid_to IS NULL
      AND left(d.code, 6) = ANY (:members)) AS divisions,
  (SELECT count(*) FROM registry.admin_division d
    WHERE d.code_system = 'nbs' AND d.level = 4 AND d.valid_to IS NULL
      AND left(d.code, 6) = ANY (:members)) AS towns,
  (SELECT count(*) FROM registry.admin_division d
    WHERE d.code_system = 'nbs' AND d.level = 5 AND d.valid_to IS NULL
      AND left(d.code, 6) = ANY (:members)) AS villages,
  count(full_name) AS roads_named,
  count(*) FILTER (WHERE full_name IS NULL AND needs_name) AS roads_unnamed,
  count(*) FILTER (WHERE event = 'named' AND valid_from >= :new_since) AS roads_new,
  (SELECT count(*) FROM registry.cemetery WHERE status = 'in_use') AS cemeteries,
  -- a waiver that has run out no longer counts
  (SELECT count(*) FROM registry.finding
    WHERE state = 'open' OR (state = 'waived' AND waived_until < :on)) AS findings_open,
  (SELECT count(*) FROM registry.finding
    WHERE state = 'waived' AND waived_until >= :on) AS findings_waived
FROM road
