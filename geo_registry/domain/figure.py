"""A figure of the registry: what is counted, in which words, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo_registry.domain.errors import BadRequest

_SPANS = frozenset({"day", "period"})
_NEEDED = ("title", "unit", "group", "of", "definition")


@dataclass(frozen=True, slots=True)
class Figure:
    """The definition of a count. ``span``: ``day`` (what stands) or ``period`` (what happened).

    ``definition`` says in Chinese what is counted and what not; ``parts`` names the kind of its
    parts (empty: none); ``work`` is the address of the page where it is worked on (empty: none).
    """

    id: str
    title: str
    unit: str
    group: str
    span: str
    definition: str
    work: str
    parts: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One value. ``part`` is empty for a figure without parts; ``town`` None: the whole district.

    ``town`` is empty for what lies in no known town.
    """

    figure: str
    part: str
    town: str | None
    value: float


@dataclass(frozen=True, slots=True)
class Member:
    """One thing that makes a figure up, with what it adds; ``label`` is how it is called."""

    subject: str
    label: str | None
    part: str
    town: str
    value: float


@dataclass(frozen=True, slots=True)
class Defect:
    """A class of defects of names, and the beginnings of the ids of the rules that find it."""

    key: str
    title: str
    rules: tuple[str, ...]


def defects(table: Mapping[str, Any]) -> tuple[Defect, ...]:
    """The classes in the order of their file; the first whose rules fit holds."""
    return tuple(Defect(r["key"], r["title"], tuple(r["rules"])) for r in table["defects"])


def figures(table: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Figure]:
    """The catalogue in the order of its file; :class:`BadRequest` for a row that is not whole."""
    found = {}
    for key, row in table.items():
        missing = [f for f in ("title", "unit", "group", "of", "definition") if f not in row]
        if missing or row["of"] not in _SPANS:
            what = "、".join(missing) or f"of 的值“{row['of']}”"
            raise BadRequest(f"{name} 的“{key}”不完整或有误：{what}。")
        found[key] = Figure(
            key,
            row["title"],
            row["unit"],
            row["group"],
            row["of"],
            row["definition"],
            row.get("work", ""),
            row.get("parts", ""),
        )
    return found
