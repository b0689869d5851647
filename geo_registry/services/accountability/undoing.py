"""Undo: a person takes back their own last act, where nobody built on it.

What can be undone are decisions that are withdrawn and never overwritten: waivers, answers to
places without a name, decisions on one road or two, attachments. Taking back a withdrawal lets the
decision hold again. Everything else has steps of its own for going back, with reasons and papers
(names: correction; cases: the next step; charges: cancellation), and is refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from geo_registry.domain.errors import Conflict, NotFound, Refused, RegistryError
from geo_registry.domain.identity import ordered_pair
from geo_registry.services.accountability import attachments, withholding
from geo_registry.services.findings import waiving
from geo_registry.services.findings.rejudging import rejudge
from geo_registry.services.names import answering_unnamed, deciding_roads
from geo_registry.services.people import permitting
from geo_registry.store import undoing
from geo_registry.store.writing import in_turn

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

TITLES: Mapping[str, str] = {
    "waiver": "豁免",
    "naming_answer": "有地无名的答复",
    "road_decision": "道路认定",
    "attachment": "附件",
}
"""What can be undone, by table."""
MOST_LISTED = 20
_MOST_LOOKED_AT = 200
"""Acts that are looked at for those that can still be undone."""


def undoable(connection: Connection, *, desk: Desk) -> list[dict[str, Any]]:
    """The person's last acts that can still be undone, newest first.

    Left out is what :func:`undo` would refuse: changed since, answered anew, relied on, or no
    longer theirs to decide; and what was done to something they may not see any more.
    """
    found: list[dict[str, Any]] = []
    for act in undoing.acts_of(connection, desk.person, _MOST_LOOKED_AT):
        decided = _decided(undoing.traces(connection, act.revision))
        if not decided or len(found) == MOST_LISTED:
            continue
        try:
            _require_undoable(connection, act.revision, decided, desk)
        except RegistryError:
            continue
        words = "、".join(dict.fromkeys(_words(t) for t in decided))
        found.append({"revision": act.revision, "title": words, "at": act.at})
    return found


def undo(connection: Connection, revision: int, *, desk: Desk) -> dict[str, Any]:
    """Restore what was before an act of this person.

    Raises :class:`NotFound`; :class:`Refused` for an act of somebody else, or one that is not made
    to be undone; :class:`Forbidden` where the person may not decide that any more;
    :class:`Conflict` where what it did was changed since: nothing is overwritten.
    """
    in_turn(connection, "undo", revision)
    act = undoing.find_act(connection, revision)
    if act is None:
        raise NotFound(f"没有第 {revision} 次变更。")
    if act.person != desk.person:
        raise Refused(f"第 {revision} 次变更是{act.by}做的，只能撤销自己的操作。")
    traces = undoing.traces(connection, revision)
    other = {t["table_name"] for t in traces} - TITLES.keys()
    if any(not undoing.follows(table) for table in other) or other == {
        t["table_name"] for t in traces
    }:
        raise Refused(
            f"第 {revision} 次变更不能撤销。",
            advice=f"可以撤销的：{'、'.join(TITLES.values())}；其他的请办理更正、撤回或作废。",
        )
    decided = _decided(traces)
    _require_undoable(connection, revision, decided, desk)
    # First what is withdrawn, then what holds again: of one question one answer holds.
    ordered = sorted(decided, key=lambda t: t["after"]["withdrawn_at"] is not None)
    try:
        with connection.begin_nested():
            for trace in ordered:
                _restore(connection, trace, desk)
    except IntegrityError as error:
        raise Conflict("同一对象已经有了新的决定，没有撤销。", advice="请看历史。") from error
    for trace in decided:
        _AFTERWARDS.get(trace["table_name"], _nothing)(connection, trace["after"], desk)
    return {"revision": revision, "undone": [_words(t) for t in decided]}


def _decided(traces: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [t for t in traces if t["table_name"] in TITLES]


def _require_undoable(
    connection: Connection, revision: int, decided: Sequence[Mapping[str, Any]], desk: Desk
) -> None:
    """Raise why an act cannot be undone now, if it cannot."""
    for trace in decided:
        table, row = trace["table_name"], trace["after"]
        act, subject = _ASKED[table]
        about = subject.format(**row)
        withholding.require_seen(connection, desk, *_subjects(row))
        permitting.require_on(connection, desk.reference.permissions, desk.actor, act, about)
        if trace["later"]:
            raise Conflict(
                f"第 {revision} 次变更之后，同一条记录又有人改过，没有撤销。",
                advice="请看历史，再决定怎样改。",
            )
        if row["withdrawn_at"] is not None:
            own = [t["row_id"] for t in decided if t["table_name"] == table]
            if undoing.answered_anew(connection, table, row, own):
                raise Conflict("同一对象已经有了新的决定，没有撤销。", advice="请看历史。")
        elif table == "attachment":
            attached = attachments.attachment(connection, trace["row_id"])
            attachments.require_unused(connection, attached)


def _subjects(row: Mapping[str, Any]) -> list[str]:
    """What a decision is about."""
    if "place_id" in row:
        return [f"place:{row['place_id']}"]
    return str(row.get("pair") or row.get("subject") or "").split("|")


_ASKED: Mapping[str, tuple[str, str]] = {
    "waiver": ("findings.waive", "waiver:{id}"),
    "naming_answer": ("findings.answer", "place:{place_id}"),
    "road_decision": ("findings.answer", "road_decision:{id}"),
    "attachment": ("attachments.add", "attachment:{id}"),
}
"""The act that each decision is, and on what: who may not do it, may not undo it."""


def _restore(connection: Connection, trace: Mapping[str, Any], desk: Desk) -> None:
    if trace["after"]["withdrawn_at"] is None:
        undoing.withdraw(connection, trace["table_name"], trace["row_id"], desk.person)
    else:
        undoing.reinstate(connection, trace["table_name"], trace["row_id"])


def _words(trace: Mapping[str, Any]) -> str:
    taken_back = trace["after"]["withdrawn_at"] is not None
    return f"{'撤回' if taken_back else ''}{TITLES[trace['table_name']]}"


def _waiver(connection: Connection, row: Mapping[str, Any], desk: Desk) -> None:
    waiving.refresh(connection, row["rule_id"], _pair(row["pair"]), desk.on)


def _answer(connection: Connection, row: Mapping[str, Any], desk: Desk) -> None:
    rejudge(
        connection,
        [f"place:{row['place_id']}"],
        answering_unnamed.RULES,
        reference=desk.reference,
        profile=desk.profile,
        on=desk.on,
    )


def _road(connection: Connection, row: Mapping[str, Any], desk: Desk) -> None:
    deciding_roads.refresh(
        connection,
        _pair(row["pair"]),
        reference=desk.reference,
        profile=desk.profile,
        on=desk.on,
    )


def _pair(written: str) -> tuple[str, str]:
    first, _, second = written.partition("|")
    return ordered_pair(first, second)


def _nothing(connection: Connection, row: Mapping[str, Any], desk: Desk) -> None:
    """Nothing follows from an attachment."""


_AFTERWARDS: Mapping[str, Callable[[Connection, Mapping[str, Any], Desk], None]] = {
    "waiver": _waiver,
    "naming_answer": _answer,
    "road_decision": _road,
}
