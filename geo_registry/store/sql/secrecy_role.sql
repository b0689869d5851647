-- The role of readers, and what it may: read. A server that does not allow to make roles leaves it
-- out; readers are then refused until its administrator makes it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '/*viewer*/') THEN
    CREATE ROLE /*viewer*/ NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, '/*viewer*/', 'MEMBER') THEN
    EXECUTE format('GRANT /*viewer*/ TO %I', current_user);
  END IF;
EXCEPTION
  WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'role /*viewer*/: %', SQLERRM;
END
$$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '/*viewer*/') THEN
    GRANT USAGE ON SCHEMA registry TO /*viewer*/;
    GRANT SELECT ON ALL TABLES IN SCHEMA registry TO /*viewer*/;
  END IF;
END
$$;
