-- Which of the small tables hold anything, so that a check of one name need not ask each of them.
SELECT
  EXISTS (SELECT FROM registry.built_up_area WHERE valid_to IS NULL) AS built_up,
  EXISTS (SELECT FROM registry.naming_answer WHERE withdrawn_at IS NULL) AS naming_answers,
  EXISTS (SELECT FROM registry.road_decision WHERE withdrawn_at IS NULL) AS road_decisions,
  EXISTS (SELECT FROM registry.sign) AS signs,
  EXISTS (SELECT FROM registry.proposal) AS proposals
