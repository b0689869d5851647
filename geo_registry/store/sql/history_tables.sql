-- Tables that keep their history, and the columns that history holds of them: all but those that
-- are computed and those that the trigger was told to pass over.
SELECT c.relname AS table_name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'registry'::regnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attgenerated = ''
WHERE t.tgname = 'record_insert'
  AND NOT a.attname = ANY (string_to_array(encode(t.tgargs, 'escape'), '\000'))
GROUP BY c.relname
ORDER BY c.relname
