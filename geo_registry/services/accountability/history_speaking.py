"""History in words: codes by their titles, ids by the names of what they stand for, times in China.

Names are asked for through the connection of whoever reads, so that nobody learns here what a thing
is called that they may not see; it keeps its number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from geo_registry.domain.naming import CHINA
from geo_registry.domain.reading import mark_tone
from geo_registry.services.accountability.history_columns import column_title
from geo_registry.services.accountability.history_values import words_of
from geo_registry.store import attachments, divisions, history, subjects

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from geo_registry.domain.reference import Profile, Reference

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:?\d\d)?|Z)")
_SUBJECT = re.compile(r"[a-z_]+:(?:(?:nbs|mca):)?\d{1,18}")
_CODES = frozenset(
    {
        *("county_code", "division_code", "holder_code", "hukou_code", "parent_code"),
        *("resident_of", "serves", "town_code", "town_codes", "towns", "village_code"),
    }
)
"""Columns that hold statistical codes of divisions."""
_BRIEF = ("place", "plot", "zone")
"""Tables (and kinds of subjects) whose rows are called by more than a column of theirs."""
_SHAPES: Mapping[str, str] = {"Point": "点", "LineString": "线", "Polygon": "面"}
_OWN_NAMES = ("full_name", "title", "name")
_NAMELESS = frozenset({"deceased", "eco_burial", "burial", "subsidy_application"})
"""Tables whose rows speak of persons: they are called by their number."""
_ABOUT = ("place_id", "cemetery_id", "case_id", "proposal_id", "round_id", "fee_list_id")
"""Columns that say what a row without a name belongs to."""


@dataclass(slots=True)
class Speaker:
    """Says values of history in words; knows the names of everything that the rows refer to."""

    reference: Reference
    references: Mapping[tuple[str, str], str]
    names: dict[tuple[str, int], str] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    divisions: dict[str, str] = field(default_factory=dict)

    def say(self, table: str, column: str, value: Any) -> str | None:
        """A value in words; None where it speaks for itself."""
        if value is None or value == "" or isinstance(value, bool):
            return None
        if isinstance(value, dict):
            return self._document(table, value)
        if isinstance(value, list):
            return self._list(table, column, value)
        code = str(value)
        known = words_of(table, column, self.reference).get(code)
        if known:
            return known
        if column in _CODES:
            name = self.divisions.get(code)
            return f"{name}（{code}）" if name else None
        referred = self.references.get((table, column))
        if referred is not None and isinstance(value, int):
            return self.names.get((referred, value), f"编号 {value}")
        return self._text(value) if isinstance(value, str) else None

    def called(self, table: str, row: Mapping[str, Any], number: int) -> str:
        """What a row is called; empty where it has no name and belongs to nothing that has one."""
        if table in _NAMELESS:
            return ""
        own = next((str(row[n]) for n in _OWN_NAMES if row.get(n)), "")
        if own or (table, number) in self.names:
            return own or self.names[table, number]
        for column in _ABOUT:
            referred = self.references.get((table, column), "")
            name = self.names.get((referred, row.get(column) or 0))
            if name:
                return name
        return self._text(str(row["subject"])) or "" if row.get("subject") else ""

    def _text(self, value: str) -> str | None:
        if _MOMENT.fullmatch(value):
            return f"{datetime.fromisoformat(value).astimezone(CHINA):%Y-%m-%d %H:%M}"
        parts = value.split("|")
        if all(_SUBJECT.fullmatch(p) for p in parts) and any(p in self.subjects for p in parts):
            return " ↔ ".join(self.subjects.get(p, p) for p in dict.fromkeys(parts))
        return None

    def _list(self, table: str, column: str, values: Sequence[Any]) -> str | None:
        if column == "reading":
            return " ".join(mark_tone(str(v)) for v in values) or None
        said = [self.say(table, column, v) for v in values]
        if not any(said):
            return None
        return "、".join(word or str(value) for word, value in zip(said, values, strict=True))

    def _document(self, table: str, value: Mapping[str, Any]) -> str:
        if "coordinates" in value:
            kind = str(value["type"]).removeprefix("Multi")
            return f"{_SHAPES.get(kind, '图形')}（{_points(value['coordinates'])} 个点）"
        parts = []
        for key, inner in value.items():
            if inner in (None, "", [], {}):
                continue
            word = self.say(table, key, inner)
            shown = ("是" if inner else "否") if isinstance(inner, bool) else word or _plain(inner)
            parts.append(f"{column_title(table, key)}：{shown}")
        return "；".join(parts)


def speaker(
    connection: Connection, rows: Sequence[RowMapping], *, reference: Reference, profile: Profile
) -> Speaker:
    """A speaker that knows the names in some rows of history, asked for a kind at a time."""
    found = Speaker(reference, history.references(connection))
    meant = _meant(rows, found.references)
    for table, ids in meant.ids.items():
        names = history.called(connection, table, ids)
        found.names |= {(table, number): name for number, name in names.items()}
    briefs = subjects.briefs(connection, meant.asked_briefly(), profile)
    for subject, brief in briefs.items():
        where = f"（{brief.located_in}）" if brief.located_in else ""
        kind, _, number = subject.partition(":")
        if kind in _BRIEF:
            found.names[kind, int(number)] = f"{brief.title}{where}"
        else:
            found.subjects[subject] = brief.title
    for subject, row in meant.subjects.items():
        if row in found.names:
            found.subjects[subject] = found.names[row]
    found.divisions = divisions.names_of(connection, meant.codes)
    return found


@dataclass(slots=True)
class _Meant:
    """What some rows of history refer to."""

    ids: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    codes: set[str] = field(default_factory=set)
    subjects: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Subject → table and id of its row."""
    divisions: set[str] = field(default_factory=set)

    def add(self, subject: str) -> None:
        """A subject that is spoken of: ``place:12``, ``division:nbs:371002``."""
        kind, _, rest = subject.partition(":")
        if kind == "division":
            self.divisions.add(subject)
        elif kind in attachments.SUBJECT_TABLES and rest.isdecimal():
            row = (attachments.SUBJECT_TABLES[kind], int(rest))
            self.subjects[subject] = row
            self.ids[row[0]].add(row[1])

    def asked_briefly(self) -> list[str]:
        """The subjects whose name is more than a column of their row."""
        places = [f"{kind}:{i}" for kind in _BRIEF for i in self.ids.get(kind, ())]
        return [*places, *self.divisions]


