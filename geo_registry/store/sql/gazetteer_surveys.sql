SELECT
  id, cemetery_id, surveyed_on, method, sigma_m, shift_m, grade, complete_trace, repaired,
  ST_AsBinary(geom) AS shape
FROM registry.survey
WHERE cemetery_id = ANY (:ids)
ORDER BY id
