-- What is alike to a name in any comparison key: places of some counties, of one built-up area, or
-- of one imported file; and committee seats of the counties. One branch a key: each is a look-up in
-- the index of that key, where one condition with six alternatives reads all seats of the counties.
WITH seat AS (
  SELECT id, valid_from, valid_to FROM registry.admin_division
  WHERE key_full = :key_full AND left(code, 6) = ANY (:counties)
    AND level = 5 AND code_system = 'nbs'
  UNION ALL
  SELECT id, valid_from, valid_to FROM registry.admin_division
  WHERE key_stem = :key_stem AND left(code, 6) = ANY (:counties)
    AND level = 5 AND code_system = 'nbs'
  UNION ALL
  SELECT id, valid_from, valid_to FROM registry.admin_division
  WHERE key_core = nullif(:key_core, '') AND left(code, 6) = ANY (:counties)
    AND level = 5 AND code_system = 'nbs'
  UNION ALL
  SELECT id, valid_from, valid_to FROM registry.admin_division
  WHERE key_toneless = nullif(:key_toneless, '') AND left(code, 6) = ANY (:counties)
    AND level = 5 AND code_system = 'nbs'
  UNION ALL
  SELECT id, valid_from, valid_to FROM registry.admin_division
  WHERE key_dialect = nullif(:key_dialect, '') AND left(code, 6) = ANY (:counties)
    AND level = 5 AND code_system = 'nbs'
  UNION ALL
  SELECT id, valid_from, valid_to FROM registry.admin_division
  WHERE key_lookalike = nullif(:key_lookalike, '') AND left(code, 6) = ANY (:counties)
    AND level = 5 AND code_system = 'nbs'
)
SELECT DISTINCT true AS of_place, n.place_id AS id
FROM registry.place_name n
JOIN registry.place p ON p.id = n.place_id
WHERE
  n.superseded_at IS NULL AND
  (
    n.key_full = :key_full OR n.key_stem = :key_stem OR n.key_core = nullif(:key_core, '')
    OR n.key_toneless = nullif(:key_toneless, '')
    OR n.key_dialect = nullif(:key_dialect, '')
    OR n.key_lookalike = nullif(:key_lookalike, '')
  )
  AND (p.county_code = ANY (:counties) OR p.batch_id = :batch
    OR p.built_up_code = :built_up)
UNION ALL
SELECT DISTINCT false, id FROM seat
WHERE (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR :day < valid_to)
