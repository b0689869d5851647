-- Rows of a table that are not as its history left them.
WITH live AS (
  SELECT x.id, to_jsonb(x) AS content FROM (SELECT /*columns*/ FROM /*table*/) x
), last AS (
  SELECT DISTINCT ON (row_id) row_id, op, after
  FROM registry.history WHERE table_name = :table ORDER BY row_id, id DESC
)
SELECT coalesce(live.id, last.row_id) AS row_id,
  CASE WHEN live.id IS NULL THEN 'removed' WHEN last.row_id IS NULL OR last.op = 'delete'
    THEN 'added' ELSE 'changed' END AS fault
FROM live
FULL JOIN last ON last.row_id = live.id
WHERE CASE
  WHEN live.id IS NULL THEN last.op <> 'delete'
  WHEN last.row_id IS NULL OR last.op = 'delete' THEN true
  ELSE live.content <> last.after AND EXISTS (
    SELECT FROM jsonb_each(last.after) e
    WHERE live.content ? e.key AND live.content -> e.key IS DISTINCT FROM e.value)
END
ORDER BY 1
LIMIT :limit
