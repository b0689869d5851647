-- Accounts, sessions, tokens.
SELECT 1;
