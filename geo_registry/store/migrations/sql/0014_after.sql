-- Back to the search path of the connection, for the migrations that follow.
SELECT set_config('search_path', boot_val, true)
FROM pg_settings WHERE name = 'search_path';
