-- Eco-burials and subsidies of the period; the sample is left out, as in subsidy_totals.sql. No
-- names of persons. See names.sql for the columns.
WITH paid AS (
  SELECT id, town_code, amount_yuan, form_number
  FROM registry.subsidy_application
  WHERE state IN ('paid', 'recovered') AND NOT sample AND paid_on BETWEEN :since AND :on
),
counted AS (
  SELECT 'eco_burials' AS figure, kind AS part, town_code AS town, 1.0 AS value, true AS once,
    'eco_burial:' || id AS subject, NULL AS label
  FROM registry.eco_burial
  WHERE voided_on IS NULL AND NOT sample AND buried_on BETWEEN :since AND :on
  UNION ALL
  SELECT 'subsidies_paid', '', town_code, 1, true, 'subsidy_application:' || id, form_number
  FROM paid
  UNION ALL
  SELECT 'subsidies_yuan', '', town_code, amount_yuan, true, 'subsidy_application:' || id,
    form_number
  FROM paid
)
