-- Helping functions of the filter. They run as the owner: they have to see what they hide.

-- The subjects that the reader of this transaction may not see.
CREATE OR REPLACE FUNCTION registry.hidden_subjects() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public AS $$
  SELECT coalesce(array_agg(s.subject), '{}') FROM (
    /*subjects*/
  ) AS s(subject)
$$;

-- The kept files that are attached to something the reader may not see.
CREATE OR REPLACE FUNCTION registry.hidden_files() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public AS $$
  SELECT coalesce(array_agg(a.raw_file_id), '{}') FROM registry.attachment a
  WHERE NOT registry.may_see(a.secrecy) OR a.subject = ANY (registry.hidden_subjects())
$$;

-- Whether a text holds the name of something that the reader may not see.
CREATE OR REPLACE FUNCTION registry.speaks_of_hidden(content text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public AS $$
  SELECT EXISTS (SELECT FROM (/*names*/) AS n(name) WHERE n.name <> '' AND strpos(content, n.name) > 0)
$$;

-- Whether a row is there, whoever asks: a row of history whose row is gone is told apart from one
-- whose row is hidden.
CREATE OR REPLACE FUNCTION registry.history_ids(name text, row_id bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, public AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT id FROM registry.%I WHERE id = $1', name) USING row_id;
END
$$;

CREATE OR REPLACE FUNCTION registry.anything_secret() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = registry, public AS $$
  SELECT /*secret*/
$$;

-- Which of the small tables hold anything at all, whoever asks: it only saves empty questions, and
-- under the filter of each table it costs more than they do.
CREATE OR REPLACE FUNCTION registry.kept(
  OUT built_up boolean, OUT naming_answers boolean, OUT road_decisions boolean,
  OUT signs boolean, OUT proposals boolean
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = registry, public AS $$
BEGIN
  built_up := EXISTS (SELECT FROM registry.built_up_area WHERE valid_to IS NULL);
  naming_answers := EXISTS (SELECT FROM registry.naming_answer WHERE withdrawn_at IS NULL);
  road_decisions := EXISTS (SELECT FROM registry.road_decision WHERE withdrawn_at IS NULL);
  signs := EXISTS (SELECT FROM registry.sign);
  proposals := EXISTS (SELECT FROM registry.proposal);
END
$$;

-- Let this transaction of a person (NULL: nobody has logged in) see records up to a level. Where nothing lies above, it stays as it is: the
-- filter would keep indexes of geometries from being used, and cost every member of staff.
CREATE OR REPLACE FUNCTION registry.show_up_to(level text, person bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('registry.level', level, true);
  PERFORM set_config('registry.reader', coalesce(person::text, ''), true);
  IF level = 'secret' OR (level = 'internal' AND NOT registry.anything_secret()) THEN
    RETURN;
  END IF;
  SET LOCAL ROLE /*viewer*/;
END
$$;
