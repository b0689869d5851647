"""The history of a subject, and the proof that nobody rewrote any of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.services.accountability.anchors import Anchor
from geo_registry.services.accountability.history_columns import column_title
from geo_registry.services.accountability.history_speaking import Speaker, speaker
from geo_registry.services.accountability.history_words import title_of
from geo_registry.store import attachments as subjects
from geo_registry.store import history

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from geo_registry.domain.reference import Profile, Reference

MOST_FAULTS = 50
"""Faults of one kind that are listed; there may be more."""
_LARGEST = 2**63 - 1
_OPS = {"insert": "新增", "update": "修改", "delete": "删除"}
_UNRECORDED = {
    "changed": "内容与历史的最后记录不符，有人绕过系统改过它",
    "added": "历史里没有它，有人绕过系统加进来",
    "removed": "历史里还有它，有人绕过系统删掉了",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where history is not what it was; ``what`` names it, ``message`` says it."""

    code: str
    what: str
    message: str
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what was wrong; ``anchor`` is the head of the chain as it is now."""

    anchor: Anchor
    since: int
    transactions: int
    anchors: int
    tables: int
    faults: tuple[Fault, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was wrong."""
        return not self.faults


def head(connection: Connection) -> Anchor:
    """The last transaction and its link: write it down elsewhere, and the end cannot be cut off."""
    revision, link = history.head(connection)
    return Anchor(revision, link.hex())


def verify(
    connection: Connection,
    *,
    since: int = 0,
    anchors: Sequence[Anchor] = (),
    tables: bool = True,
) -> Verification:
    """Check every row, every transaction and every link of history after ``since``.

    ``anchors`` are links written down before: they must still be there. ``tables`` also compares
    the rows of every table with what history last said of them. Raises :class:`NotFound` where
    there is no transaction ``since``.
    """
    start = _link(connection, since)
    if start is None:
        raise NotFound(f"没有第 {since} 次变更，或它没有封存。")
    faults = [*_rewritten(connection, since), *_broken(connection, since)]
    count, links = _follow(connection, since, start)
    faults += [*links, *_lost(connection, anchors)]
    kept = history.kept_tables(connection) if tables else {}
    for name, columns in kept.items():
        faults += _unrecorded(connection, name, columns)
    return Verification(head(connection), since, count, len(anchors), len(kept), tuple(faults))


def described(found: Verification) -> dict[str, Any]:
    """A verification as a document."""
    return {
        "holds": found.holds,
        "anchor": str(found.anchor),
        "revision": found.anchor.revision,
        "since": found.since,
        "transactions": found.transactions,
        "anchors": found.anchors,
        "tables": found.tables,
        "faults": [
            {"code": f.code, "what": f.what, "message": f.message, "revision": f.revision}
            for f in found.faults
        ],
    }


def of_subject(
    connection: Connection,
    subject: str,
    *,
    below: int | None = None,
    limit: int = 50,
    reference: Reference,
    profile: Profile,
) -> dict[str, Any]:
    """What happened to a subject and to what belongs to it, newest first, in words.

    ``below`` continues under a position. Raises :class:`BadRequest` for a word that is no subject,
    :class:`NotFound` where history knows nothing of it.
    """
    wanted = list(_rows_of(connection, subject))
    found = history.entries(connection, wanted, below=below or _LARGEST, limit=limit)
    if not found and below is None:
        raise NotFound(f"历史里没有“{subject[:60]}”。")
    return {
        "subject": subject,
        "items": _entries(connection, found, reference, profile),
        "next": found[-1]["position"] if len(found) == limit else None,
    }


def of_table(
    connection: Connection,
    table: str = "",
    *,
    below: int | None = None,
    limit: int = 50,
    reference: Reference,
    profile: Profile,
) -> dict[str, Any]:
    """What happened last in a table (empty: in any), newest first, in words.

    Raises :class:`BadRequest` for a table that keeps no history.
    """
    if table and table not in history.kept_tables(connection):
        raise BadRequest(f"“{table[:60]}”没有历史。", advice="请从表的清单中选择。")
    found = history.latest(connection, table or None, below=below or _LARGEST, limit=limit)
    return {
        "items": _entries(connection, found, reference, profile),
        "next": found[-1]["position"] if len(found) == limit else None,
    }


def tables(connection: Connection) -> list[dict[str, str]]:
    """The tables that keep their history, with their titles."""
    return [{"key": name, "title": title_of(name)} for name in history.kept_tables(connection)]


def _link(connection: Connection, revision: int) -> bytes | None:
    return history.link_at(connection, revision) if revision else history.START


def _rows_of(connection: Connection, subject: str) -> Iterator[tuple[str, int]]:
    kind, _, key = subject.partition(":")
    table = subjects.SUBJECT_TABLES.get(kind, kind)
    if kind == "division":
        numbers = history.ids_about(connection, "admin_division", "code", key.partition(":")[2])
        yield from (("admin_division", number) for number in numbers)
        return
    known = history.kept_tables(connection)
    if table not in known or not (key.isascii() and key.isdecimal() and len(key) <= 18):
        raise BadRequest(
            f"“{subject[:60]}”没有历史。", advice="例如 place:12、cemetery:3、case:6。"
        )
    yield table, int(key)
    for referring, column in history.tables_about(connection, table):
        for number in history.ids_about(connection, referring, column, int(key)):
            yield referring, number
    for other, columns in known.items():
        if "subject" in columns:
            for number in history.ids_about(connection, other, "subject", subject):
                yield other, number


