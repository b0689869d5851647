"""Importing burials: who was buried where and when, from the ledger of a cemetery.

Names and identity numbers are read, checked and written; no message and no list of issues repeats
them. The file itself is not kept. A number that is registered already names the same person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from geo_registry.domain.burial import KIND_TITLES, check_id_number, tail
from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.domain.plot import PLOT_KIND_TITLES, ROOM, PlotKind, PlotStatus
from geo_registry.formats.tables import read_table
from geo_registry.services.imports.importing import (
    Source,
    Summary,
    file_hash,
    refuse_second_time,
    store,
)
from geo_registry.services.imports.importing_cells import (
    Column,
    Line,
    Read,
    day,
    one_of,
    read_lines,
    words,
)
from geo_registry.services.imports.importing_plots import (
    CEMETERY,
    NUMBER,
    SECTION,
    known_divisions,
    site_of,
)
from geo_registry.store import deceased, plots
from geo_registry.store.deceased import DeceasedRow
from geo_registry.store.plots import BurialRow, KnownPlot, Site

Digest = Callable[[str], str]
"""The keyed digest of an identity number, bound to the installation."""

_KINDS = {title: str(kind) for kind, title in KIND_TITLES.items()} | {
    **{str(kind): str(kind) for kind in KIND_TITLES},
    "火化": "ashes",
    "土葬": "body",
}


@dataclass(frozen=True, slots=True)
class _Number:
    """A checked identity number that no representation shows."""

    digest: str
    tail: str

    def __repr__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True)
class BurialTerms:
    """What holds for the burials of a file unless a column says otherwise."""

    cemetery: str | None = None
    kind: str = "ashes"


def identity(identify: Digest) -> Read:
    """A reader of identity numbers: each is checked and becomes its digest at once."""

    def read(raw: str) -> _Number:
        try:
            checked = check_id_number(raw)
        except BadRequest as error:
            raise ValueError(f"{error.message.rstrip('。')}|{error.advice}") from None
        return _Number(identify(checked), tail(checked))

    return read


def burial_columns(known: Read, identify: Digest) -> tuple[Column, ...]:
    """The columns of a ledger of burials; a number becomes its digest as soon as it is read."""
    return (
        CEMETERY,
        SECTION,
        NUMBER,
        Column("name", ("逝者姓名", "姓名", "name"), words(60), required=True, secret=True),
        Column(
            "identity",
            ("身份证号", "身份证号码", "证件号", "id_number"),
            identity(identify),
            secret=True,
        ),
        Column("died_on", ("死亡日期", "去世日期", "died_on"), day),
        Column("hukou_code", ("户籍代码", "户籍地代码", "hukou_code"), known),
        Column("buried_on", ("安葬日期", "下葬日期", "buried_on"), day),
        Column("kind", ("葬式", "安葬方式", "kind"), one_of(_KINDS)),
        Column("resident_of", ("接纳村代码", "resident_of"), known),
        Column("consent", ("同意人关系", "办理人关系", "consent"), words(20)),
    )


def import_burials(
    connection: Connection, source: Source, terms: BurialTerms, *, identify: Digest, on: date
) -> Summary:
    """Import the burials of a ledger, in one batch; their plots become occupied.

    A plot that is named must be registered, in use and not full. ``on`` is today: nobody was buried
    later. Raises :class:`Conflict` for a file imported before and :class:`Unreadable` for a table
    that cannot be read.
    """
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取安葬记录", 0, None)
    frame = read_table(source.path)
    columns = burial_columns(known_divisions(connection), identify)
    lines, issues = read_lines(frame, range(1, frame.height + 1), columns, source.path.name)
    rows, more = _Matching(connection, terms, on).rows(lines)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=frame.height,
        rejected=frame.height - len(rows),
        counts={
            "burials": len(rows),
            "in_plots": sum(r.burial.plot_id is not None for r in rows),
            "known_persons": sum(r.known is not None for r in rows),
        },
        issues=sorted((*issues, *more), key=lambda i: i.row or 0),
        write=lambda batch_id: _write(connection, rows, batch_id),
    )


@dataclass(frozen=True, slots=True)
class _New:
    """A burial to be written, with the person: known by id, or new."""

    burial: BurialRow
    person: DeceasedRow
    known: int | None


class _Matching:
    """Finds cemetery, plot and person of each row; counts what the file itself fills."""

    def __init__(self, connection: Connection, terms: BurialTerms, on: date) -> None:
        self._connection, self._terms, self._on = connection, terms, on
        self._sites: Mapping[str, Sequence[Site]] = {}
        self._plots: Mapping[tuple[int, str, str], KnownPlot] = {}
        self._filled: Counter[int] = Counter()
        self._seen: dict[str, int] = {}
        self._lying: Mapping[str, deceased.Known] = {}

    def rows(self, lines: Sequence[Line]) -> tuple[list[_New], list[Issue]]:
        """What can be written, and an issue for each row that cannot."""
        wanted = {line["cemetery"] or self._terms.cemetery for line in lines} - {None}
        self._sites = plots.sites_named(self._connection, [str(w) for w in wanted])
        ids = {s.id for found in self._sites.values() for s in found}
        self._plots = plots.plots_of(self._connection, ids)
        digests = [line["identity"].digest for line in lines if line["identity"]]
        self._lying = deceased.known(self._connection, digests)
        good: list[_New] = []
        issues: list[Issue] = []
        for line in lines:
            site, issue = site_of(line, line["cemetery"] or self._terms.cemetery, self._sites)
            issue = issue or self._bad_days(line) or self._bad_person(line)
            plot, full = (None, None) if issue or site is None else self._plot(line, site)
            if issue is None:
                issue = full
            if issue is not None or site is None:
                issues += [issue] if issue else []
                continue
            good.append(self._row(line, site, plot))
            self._note(line, plot)
        return good, issues

    def _note(self, line: Line, plot: KnownPlot | None) -> None:
        if plot is not None:
            self._filled[plot.id] += 1
        if line["identity"]:
            self._seen[line["identity"].digest] = line.row

    def _bad_days(self, line: Line) -> Issue | None:
        died, buried = line["died_on"], line["buried_on"]
        for title, day_ in (("安葬日期", buried), ("死亡日期", died)):
            if day_ and day_ > self._on:
                return _issue(line, title, "in_future", f"{day_} 还没有到。", "请核对日期。")
        if died and buried and buried < died:
            said = f"{buried} 早于死亡日期 {died}。"
            return _issue(line, "安葬日期", "before_death", said, "请核对两个日期。")
        return None

    def _bad_person(self, line: Line) -> Issue | None:
        identity = line["identity"]
        if identity is None:
            return None
        first = self._seen.get(identity.digest)
        if first is not None:
            said = f"与第 {first} 行是同一个号码。"
            return _issue(line, "身份证号", "person_twice", said, "请删去重复的一行。")
        lying = self._lying.get(identity.digest)
        if lying is not None and lying.buried:
            advice = "请先登记迁出，或删去这一行。"
            return _issue(line, "身份证号", "buried_already", "这位逝者已登记安葬。", advice)
        if lying is not None and lying.name != line["name"]:
            said = "这个号码已登记在另一个姓名下。"
            return _issue(line, "身份证号", "other_name", said, "请对照证件核对姓名和号码。")
        return None

    def _plot(self, line: Line, site: Site) -> tuple[KnownPlot | None, Issue | None]:
        if line["number"] is None:
            return None, None
        section = line["section"] or ""
        plot = self._plots.get((site.id, section, line["number"]))
        title = NUMBER.title
        if plot is None:
            said = f"“{site.name}”没有登记墓位“{section}{line['number']}”。"
            advice = "请先导入墓位，或核对墓区和墓位号。"
            return None, _issue(line, title, "unknown_plot", said, advice)
        if plot.status == PlotStatus.CLOSED:
            said = f"墓位“{section}{line['number']}”已停用。"
            return None, _issue(line, title, "plot_closed", said, "请核对墓位号。")
        room = ROOM.get(PlotKind(plot.kind))
        if room is not None and plot.burials + self._filled[plot.id] >= room:
            kind = PLOT_KIND_TITLES[PlotKind(plot.kind)]
            said = f"墓位“{section}{line['number']}”是{kind}，最多安葬 {room} 位，已满。"
            return None, _issue(line, title, "plot_full", said, "请核对墓位号和墓位类型。")
        return plot, None

    def _row(self, line: Line, site: Site, plot: KnownPlot | None) -> _New:
        identity = line["identity"]
        lying = self._lying.get(identity.digest) if identity else None
        person = DeceasedRow(
            name=line["name"],
            id_digest=identity.digest if identity else None,
            id_tail=identity.tail if identity else None,
            died_on=line["died_on"],
            hukou_code=line["hukou_code"],
        )
        burial = BurialRow(
            deceased_id=lying.id if lying else 0,
            kind=line["kind"] or self._terms.kind,
            plot_id=plot.id if plot else None,
            cemetery_id=site.id,
            buried_on=line["buried_on"],
            resident_of=line["resident_of"],
            consent=line["consent"] or "",
        )
        return _New(burial, person, lying.id if lying else None)


def _issue(line: Line, title: str, code: str, said: str, advice: str) -> Issue:
    return Issue(line.row, title, code, "", f"第 {line.row} 行“{title}”：{said}", advice)


def _write(connection: Connection, rows: Sequence[_New], batch_id: int) -> Mapping[str, Any]:
    new = [r for r in rows if r.known is None]
    ids = deceased.insert_many(connection, [replace(r.person, batch_id=batch_id) for r in new])
    numbers = iter(ids)
    burials = [
        replace(
            r.burial,
            deceased_id=next(numbers) if r.known is None else r.known,
            batch_id=batch_id,
        )
        for r in rows
    ]
    plots.insert_burials(connection, burials)
    plots.occupy(connection, {b.plot_id for b in burials if b.plot_id is not None})
    return {}
