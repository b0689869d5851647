-- Contributions, proposals and their papers and clocks.
SELECT 1;
