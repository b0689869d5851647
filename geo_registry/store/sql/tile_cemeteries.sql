-- Approved extents in force on a day, the latest survey of then, and the land beyond approval (from the
-- findings of the rule on expansion); the survey carries the verdict.
-- Parameters: z, x, y, on, method_letters (method → letter), band_sigmas.
WITH e AS MATERIALIZED (
  SELECT ST_TileEnvelope(:z, :x, :y) AS t, ST_TileEnvelope(:z, :x, :y, margin => 0.0625) AS m
),
shapes AS (
  SELECT a.cemetery_id, 'approved' AS kind, a.geom_3857 AS geom, NULL::text AS method,
    NULL::text AS verdict, NULL::jsonb AS facts,
    -- Half the width of the band in which a difference means nothing, in metres: the two
    -- boundaries' sigmas together, times the deviates of the one-sided 95 %.
    (:band_sigmas * sqrt(a.sigma_m ^ 2 + l.sigma_m ^ 2))::float8 AS band_m
  FROM e
  JOIN registry.approval a ON a.geom_3857 && e.m AND a.secrecy = ANY (:levels)
  LEFT JOIN LATERAL (
    SELECT sigma_m FROM registry.survey
    WHERE cemetery_id = a.cemetery_id AND surveyed_on <= :on ORDER BY surveyed_on DESC, id DESC LIMIT 1
  ) l ON true
  WHERE a.effect <> 'reduces'
    AND (a.valid_from IS NULL OR a.valid_from <= :on)
    AND (a.valid_to IS NULL OR :on < a.valid_to)
    AND NOT EXISTS (
      SELECT 1 FROM registry.approval b
      WHERE b.supersedes = a.id AND (b.valid_from IS NULL OR b.valid_from <= :on)
        AND (b.valid_to IS NULL OR :on < b.valid_to)
    )
  UNION ALL
  SELECT s.cemetery_id, 'surveyed', s.geom_3857, s.method, f.outcome, NULL, NULL
  FROM e
  JOIN registry.survey s ON s.geom_3857 && e.m AND s.secrecy = ANY (:levels)
  LEFT JOIN LATERAL (
    SELECT outcome FROM registry.finding
    WHERE subjects @> ARRAY['cemetery:' || s.cemetery_id]
      -- of the land, not of its graves or fees
      AND (rule_id LIKE 'cm.bound.%' OR rule_id LIKE 'cm.zone.%')
      AND rule_id <> 'cm.bound.use_scope'
      AND state <> 'gone' AND severity IN ('block', 'error', 'warn')
    ORDER BY array_position(ARRAY['block', 'error', 'warn'], severity), id LIMIT 1
  ) f ON true
  WHERE s.surveyed_on <= :on AND NOT EXISTS (
    SELECT 1 FROM registry.survey n
    WHERE n.cemetery_id = s.cemetery_id AND n.surveyed_on <= :on AND (n.surveyed_on, n.id) > (s.surveyed_on, s.id)
  )
  UNION ALL
  SELECT split_part(c.subject, ':', 2)::bigint, 'beyond', ST_Transform(f.geom, 3857), NULL,
    f.outcome, f.facts, NULL
  FROM e
  JOIN registry.finding f ON f.geom && ST_Transform(e.m, 4490)
  CROSS JOIN LATERAL (
    SELECT u.subject FROM unnest(f.subjects) u(subject) WHERE u.subject LIKE 'cemetery:%' LIMIT 1
  ) c
  WHERE f.rule_id = 'cm.bound.exceeds_approved'
    AND (f.state = 'open' OR (f.state = 'waived' AND f.waived_until < :on))
)
SELECT ST_AsMVT(q, 'cemeteries', 4096, 'g', 'id')
FROM (
  SELECT c.id, 'cemetery:' || c.id AS subject, c.name, s.kind, s.verdict,
    CAST(:method_letters AS jsonb) ->> s.method AS method_letter, s.band_m,
    CASE
      WHEN s.kind = 'surveyed' THEN c.name
      WHEN s.facts ? 'at_least_m2' THEN format(
        E'约 %s m²\n至少 %s m²',
        to_char((s.facts->>'area_m2')::numeric, 'FM999,999,990'),
        to_char((s.facts->>'at_least_m2')::numeric, 'FM999,999,990')
      )
    END AS label,
    ST_AsMVTGeom(s.geom, e.t, 4096, 8192, true) AS g
  FROM shapes s
  JOIN registry.cemetery c ON c.id = s.cemetery_id AND c.secrecy = ANY (:levels)
  CROSS JOIN e
) q
WHERE q.g IS NOT NULL
