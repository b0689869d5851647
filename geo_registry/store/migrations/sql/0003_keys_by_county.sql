-- A proposed committee name is compared with its county: one index a key, county first. Names of
-- divisions above are compared by three keys, over the whole country or a province.
DROP INDEX registry.admin_division_key_full,
  registry.admin_division_key_stem,
  registry.admin_division_key_core,
  registry.admin_division_key_toneless,
  registry.admin_division_key_dialect,
  registry.admin_division_key_lookalike;
CREATE INDEX admin_division_county_full ON registry.admin_division
  (left(code, 6), key_full) WHERE level = 5;
CREATE INDEX admin_division_county_stem ON registry.admin_division
  (left(code, 6), key_stem) WHERE level = 5;
CREATE INDEX admin_division_county_core ON registry.admin_division
  (left(code, 6), key_core) WHERE level = 5;
CREATE INDEX admin_division_county_toneless ON registry.admin_division
  (left(code, 6), key_toneless) WHERE level = 5;
CREATE INDEX admin_division_county_dialect ON registry.admin_division
  (left(code, 6), key_dialect) WHERE level = 5;
CREATE INDEX admin_division_county_lookalike ON registry.admin_division
  (left(code, 6), key_lookalike) WHERE level = 5;
CREATE INDEX admin_division_key_stem ON registry.admin_division (key_stem) WHERE level < 5;
CREATE INDEX admin_division_key_toneless ON registry.admin_division (key_toneless) WHERE level < 5;
CREATE INDEX admin_division_key_dialect ON registry.admin_division (key_dialect) WHERE level < 5;
