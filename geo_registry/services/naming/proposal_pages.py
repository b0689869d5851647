"""Proposals as they are listed and shown: one line, or the whole dossier with what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.procedure import KIND_TITLES, STEP_TITLES, ProposalKind
from geo_registry.domain.proposal import (
    ACT_TITLES,
    CLOSED,
    STATE_TITLES,
    State,
    deadlines,
    mismatched,
    missing_papers,
)
from geo_registry.domain.proposal_steps import next_act
from geo_registry.services.accountability import attachments
from geo_registry.services.naming.announcing import (
    announcement_fields,
    located_in,
    romanized,
    stated_or_computed,
)
from geo_registry.services.naming.proposal_acts import acts_now
from geo_registry.services.naming.proposals import found, standing
from geo_registry.services.naming.road_descriptions import Description, describe
from geo_registry.services.reports import deadlines as clocks
from geo_registry.store import proposals as store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.proposals import StoredProposal

LONGEST_PAGE = 500


DONE_TITLES: Mapping[str, str] = {"propose": "申报", **{a.value: t for a, t in ACT_TITLES.items()}}
"""What was done in a step of a proposal → what it is called."""


def page(
    connection: Connection,
    *,
    states: Sequence[str] = (),
    kinds: Sequence[str] = (),
    town: str = "",
    batch: int | None = None,
    words: str = "",
    before: int | None = None,
    limit: int = 50,
    desk: Desk,
) -> dict[str, Any]:
    """A page of proposals in the towns of the person, the newest first.

    ``before`` is the last id of the page before; ``next`` in the answer is what to ask with, or
    None. ``open`` among the states stands for all that are not closed. Raises
    :class:`BadRequest` for an unknown state or kind.
    """
    states = _opened(states)
    _require_known("状态", states, {s.value: t for s, t in STATE_TITLES.items()})
    _require_known("事项", kinds, {k.value: t for k, t in KIND_TITLES.items()})
    if not 1 <= limit <= LONGEST_PAGE:
        raise BadRequest(f"一页应为 1 到 {LONGEST_PAGE} 条。")
    mine = desk.actor.towns
    towns = {town} & mine if town and mine else {town} if town else mine
    rows = store.page_of_proposals(
        connection, states=list(states) or None, kinds=list(kinds) or None,
        towns=towns if town or mine else None, batch=batch, words=words.strip() or None,
        before=before, limit=limit + 1,
    )  # fmt: skip
    shown = rows[:limit]
    return {
        "items": [line(r, desk) for r in shown],
        "next": shown[-1].id if len(rows) > limit else None,
    }


def counts(connection: Connection, *, desk: Desk) -> dict[str, Any]:
    """How many proposals stand in each state, in the towns of the person."""
    by_state = store.count_by_state(connection, desk.actor.towns or None)
    return {
        "total": sum(by_state.values()),
        "states": [
            {"state": s.value, "title": STATE_TITLES[s], "count": by_state.get(s.value, 0)}
            for s in State
        ],
        "overdue": len(clocks.listed(connection, kinds=("proposal",), desk=desk)),
    }


def line(stored: StoredProposal, desk: Desk) -> dict[str, Any]:
    """A proposal in one line, with its next step and the clock that ends first."""
    dossier, row = stored.dossier, stored.row
    running = deadlines(dossier, desk.reference.procedure, desk.reference.calendar)
    act = next_act(dossier, desk.reference.procedure)
    return standing(stored) | {
        "kind_title": KIND_TITLES[dossier.kind],
        "place": f"place:{stored.place_id}",
        "place_class": dossier.place_class,
        "class_title": PLACE_CLASSES.get(dossier.place_class, dossier.place_class),
        "town_code": row["town_code"],
        "town_name": row["town_name"] or "",
        "village_name": row["village_name"] or "",
        "applicant": row["applicant"],
        "proposed_on": dossier.proposed_on,
        "verdict": row["check_verdict"],
        "batch": row["batch_id"],
        "next": None if act is None else {"act": act.value, "title": ACT_TITLES[act]},
        "due": None
        if not running
        else {
            "what": running[0].term.title,
            "due": running[0].due,
            "overdue": running[0].overdue(desk.on),
            "text": f"{running[0].term.title}{running[0].in_words(desk.on)}",
        },
        "sample": row["sample"],
        "person": row["person"],
    }


def show(connection: Connection, proposal_id: int, *, desk: Desk) -> dict[str, Any]:
    """The whole dossier: steps, papers and those missing, clocks, acts possible now, the fields."""
    stored = found(connection, proposal_id)
    dossier, procedure = stored.dossier, desk.reference.procedure
    described = describe(connection, [stored.place_id], desk=desk).get(stored.place_id)
    description = stated_or_computed(stored, described or Description())
    approver = procedure.approver(dossier.place_class)
    return line(stored, desk) | {
        "romanized": romanized(stored, desk),
        "located_in": located_in(stored, description, desk),
        "direction": description.direction,
        "length_m": description.length_m,
        "width_m": description.width_m,
        "ends": description.ends,
        "effective_on": dossier.effective_on,
        "shown_until": dossier.shown_until,
        "filed_on": dossier.filed_on,
        "announced_on": dossier.announced_on,
        "signed_on": dossier.signed_on,
        "protected": dossier.protected,
        "report": stored.row["check_sha256"],
        "approver": None
        if approver is None
        else {"title": approver.title, "basis": approver.basis, "confirmed": approver.confirmed},
        "approver_expected": mismatched(dossier, dossier.authority, procedure)
        if dossier.authority
        else "",
        "course": [
            {"step": s.value, "title": STEP_TITLES[s], "required": s in course.required}
            for course in [procedure.course(dossier.kind, dossier.place_class)]
            for s in course.steps
        ],
        "possible": acts_now(stored, desk=desk),
        "steps": [_step(s) for s in store.steps_of(connection, proposal_id)],
        "papers": [
            p | {"recorded_at": p["recorded_at"].isoformat()}
            for p in store.papers_of(connection, proposal_id)
        ],
        "attachments": [
            attachments.described(a)
            for a in attachments.attachments_of(connection, stored.subject)
        ],
        "missing": [
            {"kind": p.id, "title": p.title, "by": p.by.value, "by_title": STEP_TITLES[p.by],
             "basis": p.basis, "confirmed": p.confirmed}
            for p in missing_papers(dossier, procedure)
        ],
        "deadlines": [
            clocks.described(clocks.Due(stored.subject, dossier.title, d, stored.town), desk.on)
            for d in deadlines(dossier, procedure, desk.reference.calendar)
        ],
        "announcement": stored.row["announcement"]
        or announcement_fields(connection, stored, desk=desk),
    }  # fmt: skip


def _step(row: dict[str, Any]) -> dict[str, Any]:
    titles = DONE_TITLES
    return row | {
        "act_title": titles[row["act"]],
        "state_title": STATE_TITLES[State(row["state_after"])],
        "recorded_at": row["recorded_at"].isoformat(),
    }


def kind_of(word: str) -> ProposalKind:
    """A kind from its key or its Chinese word; :class:`BadRequest` naming the known ones."""
    for kind, title in KIND_TITLES.items():
        if word.strip() in {kind.value, title}:
            return kind
    known = "、".join(f"{k.value}（{t}）" for k, t in KIND_TITLES.items())
    raise BadRequest(f"没有“{word[:20]}”这种事项。", advice=f"可用：{known}。")


def _opened(states: Sequence[str]) -> list[str]:
    """The states that are meant; ``open`` stands for all that are not closed."""
    every = [s.value for s in State if s not in CLOSED]
    return [s for word in states for s in (every if word == "open" else [word])]


def _require_known(what: str, given: Sequence[str], known: dict[str, str]) -> None:
    for word in given:
        if word not in known:
            listed = "、".join(f"{k}（{t}）" for k, t in known.items())
            raise BadRequest(f"没有“{word[:20]}”这种{what}。", advice=f"可用：{listed}。")
