-- Columns that hold the id of a row, and the table it is a row of.
SELECT DISTINCT c.relname AS table_name, a.attname::text AS column_name, f.relname AS referred
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_class f ON f.oid = k.confrelid
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND c.relnamespace = 'registry'::regnamespace
  -- Of a key of several columns the first one refers to what the row belongs to.
  AND cardinality(k.conkey) = 1
ORDER BY 1, 2
