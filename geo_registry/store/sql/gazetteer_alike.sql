-- What is alike to a name in any comparison key: places of some counties, of one built-up area, or
-- of one imported file; and committee seats of the counties.
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
SELECT false, id
FROM registry.admin_division
WHERE
  (
    key_full = :key_full OR key_stem = :key_stem OR key_core = nullif(:key_core, '')
    OR key_toneless = nullif(:key_toneless, '')
    OR key_dialect = nullif(:key_dialect, '')
    OR key_lookalike = nullif(:key_lookalike, '')
  )
  AND level = 5 AND code_system = 'nbs' AND left(code, 6) = ANY (:counties)
  AND (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR :day < valid_to)
