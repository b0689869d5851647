SELECT id, rule_id, severity, state, title, message, outcome, scope_kind, scope_code, scope_name, subjects, confidence, capped, managed, rank, first_seen, last_seen, ST_AsBinary(coalesce(geom, marks)) AS geometry
FROM registry.finding
ORDER BY rank DESC, id
