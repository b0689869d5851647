-- Accounts, sessions, tokens; what keeps the history of a table.

-- Let a table keep its history: SELECT registry.keep_history('proposal');
CREATE FUNCTION registry.keep_history(t text) RETURNS void
LANGUAGE plpgsql AS $f$
BEGIN
  EXECUTE format(
    'CREATE TRIGGER record_insert AFTER INSERT ON registry.%I
       REFERENCING NEW TABLE AS new_rows
       FOR EACH STATEMENT EXECUTE FUNCTION registry.record_history()', t);
  EXECUTE format(
    'CREATE TRIGGER record_update AFTER UPDATE ON registry.%I
       REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
       FOR EACH STATEMENT EXECUTE FUNCTION registry.record_history()', t);
  EXECUTE format(
    'CREATE TRIGGER record_delete AFTER DELETE ON registry.%I
       REFERENCING OLD TABLE AS old_rows
       FOR EACH STATEMENT EXECUTE FUNCTION registry.record_history()', t);
  EXECUTE format(
    'CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON registry.%I
       FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_rewriting()', t);
END
$f$;
