"""The kinds of columns that the tables are made of; one metadata holds all tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    MetaData,
    Text,
)

SCHEMA = "registry"
SRID = 4490

metadata = MetaData(schema=SCHEMA)


def key(*, always: bool = False) -> Column[int]:
    """The id of a row."""
    return Column("id", BigInteger, Identity(always=always), primary_key=True)


def words(name: str, *, null: bool = False, **options: Any) -> Column[str]:
    """A text."""
    return Column(name, Text, nullable=null, **options)


def texts(name: str, *, null: bool = False) -> Column[list[str]]:
    """A list of texts."""
    return Column(name, ARRAY(Text), nullable=null)


def reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    """The id of a row of another table."""
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


def number(name: str, *, null: bool = True) -> Column[float]:
    """A number with decimals."""
    return Column(name, Double, nullable=null)


def flag(name: str) -> Column[bool]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False)


def day(name: str, *, null: bool = True) -> Column[Any]:
    """A day."""
    return Column(name, Date, nullable=null)


def moment(name: str, *, null: bool = False) -> Column[Any]:
    """A moment with its time zone."""
    return Column(name, DateTime(timezone=True), nullable=null)


def imported() -> tuple[Column[bool], Column[int]]:
    """Whether a row belongs to the sample, and the file it came from."""
    return flag("sample"), reference("batch_id", "import_batch")
