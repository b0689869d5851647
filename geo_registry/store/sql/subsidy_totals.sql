-- Money paid and money recovered, each in the year in which it moved. A family is whoever applied,
-- known by the digest of the number; without one each application counts as a family.
WITH moved AS (
  SELECT
    extract(year FROM m.on_day)::int AS year, m.paid, a.amount_yuan, e.kind, a.town_code,
    coalesce(a.applicant_digest, a.id::text) AS family
  FROM registry.subsidy_application a
  JOIN registry.eco_burial e ON e.id = a.eco_burial_id
  CROSS JOIN LATERAL (
    VALUES (a.paid_on, true), (CASE WHEN a.state = 'recovered' THEN a.ended_on END, false)
  ) AS m (on_day, paid)
  WHERE a.state IN ('paid', 'recovered') AND m.on_day IS NOT NULL
    AND (CAST(:under AS text) IS NULL OR coalesce(a.town_code, a.county_code) LIKE :under || '%')
    AND (:sample OR NOT a.sample)
)
SELECT
  CASE
    WHEN GROUPING(kind) = 0 THEN 'kind' WHEN GROUPING(town_code) = 0 THEN 'town' ELSE 'year'
  END AS part,
  year, kind, amount_yuan, town_code,
  count(*) FILTER (WHERE paid) AS cases,
  count(DISTINCT family) FILTER (WHERE paid) AS families,
  coalesce(sum(amount_yuan) FILTER (WHERE paid), 0) AS yuan,
  count(*) FILTER (WHERE NOT paid) AS recovered_cases,
  coalesce(sum(amount_yuan) FILTER (WHERE NOT paid), 0) AS recovered_yuan
FROM moved
WHERE CAST(:year AS int) IS NULL OR year = :year
GROUP BY GROUPING SETS ((year, kind, amount_yuan), (year, town_code), (year))
ORDER BY year, part, kind, amount_yuan, town_code
