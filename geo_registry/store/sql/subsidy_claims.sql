-- Applications as rules look at them: no name leaves, a digest tells the dead who are alike.
SELECT
  a.id, a.state, e.kind, a.deceased_id, a.applied_on, e.buried_on, d.hukou_code, a.amount_yuan,
  e.confirmed_by, d.id_digest IS NOT NULL AS identified,
  CASE WHEN d.died_on IS NOT NULL THEN md5(d.name || ' ' || d.died_on) END AS alike,
  ARRAY (
    SELECT coalesce(p.kind, '')
    FROM registry.burial b
    LEFT JOIN registry.plot p ON p.id = b.plot_id
    WHERE b.deceased_id = d.id AND b.ended_on IS NULL
    ORDER BY 1
  ) AS graves,
  NULL::text AS village_code,
  -- The town that pays; else that of the burial, its cemetery, or where the dead was registered.
  coalesce(
    a.town_code, e.town_code, c.town_code, left(c.village_code, 9),
    CASE WHEN length(d.hukou_code) >= 9 THEN left(d.hukou_code, 9) END
  ) AS town_code,
  a.county_code, NULL::bigint AS batch_id
FROM registry.subsidy_application a
JOIN registry.eco_burial e ON e.id = a.eco_burial_id
JOIN registry.deceased d ON d.id = a.deceased_id
LEFT JOIN registry.cemetery c ON c.id = e.cemetery_id
WHERE CAST(:ids AS bigint[]) IS NULL OR a.id = ANY (:ids)
ORDER BY a.id
