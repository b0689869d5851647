-- Levels of secrecy (密级). The filter is row-level security for a role that readers take for their
-- transaction; store/secrecy.py writes its policies from the tables that there are.

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['document', 'approval', 'survey', 'zone'] LOOP
    EXECUTE format(
      'ALTER TABLE registry.%I ADD COLUMN secrecy text NOT NULL DEFAULT ''public''
         CONSTRAINT %I CHECK (secrecy IN (''public'', ''internal'', ''secret''))',
      t, t || '_secrecy_check');
  END LOOP;
END
$$;

CREATE FUNCTION registry.secrecy_rank(level text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE level WHEN 'public' THEN 0 WHEN 'internal' THEN 1 ELSE 2 END
$$;

-- Who reads in this transaction; NULL where nobody has logged in.
CREATE FUNCTION registry.reader() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT nullif(current_setting('registry.reader', true), '')::bigint
$$;

-- What the reader of this transaction may see; without a word on it, as the owner of the database.
CREATE FUNCTION registry.may_see(level text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT registry.secrecy_rank(level) <= registry.secrecy_rank(
    coalesce(nullif(current_setting('registry.level', true), ''), 'secret'))
$$;
