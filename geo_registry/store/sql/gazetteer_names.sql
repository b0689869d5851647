-- All names, past and present, of the places of a slice, as the registry holds them now.
SELECT
  place_id, name_class, full_name, specific, modifier, generic, organisation, spoken, reading,
  reading_from, key_full, key_stem, key_core, key_toned, key_toneless,
  key_dialect, key_lookalike,
  kind, valid_from, valid_to, reading_confirmed, stated_romanized
FROM registry.place_name
WHERE place_id = ANY (:ids) AND superseded_at IS NULL
ORDER BY place_id, id
