-- Findings on names with the villages of their subjects, one row a finding and village.
-- Parameters: day, prefixes (of rule ids), members (codes of the
-- legal county: a finding that reaches beyond it stands under its own villages), town (or NULL), gone (also those that are settled).
WITH f AS (
  SELECT
    f.id, f.rule_id, f.title, f.severity, f.message, f.subjects, f.first_seen, f.last_seen,
    CASE WHEN f.state = 'waived' AND f.waived_until < :day THEN 'open' ELSE f.state END AS state
  FROM registry.finding f
  WHERE EXISTS (SELECT 1 FROM unnest(CAST(:prefixes AS text[])) x(prefix)
                WHERE starts_with(f.rule_id, x.prefix))
),
subject AS (
  SELECT f.id AS finding_id, p.village_code, p.town_code, p.id AS place_id
  FROM f
  CROSS JOIN LATERAL unnest(f.subjects) s(subject)
  JOIN registry.place p ON s.subject = 'place:' || p.id
  UNION
  -- a division of the civil-affairs list stands under its statistical code
  SELECT f.id, CASE WHEN length(c.code) = 12 THEN c.code END, left(c.code, 9), NULL
  FROM f
  CROSS JOIN LATERAL unnest(f.subjects) s(subject)
  JOIN registry.admin_division d
    ON s.subject = 'division:' || d.code_system || ':' || d.code AND d.valid_to IS NULL
  LEFT JOIN registry.division_match m ON d.code_system = 'mca' AND m.mca_code = d.code
  CROSS JOIN LATERAL (SELECT coalesce(m.nbs_code, d.code) AS code) c
)
SELECT
  f.id, f.rule_id, f.title, f.severity, f.message, f.state, f.first_seen, f.last_seen,
  s.village_code, s.town_code,
  (SELECT a.answer FROM registry.naming_answer a
    WHERE a.place_id = ANY (s.places) AND a.withdrawn_at IS NULL ORDER BY a.id DESC LIMIT 1) AS answer,
  EXISTS (SELECT 1 FROM registry.place_name n
    WHERE n.place_id = ANY (s.places) AND n.kind = 'proposed' AND n.superseded_at IS NULL) AS proposed
FROM f
JOIN (
  SELECT finding_id, village_code, town_code,
    array_remove(array_agg(place_id ORDER BY place_id), NULL) AS places
  FROM subject
  GROUP BY finding_id, village_code, town_code
) s ON s.finding_id = f.id
WHERE (CAST(:town AS text) IS NULL OR s.town_code = :town)
  AND (s.town_code IS NULL OR left(s.town_code, 6) = ANY (:members))
  AND (CAST(:gone AS boolean) OR f.state <> 'gone')
ORDER BY s.town_code, s.village_code, f.rule_id, f.id
