-- Places of some counties, of one built-up area, or of one imported file, that bear a name alike in any comparison key.
SELECT DISTINCT n.place_id
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
