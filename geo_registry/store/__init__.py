"""The registry in PostgreSQL and PostGIS: the only code that knows SQL."""
