SELECT id, name, type, village_code, town_code, county_code, batch_id, serves
FROM registry.cemetery
WHERE id = ANY (:ids) AND status <> 'retired'
ORDER BY id
