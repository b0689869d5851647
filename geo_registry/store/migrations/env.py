"""Alembic's entry: runs the revisions on the connection that ``store.database.migrate`` opened."""

from alembic import context

from geo_registry.store.columns import SCHEMA, metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
