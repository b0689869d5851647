-- Findings by rule, severity and town; a waiver that has run out no longer counts.
WITH f AS (
  SELECT
    f.rule_id, f.title, f.severity, f.town_codes, f.message, f.key, f.subjects,
    CASE WHEN f.state = 'waived' AND f.waived_until < :day THEN 'open' ELSE f.state END AS now_state
  FROM registry.finding f
)
SELECT rule_id, title, severity, now_state AS state, t.town, count(*) AS number
FROM f
LEFT JOIN LATERAL unnest(
  CASE WHEN cardinality(f.town_codes) = 0 THEN ARRAY[NULL::text] ELSE f.town_codes END
) WITH ORDINALITY AS t(town, nth) ON true
WHERE now_state IN ('open', 'waived')
  AND (CAST(:first_town_only AS boolean) IS NOT TRUE OR t.nth = 1)
GROUP BY rule_id, title, severity, now_state, t.town
