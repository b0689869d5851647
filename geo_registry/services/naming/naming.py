"""What people do with names: propose, withdraw, approve, name, rename, merge, abolish, correct.

Each act locks the places it concerns, asks the domain what changes, and writes rows and an event;
the door opened the transaction and commits it. Ids of rows are those of ``registry.place_name``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from geo_registry.domain import naming as life
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.domain.naming import Change
from geo_registry.services.accountability import withholding
from geo_registry.services.desk import Desk
from geo_registry.services.names import checking
from geo_registry.services.naming.name_guards import (
    judged,
    require_fit,
    require_free,
    require_undecided,
)
from geo_registry.services.naming.new_places import NewPlace, register
from geo_registry.store import naming as store
from geo_registry.store.naming import EventRow, HeldPlace
from geo_registry.store.papers import document_of
from geo_registry.store.proposals import open_proposal_of_name
from geo_registry.store.writing import in_turn

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.toponym import Toponym
    from geo_registry.services.names.checking import NameCheck

MAX_REASON = 2000
FURTHEST_DAYS = 366
"""A name can be given at most a year ahead; a later day is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What an authority decided: on what paper, from which day on.

    ``despite`` is the clerk's reason to give a name that a rule calls wrong.
    """

    authority: str
    effective_on: date
    number: str = ""
    title: str = ""
    dated_on: date | None = None
    reason: str = ""
    despite: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did: the place, the row of its name (where one was written), the event."""

    place_id: int
    event_id: int
    name_id: int | None = None
    check: NameCheck | None = None

    @property
    def subject(self) -> str:
        """The subject id of the place."""
        return f"place:{self.place_id}"


def propose(
    connection: Connection,
    place: int | NewPlace,
    name: str,
    *,
    reason: str,
    despite: str = "",
    desk: Desk,
) -> Done:
    """Put a name forward for a place, or for a new place that is registered with it.

    Raises :class:`Conflict` where the name is given elsewhere in its scope, :class:`Refused`
    where a rule forbids it (``despite`` overrules an error, never a prohibition).
    """
    reason = _said(reason, "申报理由")
    if isinstance(place, NewPlace):
        place_id = register(connection, place, desk.profile)
        _refuse_twice(connection, place_id, place, name)
    else:
        place_id = place
    held = _held(connection, place_id)
    toponym = checking.toponym_of(name, held.place_class, desk.reference)
    change = life.propose(held.life, toponym.full)
    check = _checked(connection, held, toponym, desk, despite)
    written = _write(connection, held, change, toponym)
    event = EventRow(
        held.id, change.event, desk.person, name_id=written[0], reason=_why(reason, despite)
    )
    return Done(held.id, store.insert_event(connection, event), written[0], check)


def _refuse_twice(connection: Connection, place_id: int, new: NewPlace, name: str) -> None:
    """A second click on a new place: the same name waits for the very same shape already."""
    shape = new.geometry.wkb
    in_turn(connection, "new_place", name.strip(), shape.hex())
    twice = store.same_drawn(connection, name.strip(), shape, but=place_id)
    if twice is not None:
        raise Conflict(f"同一处地方的“{name.strip()}”已经申报（place:{twice}），没有重复登记。")


def withdraw(
    connection: Connection, proposal: int, *, reason: str, of_dossier: int | None = None, desk: Desk
) -> Done:
    """Take a pending proposal back; :class:`Conflict` where somebody has decided it.

    ``of_dossier`` is the proposal (申报) that acts; a name that belongs to another is refused.
    """
    _require_own(connection, proposal, of_dossier)
    reason = _said(reason, "撤回理由")
    held = _held_by_name(connection, proposal)
    require_undecided(connection, held, proposal)
    change = life.withdraw(held.life, proposal)
    _write(connection, held, change, None)
    event = EventRow(held.id, change.event, desk.person, ended_name_id=proposal, reason=reason)
    return Done(held.id, store.insert_event(connection, event))


def approve(
    connection: Connection,
    proposal: int,
    decision: Decision,
    *,
    of_dossier: int | None = None,
    desk: Desk,
) -> Done:
    """Make a proposal the standard name of its place from a day on.

    Of two clerks who approve one name at once exactly one succeeds; the other gets a
    :class:`Conflict` that says who was first. ``of_dossier`` as for :func:`withdraw`.
    """
    _require_own(connection, proposal, of_dossier)
    held = _held_by_name(connection, proposal)
    require_undecided(connection, held, proposal)
    change = life.approve(held.life, proposal, decision.effective_on)
    return _give(connection, held, change, decision, desk)


