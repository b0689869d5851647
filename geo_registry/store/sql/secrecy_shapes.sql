-- Tables of the registry: their columns, and "column table" of their foreign keys of one column.
SELECT c.relname AS table_name,
  array_agg(DISTINCT a.attname::text) AS columns,
  (SELECT array_agg(DISTINCT ka.attname || ' ' || pc.relname ORDER BY ka.attname || ' ' || pc.relname)
   FROM pg_constraint k
   JOIN pg_class pc ON pc.oid = k.confrelid AND pc.relnamespace = c.relnamespace
   JOIN pg_attribute ka ON ka.attrelid = k.conrelid AND ka.attnum = k.conkey[1]
   WHERE k.contype = 'f' AND k.conrelid = c.oid AND cardinality(k.conkey) = 1) AS parents
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind IN ('r', 'p')
GROUP BY c.oid, c.relname, c.relnamespace
