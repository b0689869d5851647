-- Plots of some cemeteries, and graves without one, that are in use; without their holders.
-- The surname is read for graves that stand by themselves alone.
SELECT
  p.id, p.cemetery_id, p.number, coalesce(s.name, '') AS section, p.kind, p.status, p.area_m2,
  p.stele_height_m, p.sigma_m, p.clan, p.family, p.living, p.protected, p.granted,
  least(p.made_on, p.term_from, b.first) AS made_on, p.village_code, p.town_code, p.county_code,
  p.batch_id, CASE WHEN p.cemetery_id IS NULL THEN coalesce(b.surname, left(p.holder_name, 1)) END AS surname,
  ST_AsBinary(p.geom) AS shape
FROM registry.plot p
LEFT JOIN registry.section s ON s.id = p.section_id
LEFT JOIN (
  SELECT u.plot_id, min(u.buried_on) AS first,
    CASE WHEN count(DISTINCT left(d.name, 1)) = 1 THEN min(left(d.name, 1)) END AS surname
  FROM registry.burial u
  JOIN registry.deceased d ON d.id = u.deceased_id
  WHERE u.plot_id IS NOT NULL
  GROUP BY u.plot_id
) b ON b.plot_id = p.id
WHERE (p.cemetery_id = ANY (:ids) OR p.id = ANY (:graves)) AND p.status <> 'closed'
ORDER BY p.id