def name_place(
    connection: Connection, place_id: int, name: str, decision: Decision, *, desk: Desk
) -> Done:
    """Give a place its first standard name without a proposal before."""
    held = _held(connection, place_id)
    toponym = checking.toponym_of(name, held.place_class, desk.reference)
    change = life.name(held.life, toponym.full, decision.effective_on)
    return _give(connection, held, change, decision, desk)


def rename(
    connection: Connection, place_id: int, name: str, decision: Decision, *, desk: Desk
) -> Done:
    """Give a place another standard name; the ones in force end on that day and are kept."""
    held = _held(connection, place_id)
    toponym = checking.toponym_of(name, held.place_class, desk.reference)
    change = life.rename(held.life, toponym.full, decision.effective_on)
    return _give(connection, held, change, decision, desk)


def merge(
    connection: Connection,
    places: Sequence[int],
    heir: int,
    decision: Decision,
    *,
    desk: Desk,
) -> list[Done]:
    """Make places part of an heir: segments move, ids lead there, names become its former names.

    Raises :class:`Refused` where a place is gone already, of another family, or the heir itself.
    """
    _require_passed(decision, desk)
    gone = list(dict.fromkeys(places))
    if not gone or heir in gone:
        raise BadRequest("请指明并入的地方，而且不能并入自身。")
    held = store.hold(connection, [*gone, heir])
    missing = [i for i in (*gone, heir) if i not in held]
    if missing:
        raise NotFound(f"没有编号为 place:{missing[0]} 的地方。")
    goes_on = held[heir]
    for place in (held[i] for i in gone):
        if _family(place) != _family(goes_on):
            raise Refused("只有同一类地方可以合并，例如道路并入道路。")
    done = []
    for place in (held[i] for i in gone):
        change = life.merge_into(place.life, decision.effective_on)
        inherited = life.inherit(goes_on.life, place.life.current, decision.effective_on)
        _write(connection, place, change, None)
        store.retire(connection, place.id, goes_on.id)
        _write(connection, goes_on, inherited, None)
        goes_on = store.hold(connection, [heir])[heir]
        event = _event(connection, place, change, decision, desk, name_id=None, heir_id=heir)
        done.append(Done(place.id, event))
    store.lengthen(connection, heir)
    return done


def abolish(connection: Connection, place_id: int, decision: Decision, *, desk: Desk) -> Done:
    """End a place that no longer exists; its names stay on record with their last day."""
    _require_passed(decision, desk)
    held = _held(connection, place_id)
    change = life.abolish(held.life, decision.effective_on)
    _write(connection, held, change, None)
    store.retire(connection, held.id, None)
    return Done(held.id, _event(connection, held, change, decision, desk, name_id=None))


def correct(
    connection: Connection,
    name_id: int,
    *,
    full: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    unbounded: Sequence[str] = (),
    reason: str,
    despite: str = "",
    desk: Desk,
) -> Done:
    """Replace a wrong row of a name by a right one; the wrong one stays, superseded.

    A new wording is judged like a new name. ``unbounded`` names the ends to be left open.
    """
    reason = _said(reason, "更正理由")
    held = _held_by_name(connection, name_id)
    toponym = None
    if full is not None:
        toponym = checking.toponym_of(full, held.place_class, desk.reference)
        full = toponym.full
    change = life.correct(
        held.life,
        name_id,
        full=full,
        valid_from=valid_from,
        valid_to=valid_to,
        unbounded=unbounded,
    )
    check = None
    row = next(n for n in held.life.names if n.id == name_id)
    if toponym is not None and change.writes[0].reworded and row.given:
        check = _checked(connection, held, toponym, desk, despite)
    written = _write(connection, held, change, toponym)
    event = EventRow(
        held.id,
        change.event,
        desk.person,
        name_id=written[0],
        ended_name_id=change.ends,
        reason=_why(reason, despite),
    )
    return Done(held.id, store.insert_event(connection, event), written[0], check)


# ---- steps --------------------------------------------------------------------------------------


def _give(
    connection: Connection, held: HeldPlace, change: Change, decision: Decision, desk: Desk
) -> Done:
    if decision.effective_on > desk.on + timedelta(days=FURTHEST_DAYS):
        raise BadRequest(f"启用日期 {decision.effective_on} 太远，请核对。")
    full = change.writes[-1].full
    toponym = checking.toponym_of(full, held.place_class, desk.reference)
    check = _checked(connection, held, toponym, desk, decision.despite, decision.effective_on)
    document = _document(connection, decision, full)
    written = _write(
        connection, held, change, toponym, authority=decision.authority, document_id=document
    )
    name_id = written[-1]
    event = _event(connection, held, change, decision, desk, name_id=name_id, document_id=document)
    return Done(held.id, event, name_id, check)


