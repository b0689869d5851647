-- What some cemeteries charged and did not take back.
SELECT
  id, cemetery_id, charged_on, item_code, item_title, quantity, amount_yuan, years, forced, invoice
FROM registry.charge
WHERE cemetery_id = ANY (:ids) AND cancelled_on IS NULL
ORDER BY id
