-- Tables of the registry: their columns, and "column table needed" of their references to ids of
-- others (needed: not null).
SELECT c.relname AS table_name,
  array_agg(DISTINCT a.attname::text) AS columns,
  (SELECT array_agg(DISTINCT concat_ws(' ', ka.attname, pc.relname, ka.attnotnull))
   FROM pg_constraint k
   JOIN pg_class pc ON pc.oid = k.confrelid AND pc.relnamespace = c.relnamespace
   CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS u(own, other)
   JOIN pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = u.other AND pa.attname = 'id'
   JOIN pg_attribute ka ON ka.attrelid = k.conrelid AND ka.attnum = u.own
   WHERE k.contype = 'f' AND k.conrelid = c.oid) AS parents
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind IN ('r', 'p')
GROUP BY c.oid, c.relname, c.relnamespace
