SELECT code, code_system, name, level, parent_code, households, valid_from, valid_to, source, ST_AsBinary(coalesce(extent, seat)) AS geometry
FROM registry.admin_division
ORDER BY code_system, code
