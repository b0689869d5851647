-- Committee seats of some counties whose name is alike in any comparison key.
SELECT id
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
