-- Which lists may concern which cemeteries: their own, and those of the divisions they lie in.
SELECT c.id AS cemetery_id, l.id AS fee_list_id
FROM registry.cemetery c
JOIN registry.fee_list l
  ON l.cemetery_id = c.id
  OR coalesce(c.village_code, c.town_code, c.county_code) LIKE l.division_code || '%'
WHERE c.id = ANY (:ids)
ORDER BY c.id, l.id