def _checked(
    connection: Connection,
    held: HeldPlace,
    toponym: Toponym,
    desk: Desk,
    despite: str,
    effective_on: date | None = None,
) -> NameCheck:
    on = min(effective_on or desk.on, desk.on)
    hidden = withholding.hidden_from(connection, desk)
    require_free(
        connection, held, toponym, on=on, reference=desk.reference, profile=desk.profile,
        hidden=hidden,
    )  # fmt: skip
    check = judged(
        connection, held, toponym, on=desk.on, reference=desk.reference, profile=desk.profile
    )
    require_fit(check, held.subject, despite, hidden)
    return withholding.without(check, hidden)


def _write(
    connection: Connection,
    held: HeldPlace,
    change: Change,
    toponym: Toponym | None,
    *,
    authority: str = "",
    document_id: int | None = None,
) -> list[int]:
    """Record a change; the row that gives a name gets its toponym, authority and document."""
    store.supersede(connection, change.supersedes)
    written = []
    for writing in change.writes:
        gives = change.gives and writing is change.writes[-1]
        fresh = writing.based_on is None or writing.reworded
        written.append(
            store.write_name(
                connection,
                held.id,
                writing,
                toponym=toponym if gives and fresh else None,
                authority=authority if gives and change.event != "corrected" else None,
                document_id=document_id,
            )
        )
    return written


def _event(
    connection: Connection,
    held: HeldPlace,
    change: Change,
    decision: Decision,
    desk: Desk,
    *,
    name_id: int | None,
    heir_id: int | None = None,
    document_id: int | None = None,
) -> int:
    if document_id is None:
        document_id = _document(connection, decision, "")
    return store.insert_event(
        connection,
        EventRow(
            held.id,
            change.event,
            desk.person,
            name_id=name_id,
            ended_name_id=change.ends,
            heir_id=heir_id,
            effective_on=decision.effective_on,
            authority=_said(decision.authority, "批准机关"),
            document_id=document_id,
            reason=_why(decision.reason.strip(), decision.despite),
        ),
    )


def _document(connection: Connection, decision: Decision, name: str) -> int | None:
    authority = _said(decision.authority, "批准机关")
    if not (decision.number.strip() or decision.title.strip()):
        return None
    title = decision.title.strip() or (f"关于“{name}”的批复" if name else "批复")
    return document_of(
        connection,
        title=title,
        number=decision.number.strip(),
        authority=authority,
        dated_on=decision.dated_on,
    )


def _held(connection: Connection, place_id: int) -> HeldPlace:
    found = store.hold(connection, [place_id]).get(place_id)
    if found is None:
        raise NotFound(f"没有编号为 place:{place_id} 的地方。")
    return found


def _held_by_name(connection: Connection, name_id: int) -> HeldPlace:
    place_id = store.place_of_name(connection, name_id)
    if place_id is None:
        raise NotFound(f"没有编号为 {name_id} 的名称记录。")
    return _held(connection, place_id)


def _require_own(connection: Connection, name_id: int, of_dossier: int | None) -> None:
    """A name that came with a proposal is decided there, with its papers and steps."""
    dossier = open_proposal_of_name(connection, name_id)
    if dossier is not None and dossier != of_dossier:
        raise Refused(
            f"这个拟用名在办申报 proposal:{dossier} 中，不能单独批准或撤回。",
            advice="请在申报中办理。",
        )


def _require_passed(decision: Decision, desk: Desk) -> None:
    if decision.effective_on > desk.on:
        raise Refused("合并、注销请在生效当日或之后登记。")


def _family(place: HeldPlace) -> str:
    return place.place_class.split(".")[0]


def _said(words: str, what: str) -> str:
    words = words.strip()
    if not words:
        raise BadRequest(f"请写明{what}。")
    if len(words) > MAX_REASON:
        raise BadRequest(f"{what}有 {len(words)} 个字，请控制在 {MAX_REASON} 字以内。")
    return words


def _why(reason: str, despite: str) -> str:
    despite = despite.strip()
    return f"{reason}（核查有异议仍予使用的理由：{despite}）" if despite else reason
