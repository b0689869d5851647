"""The migrated schema: it equals tables.py (and *_tables.py), and it can be made twice."""

from __future__ import annotations

import importlib
import pkgutil

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from geo_registry import store
from geo_registry.store.columns import SCHEMA, metadata
from geo_registry.store.database import check_server, migrate

# Tables of later topics have files of their own; each adds to the one metadata.
for module in pkgutil.iter_modules(store.__path__):
    if module.name.endswith("tables"):
        importlib.import_module(f"{store.__name__}.{module.name}")


def _differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_schemas": True,
                "version_table_schema": SCHEMA,
                "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
                # Indexes and unique constraints are named in SQL only.
                "include_object": lambda _o, name, kind, _r, _c: (
                    kind not in {"index", "unique_constraint"} and name != "alembic_version"
                ),
            },
        )
        return list(compare_metadata(context, metadata))


def test_tables_py_equals_the_migrated_schema(engine: Engine) -> None:
    assert _differences(engine) == []


def test_generated_columns_are_known_as_generated(engine: Engine) -> None:
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        computed = {c["name"] for c in inspector.get_columns(table.name, SCHEMA) if "computed" in c}
        assert computed == {c.name for c in table.columns if c.computed is not None}, table.name


def test_every_geometry_column_says_what_crs_and_kind_it_holds(engine: Engine) -> None:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT f_table_name, f_geometry_column, srid, type FROM geometry_columns "
            "WHERE f_table_schema = 'registry'"
        ).all()
    found = {(t, c): (s, k) for t, c, s, k in rows}
    declared = {
        (table.name, c.name): (c.type.srid, c.type.geometry_type)
        for table in metadata.sorted_tables
        for c in table.columns
        if hasattr(c.type, "srid")
    }
    assert found == declared


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    assert _differences(engine) == []


def test_the_private_cluster_passes_the_check_of_servers(engine: Engine) -> None:
    check_server(engine)
