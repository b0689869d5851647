-- A county and its towns that are alike to other divisions, with these: by writing or by sound.
WITH own AS (
  SELECT id, code, level, key_stem, key_toneless, key_dialect
  FROM registry.admin_division
  WHERE code_system = 'mca' AND key_full IS NOT NULL
    AND (code = :county OR (level = 4 AND code LIKE :county || '%'))
    AND (valid_from IS NULL OR valid_from <= :day) AND (valid_to IS NULL OR :day < valid_to)
), pair AS (
  SELECT o.id AS own_id, d.id
  FROM own o
  JOIN registry.admin_division d
    ON d.code_system = 'mca' AND d.code <> o.code
    AND (d.key_stem = o.key_stem OR d.key_toneless = o.key_toneless
      OR d.key_dialect = nullif(o.key_dialect, ''))
    AND CASE WHEN o.level = 4 THEN d.level = 4 AND left(d.code, 2) = :province ELSE d.level <= 3 END
    AND (d.valid_from IS NULL OR d.valid_from <= :day) AND (d.valid_to IS NULL OR :day < d.valid_to)
)
SELECT
  d.code, d.level, d.valid_from, d.valid_to, d.full_name, d.specific, d.modifier, d.generic,
  d.organisation, d.spoken, d.reading, d.reading_from, d.key_full, d.key_stem, d.key_core,
  d.key_toned, d.key_toneless, d.key_dialect, d.key_lookalike, concat(g.name, p.name) AS within
FROM registry.admin_division d
LEFT JOIN registry.admin_division p
  ON p.code = d.parent_code AND p.code_system = 'mca' AND p.valid_to IS NULL
LEFT JOIN registry.admin_division g
  ON g.code = p.parent_code AND g.code_system = 'mca' AND g.valid_to IS NULL
WHERE d.id IN (SELECT own_id FROM pair UNION SELECT id FROM pair)
ORDER BY d.code
