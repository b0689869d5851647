-- Attachments, secrecy, the chain of history.
SELECT 1;
