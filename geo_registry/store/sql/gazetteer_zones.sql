-- Zones within 2 km (in degrees of latitude; more to the east and west) of the given cemeteries.
SELECT DISTINCT
  z.id, z.kind, z.name, z.setback_m, z.sigma_m, z.shift_m, z.valid_from, z.valid_to,
  ST_AsBinary(z.geom) AS shape
FROM (
  SELECT geom FROM registry.survey WHERE cemetery_id = ANY (:ids)
  UNION ALL
  SELECT geom FROM registry.approval WHERE cemetery_id = ANY (:ids)
) e
JOIN registry.zone z ON z.geom && ST_Expand(e.geom, 0.025, 0.018)
ORDER BY z.id
