-- Seats of village and community committees, which are divisions of level 5.
SELECT
  id, code, households, valid_from, valid_to, full_name, specific, modifier, generic, organisation,
  spoken, reading, reading_from, key_full, key_stem, key_core, key_toned, key_toneless,
  key_dialect, key_lookalike,
  ST_AsBinary(seat) AS shape
FROM registry.admin_division
WHERE id = ANY (:ids)
ORDER BY code
