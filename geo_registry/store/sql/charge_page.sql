-- Charges in the order of their ids; those taken back only where asked.
SELECT
  h.id, h.cemetery_id, c.name AS cemetery, h.charged_on, h.item_code, h.item_title, h.quantity,
  h.amount_yuan, h.years, h.forced, h.invoice, h.note, h.cancelled_on, h.cancelled_why, h.sample
FROM registry.charge h
JOIN registry.cemetery c ON c.id = h.cemetery_id
WHERE h.id > :after
  AND (CAST(:cemetery AS bigint) IS NULL OR h.cemetery_id = :cemetery)
  AND (CAST(:since AS date) IS NULL OR h.charged_on >= :since)
  AND (CAST(:until AS date) IS NULL OR h.charged_on <= :until)
  AND (:cancelled OR h.cancelled_on IS NULL)
ORDER BY h.id
LIMIT :limit
