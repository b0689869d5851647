-- Divisions alike to a proposed name: towns of one province, or counties and above anywhere.
SELECT
  d.code, d.level, d.valid_from, d.valid_to, d.full_name, d.specific, d.modifier, d.generic,
  d.organisation, d.spoken, d.reading, d.reading_from, d.key_full, d.key_stem, d.key_core,
  d.key_toned, d.key_toneless, d.key_dialect, d.key_lookalike, concat(g.name, p.name) AS within
FROM registry.admin_division d
LEFT JOIN registry.admin_division p
  ON p.code = d.parent_code AND p.code_system = 'mca' AND p.valid_to IS NULL
LEFT JOIN registry.admin_division g
  ON g.code = p.parent_code AND g.code_system = 'mca' AND g.valid_to IS NULL
WHERE d.code_system = 'mca' AND d.level < 5 AND d.key_full IS NOT NULL
  AND (d.key_stem = :stem OR d.key_toneless = nullif(:toneless, '')
    OR d.key_dialect = nullif(:dialect, ''))
  AND CASE WHEN :town THEN d.level = 4 AND left(d.code, 2) = :province ELSE d.level <= 3 END
  AND (d.valid_from IS NULL OR d.valid_from <= :day) AND (d.valid_to IS NULL OR :day < d.valid_to)
ORDER BY d.code
