-- Cemeteries with what stands in them: land approved today, plots by status, burials in force.
SELECT
  c.id, c.name, c.type, c.operator, c.status, c.village_code, c.town_code, c.county_code, c.serves,
  c.secrecy, c.sample, p.plots, p.free, b.burials, a.approved_m2, a.stated_m2
FROM registry.cemetery c
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE status <> 'closed') AS plots,
    count(*) FILTER (WHERE status = 'free') AS free
  FROM registry.plot
  WHERE cemetery_id = c.id
) p ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS burials FROM registry.burial
  WHERE cemetery_id = c.id AND ended_on IS NULL
) b ON true
LEFT JOIN LATERAL (
  SELECT
    ST_Area(
      ST_Difference(
        ST_Union(x.geom) FILTER (WHERE x.effect <> 'reduces'),
        coalesce(
          ST_Union(x.geom) FILTER (WHERE x.effect = 'reduces'),
          ST_GeomFromText('POLYGON EMPTY', 4490)
        )
      )::geography
    ) AS approved_m2,
    sum(x.stated_area_m2) FILTER (WHERE x.effect <> 'reduces') AS stated_m2
  FROM registry.approval x
  WHERE x.cemetery_id = c.id
    AND (x.valid_from IS NULL OR x.valid_from <= :on) AND (x.valid_to IS NULL OR :on < x.valid_to)
    AND NOT EXISTS (
      SELECT FROM registry.approval y
      WHERE y.supersedes = x.id AND (y.valid_from IS NULL OR y.valid_from <= :on)
        AND (y.valid_to IS NULL OR :on < y.valid_to)
    )
) a ON true
WHERE (CAST(:ids AS bigint[]) IS NULL OR c.id = ANY (:ids))
  AND (CAST(:type AS text) IS NULL OR c.type = :type)
  AND (CAST(:under AS text) IS NULL
       OR coalesce(c.village_code, c.town_code, c.county_code) LIKE :under || '%')
ORDER BY c.id