def _entries(
    connection: Connection, rows: Sequence[RowMapping], reference: Reference, profile: Profile
) -> list[dict[str, Any]]:
    speaking = speaker(connection, rows, reference=reference, profile=profile)
    return [_entry(row, speaking) for row in rows]


def _entry(row: RowMapping, speaking: Speaker) -> dict[str, Any]:
    table = row["table_name"]
    before, after = row["before"] or {}, row["after"] or {}
    names = [n for n in {**before, **after} if before.get(n) != after.get(n) and n != "id"]
    return {
        "position": row["position"],
        "revision": row["revision"],
        "at": row["at"],
        "by": row["person"],
        "reason": row["reason"],
        "table": table,
        "table_title": title_of(table),
        "row": row["row_id"],
        "called": speaking.called(table, {**before, **after}, row["row_id"]),
        "op": row["op"],
        "op_title": _OPS[row["op"]],
        "titles": {n: column_title(table, n) for n in names},
        "words": {
            n: [speaking.say(table, n, before.get(n)), speaking.say(table, n, after.get(n))]
            for n in names
        },
        "changed": {n: [_short(before.get(n)), _short(after.get(n))] for n in names},
    }


def _short(value: Any) -> Any:
    """A value as history shows it: of a geometry its kind only."""
    return value["type"] if isinstance(value, dict) and "coordinates" in value else value


def _rewritten(connection: Connection, since: int) -> Iterator[Fault]:
    for row in history.rewritten_rows(connection, since, MOST_FAULTS):
        what = f"{row['table_name']}:{row['row_id']}"
        stray = row["fault"] == "stray"
        words = "不属于任何一次变更" if stray else "写入之后被改动过"
        yield Fault(
            row["fault"],
            what,
            f"历史第 {row['id']} 条（{what}，{row['at']:%Y-%m-%d %H:%M}）{words}。",
            row["revision"],
        )


def _broken(connection: Connection, since: int) -> Iterator[Fault]:
    for row in history.broken_seals(connection, since, MOST_FAULTS):
        number = row["revision"]
        when = f"{row['at']:%Y-%m-%d %H:%M}，{row['reason'][:60]}"
        if row["sealed"] is None:
            words = f"第 {number} 次变更（{when}）没有封存。"
        elif row["sealed"] == row["found"]:
            words = f"第 {number} 次变更（{when}）的 {row['found']} 条记录与封存时不同。"
        else:
            words = (
                f"第 {number} 次变更（{when}）封存时有 {row['sealed']} 条记录，"
                f"现在有 {row['found']} 条。"
            )
        yield Fault("seal", f"revision:{number}", words, number)


def _follow(connection: Connection, since: int, start: bytes) -> tuple[int, list[Fault]]:
    """Go along the chain; how many links there are, and where it breaks."""
    faults: list[Fault] = []
    count, previous, last = 0, start, since
    for seal in history.seals(connection, since):
        name = f"revision:{seal.revision}"
        if seal.previous != previous:
            message = (
                f"第 {last} 次与第 {seal.revision} 次变更之间的链断了：其间的变更被删除或改写。"
            )
            faults.append(Fault("link", name, message, seal.revision))
        if seal.expected is None:
            message = f"第 {seal.revision} 次变更只剩封存，它的人、时间和理由被删除。"
            faults.append(Fault("change", name, message, seal.revision))
        elif seal.expected != seal.link:
            message = f"第 {seal.revision} 次变更的人、时间、理由或封存被改动过。"
            faults.append(Fault("change", name, message, seal.revision))
        count, previous, last = count + 1, seal.link, seal.revision
    return count, faults[:MOST_FAULTS]


def _lost(connection: Connection, anchors: Sequence[Anchor]) -> Iterator[Fault]:
    """Anchors that are no longer on the chain: its end was cut off, or it was written anew."""
    top = head(connection).revision
    for anchor in anchors:
        link = (
            history.START if anchor.revision == 0 else history.link_at(connection, anchor.revision)
        )
        if link is not None and link.hex() == anchor.link:
            continue
        name = f"revision:{anchor.revision}"
        if anchor.revision > top:
            message = (
                f"锚点记下过第 {anchor.revision} 次变更，历史现在只到第 {top} 次：末尾被删除，"
                "或数据库从较早的备份恢复过。恢复的，请用 history anchor --restored 说明理由。"
            )
            yield Fault("tail", name, message, anchor.revision)
        else:
            message = f"第 {anchor.revision} 次变更与锚点记下的不同：历史从那里或更早被整个改写。"
            yield Fault("anchor", name, message, anchor.revision)


def _unrecorded(connection: Connection, table: str, columns: Sequence[str]) -> Iterator[Fault]:
    for row in history.unrecorded_rows(connection, table, columns, MOST_FAULTS):
        what = f"{table}:{row['row_id']}"
        yield Fault("unrecorded", what, f"{what} {_UNRECORDED[row['fault']]}。")
