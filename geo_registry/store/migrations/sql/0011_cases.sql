-- Cases, their steps, parties, tasks and rounds.
SELECT 1;
