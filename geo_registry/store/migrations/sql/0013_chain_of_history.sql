-- Tamper-evident history. Every row carries a digest of its content; at its commit a transaction is
-- sealed: the digests of its rows in one, and this together with the seal before in the next link.
-- Whoever changes, removes or slips in a row breaks a digest, a seal, or a link; whoever cuts off
-- the end is found out by a link written down elsewhere (an anchor).

-- The digest of a row of history. The reason stands last, because it alone may hold any character.
CREATE FUNCTION registry.history_digest(
  id bigint, txid bigint, at timestamptz, table_name text, row_id bigint, op text,
  before jsonb, after jsonb, person_id bigint, reason text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(concat_ws(E'\x1f', id::text, txid::text,
    (extract(epoch FROM at AT TIME ZONE 'UTC') * 1000000)::bigint::text, table_name, row_id::text,
    op, person_id::text, coalesce(before::text, ''), coalesce(after::text, ''), reason), 'UTF8'))
$$;

-- The link of a transaction: what it was, all its rows, and the link before.
CREATE FUNCTION registry.history_link(
  previous bytea, revision bigint, txid bigint, at timestamptz, person_id bigint, tables text[],
  reason text, n bigint, content bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(previous || content || sha256(convert_to(concat_ws(E'\x1f', revision::text,
    txid::text, (extract(epoch FROM at AT TIME ZONE 'UTC') * 1000000)::bigint::text,
    person_id::text, n::text, array_to_string(tables, ','), reason), 'UTF8')))
$$;

ALTER TABLE registry.history ADD COLUMN digest bytea;
ALTER TABLE registry.history DISABLE TRIGGER history_append_only;
UPDATE registry.history SET digest = registry.history_digest(
  id, txid, at, table_name, row_id, op, before, after, person_id, reason);
ALTER TABLE registry.history ENABLE TRIGGER history_append_only;
ALTER TABLE registry.history ALTER COLUMN digest SET NOT NULL;

-- One seal a transaction. "previous" is unique: the chain has no branches, whatever the isolation.
CREATE TABLE registry.seal (
  revision bigint PRIMARY KEY,
  rows bigint NOT NULL,
  content bytea NOT NULL,
  previous bytea NOT NULL,
  link bytea NOT NULL
);
CREATE UNIQUE INDEX seal_previous ON registry.seal (previous);
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON registry.seal
  FOR EACH STATEMENT EXECUTE FUNCTION registry.refuse_rewriting();

-- Seal a numbered transaction. Called under the lock of the revisions.
CREATE FUNCTION registry.seal_change(number bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  c registry.change;
  n bigint;
  digests bytea;
  before bytea;
BEGIN
  SELECT * INTO STRICT c FROM registry.change WHERE revision = number;
  SELECT count(*), sha256(coalesce(string_agg(h.digest, ''::bytea ORDER BY h.id), ''::bytea))
  INTO n, digests
  FROM registry.history h WHERE h.txid = c.txid AND h.at = c.at;
  SELECT s.link INTO before FROM registry.seal s ORDER BY s.revision DESC LIMIT 1;
  before := coalesce(before, sha256('geo_registry'::bytea));
  INSERT INTO registry.seal (revision, rows, content, previous, link)
  VALUES (number, n, digests, before,
    registry.history_link(before, number, c.txid, c.at, c.person_id, c.tables, c.reason, n, digests));
END
$$;

DO $$
DECLARE
  number bigint;
BEGIN
  FOR number IN SELECT revision FROM registry.change WHERE revision IS NOT NULL ORDER BY revision LOOP
    PERFORM registry.seal_change(number);
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION registry.assign_revision() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  number bigint;
  touched text[];
BEGIN
  PERFORM pg_advisory_xact_lock(4490, 1);
  number := nextval('registry.revision');
  UPDATE registry.change SET revision = number WHERE txid = NEW.txid AND at = NEW.at
  RETURNING tables INTO touched;
  UPDATE registry.layer_revision SET revision = number
  WHERE layer IN (SELECT registry.layers_of(touched));
  PERFORM registry.seal_change(number);
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION registry.record_history() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  who bigint := coalesce(nullif(current_setting('registry.person', true), ''), '1')::bigint;
  why text := coalesce(nullif(current_setting('registry.reason', true), ''),
                       'direct change by ' || session_user);
  ignored text[] := coalesce(TG_ARGV::text[], '{}');
  columns text;
  written bigint;
  source text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
  FROM pg_attribute
  WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    AND attname <> ALL (ignored);
  IF TG_OP = 'INSERT' THEN
    source := 'SELECT n.id, NULL::jsonb, to_jsonb(n) FROM (SELECT %1$s FROM new_rows) n';
  ELSIF TG_OP = 'DELETE' THEN
    source := 'SELECT o.id, to_jsonb(o), NULL::jsonb FROM (SELECT %1$s FROM old_rows) o';
  ELSE
    source := 'SELECT id, o.row, n.row
               FROM (SELECT id, to_jsonb(x) AS row FROM (SELECT %1$s FROM old_rows) x) o
               JOIN (SELECT id, to_jsonb(x) AS row FROM (SELECT %1$s FROM new_rows) x) n USING (id)
               WHERE o.row IS DISTINCT FROM n.row';
  END IF;
  -- OFFSET 0 keeps the planner from drawing a second number for the digest.
  EXECUTE format(
    'INSERT INTO registry.history
       (id, txid, at, table_name, row_id, op, before, after, person_id, reason, digest)
     OVERRIDING SYSTEM VALUE
     SELECT h.id, txid_current(), now(), $1, h.row_id, $2, h.before, h.after, $3, $4,
       registry.history_digest(h.id, txid_current(), now(), $1, h.row_id, $2, h.before, h.after,
         $3, $4)
     FROM (SELECT nextval(pg_get_serial_sequence(''registry.history'', ''id'')) AS id, s.*
           FROM (' || source || ') AS s(row_id, before, after) OFFSET 0) AS h', columns)
  USING TG_TABLE_NAME::text, lower(TG_OP), who, why;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written > 0 THEN
    INSERT INTO registry.change AS c (txid, at, person_id, reason, tables)
    VALUES (txid_current(), now(), who, why, ARRAY[TG_TABLE_NAME::text])
    ON CONFLICT (txid, at) DO UPDATE SET tables = c.tables || excluded.tables
    WHERE NOT c.tables @> excluded.tables OR c.revision IS NOT NULL;
  END IF;
  RETURN NULL;
END
$$;

-- A numbered transaction is closed: nothing is added to it (SET CONSTRAINTS ALL IMMEDIATE), and
-- nobody rewrites who did it and why.
CREATE FUNCTION registry.refuse_reopening() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'history is append-only: revision % is sealed', OLD.revision
    USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER change_sealed BEFORE UPDATE ON registry.change
  FOR EACH ROW WHEN (OLD.revision IS NOT NULL) EXECUTE FUNCTION registry.refuse_reopening();
