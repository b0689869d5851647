-- Names, toneless pinyin, initials and codes that begin like the query; then names that hold it.
WITH hits AS (
  (SELECT 'place:' || n.place_id AS subject, n.full_name AS title,
     -- a standard name whose time is over is a former name
     CASE WHEN n.kind = 'standard' AND n.valid_to <= CURRENT_DATE THEN 'former' ELSE n.kind END
       AS name_kind,
     CASE WHEN n.full_name = :name THEN 0 ELSE 1 END AS nearness, length(n.full_name) AS size
   FROM registry.place_name n
   WHERE n.superseded_at IS NULL
     AND (n.full_name LIKE :prefix OR n.initials LIKE :latin
       OR replace(n.key_toneless, ' ', '') LIKE :latin)
   ORDER BY nearness, size LIMIT :limit)
  UNION ALL
  (SELECT 'division:' || d.code_system || ':' || d.code, d.name, 'standard',
     CASE WHEN d.name = :name OR d.code = :name THEN 0 ELSE 1 END, length(d.name) + d.level
   FROM registry.admin_division d
   WHERE (d.name LIKE :prefix OR d.initials LIKE :latin OR d.code LIKE :code
     OR replace(d.key_toneless, ' ', '') LIKE :latin)
     AND d.code_system = 'nbs' AND d.valid_to IS NULL
   ORDER BY CASE WHEN left(d.code, 6) = ANY (:counties) THEN 0 ELSE 1 END, 4, 5 LIMIT :limit)
  UNION ALL
  (SELECT 'cemetery:' || c.id, c.name, 'standard', 1, length(c.name)
   FROM registry.cemetery c
   WHERE c.name LIKE :inside OR c.initials LIKE :latin
     OR replace(c.key_toneless, ' ', '') LIKE :latin
   LIMIT :limit)
  UNION ALL
  (SELECT 'zone:' || z.id, z.name, 'standard', 1, length(z.name)
   FROM registry.zone z WHERE z.name LIKE :inside LIMIT :limit)
  UNION ALL
  (SELECT 'place:' || n.place_id, n.full_name,
     CASE WHEN n.kind = 'standard' AND n.valid_to <= CURRENT_DATE THEN 'former' ELSE n.kind END,
     2, length(n.full_name)
   FROM registry.place_name n
   WHERE n.full_name LIKE :inside AND n.superseded_at IS NULL LIMIT :limit)
  UNION ALL
  (SELECT 'place:' || p.id, '', 'standard', 0, 0
   FROM registry.place p WHERE p.place_code = :name LIMIT :limit)
  UNION ALL
  (SELECT 'division:' || d.code_system || ':' || d.code, d.name, 'standard', 2, length(d.name)
   FROM registry.admin_division d
   WHERE d.name LIKE :inside AND d.code_system = 'nbs' AND d.valid_to IS NULL
     AND left(d.code, 6) = ANY (:counties)
   LIMIT :limit)
)
SELECT subject, min(title) AS title, min(name_kind) AS name_kind, min(nearness) AS nearness,
  min(size) AS size
FROM hits
GROUP BY subject
ORDER BY nearness, size, subject
LIMIT :limit