def _meant(rows: Iterable[RowMapping], references: Mapping[tuple[str, str], str]) -> _Meant:
    found = _Meant()
    for row in rows:
        found.ids[row["table_name"]].add(row["row_id"])
        for column, value in _values(row):
            referred = references.get((row["table_name"], column))
            if referred is not None and isinstance(value, int):
                found.ids[referred].add(value)
            elif column in _CODES:
                found.codes.add(str(value))
            elif isinstance(value, str):
                for part in value.split("|"):
                    if _SUBJECT.fullmatch(part):
                        found.add(part)
    return found


def _values(row: RowMapping) -> Iterator[tuple[str, Any]]:
    for side in (row["before"] or {}, row["after"] or {}):
        for column, value in side.items():
            if isinstance(value, list):
                yield from ((column, one) for one in value)
            elif value is not None and value != "":
                yield column, value


def _points(coordinates: Any) -> int:
    if not isinstance(coordinates, list) or not coordinates:
        return 0
    if not isinstance(coordinates[0], list):
        return 1
    return sum(_points(part) for part in coordinates)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_plain(v) for v in value)
    if isinstance(value, dict):
        return "，".join(f"{k} {_plain(v)}" for k, v in value.items())
    return ("是" if value else "否") if isinstance(value, bool) else str(value)
