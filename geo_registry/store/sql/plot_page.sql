-- Plots of a cemetery (NULL: graves that stand by themselves), in the order of their ids.
SELECT
  p.id, p.cemetery_id, c.name AS cemetery, coalesce(s.name, '') AS section, p.number, p.kind,
  p.status, p.area_m2, p.stele_height_m, p.clan, p.family, p.living, p.protected, p.made_on,
  p.granted, p.price_yuan, p.holder_name, p.holder_code, p.term_from, p.term_years, p.term_end,
  p.fee_paid_until, p.fee_years, p.sigma_m, p.village_code, p.town_code,
  ST_X(ST_Centroid(p.geom)) AS lon, ST_Y(ST_Centroid(p.geom)) AS lat,
  (SELECT count(*) FROM registry.burial b WHERE b.plot_id = p.id AND b.ended_on IS NULL) AS burials
FROM registry.plot p
LEFT JOIN registry.section s ON s.id = p.section_id
LEFT JOIN registry.cemetery c ON c.id = p.cemetery_id
WHERE p.cemetery_id IS NOT DISTINCT FROM CAST(:cemetery AS bigint)
  AND p.id > :after
  AND (CAST(:status AS text) IS NULL OR p.status = :status)
  AND (CAST(:kind AS text) IS NULL OR p.kind = :kind)
  AND (CAST(:section AS text) IS NULL OR s.name = :section)
  AND (CAST(:ends_by AS date) IS NULL OR p.term_end <= :ends_by)
ORDER BY p.id
LIMIT :limit
