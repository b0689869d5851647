-- Tables that refer to a table by a column of their own.
SELECT c.relname AS table_name, a.attname::text AS column_name
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.confrelid = to_regclass('registry.' || :table)
  AND c.relnamespace = 'registry'::regnamespace
  AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'record_insert')
ORDER BY 1, 2
