-- All names, past and present, of the places of a slice.
SELECT
  place_id, name_class, full_name, specific, modifier, generic, organisation, spoken, reading,
  reading_from, key_full, key_stem, key_core, key_toned, key_toneless,
  kind, valid_from, valid_to, reading_confirmed
FROM registry.place_name
WHERE place_id = ANY (:ids)
ORDER BY place_id, id
