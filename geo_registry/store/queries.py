"""The long queries, kept as ``sql/*.sql`` files that also run in psql."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlalchemy import TextClause, text

_FOLDER = Path(__file__).with_name("sql")


@lru_cache
def sql(name: str) -> str:
    """The text of ``sql/<name>.sql``; parameters are written ``:name``."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@lru_cache
def query(name: str) -> TextClause:
    """The query ``sql/<name>.sql``, ready to be executed with named parameters."""
    return text(sql(name))
