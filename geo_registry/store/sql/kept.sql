-- Which of the small tables hold anything, so that a check of one name need not ask each of them.
SELECT * FROM registry.kept()
