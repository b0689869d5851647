"""Proposals (申报): put one forward, find it, add papers; the steps are ``proposal_steps``.

The acts on names themselves stay in :mod:`geo_registry.services.naming.naming`, which this calls: a
proposed name is checked and kept as a pending name of its place, a decision gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Conflict, Forbidden, NotFound, Refused, Stale
from geo_registry.domain.place import NameKind
from geo_registry.domain.procedure import KIND_TITLES, ProposalKind
from geo_registry.domain.proposal import CLOSED, STATE_TITLES, Dossier
from geo_registry.services.accountability import attachments, withholding
from geo_registry.services.naming import naming
from geo_registry.services.naming.new_places import NewPlace
from geo_registry.store import divisions
from geo_registry.store import proposals as store
from geo_registry.store.naming import hold
from geo_registry.store.proposals import PaperRow, StoredProposal
from geo_registry.store.writing import in_turn

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.services.names.checking import NameCheck
    from geo_registry.store.naming import HeldPlace

MAX_WORDS = 4000
GIVING = frozenset({ProposalKind.NAME, ProposalKind.RENAME})
"""Kinds that put a new name forward."""


@dataclass(frozen=True, slots=True)
class PaperFiled:
    """A paper that comes with a step: what it is, and its file where there is one."""

    kind: str
    title: str = ""
    number: str = ""
    dated_on: date | None = None
    content: bytes | Path | None = None
    file_name: str = ""
    attachment: int | None = None
    """The attachment of the proposal that is the file, where it was sent before."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the applicant states of a road; what is left out is computed from its geometry."""

    direction: str = ""
    starts_at: str = ""
    ends_at: str = ""
    length_m: float | None = None
    width_m: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal as it comes in.

    ``place``: the place, or one to be registered with its first name (kind ``name`` only).
    ``heir``: of a merger, the place that goes on. ``corrects``: the row of the name to be put
    right. ``despite`` overrules a rule's error with a reason, never a prohibition.
    """

    kind: ProposalKind
    place: int | NewPlace
    applicant: str
    reason: str
    name: str = ""
    heir: int | None = None
    corrects: int | None = None
    despite: str = ""
    proposed_on: date | None = None
    stated: Stated = Stated()
    papers: tuple[PaperFiled, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of it: the proposal, and the verdict on its name (None: no name was proposed)."""

    stored: StoredProposal
    check: NameCheck | None = None


def propose(
    connection: Connection,
    asked: Asked,
    *,
    desk: Desk,
    batch: tuple[int, int] | None = None,
    sample: bool = False,
) -> Proposed:
    """Put a proposal forward; ``batch`` is the imported file and the row it stands in.

    Raises :class:`Refused` for a name that a rule forbids and a kind that does not fit the place;
    :class:`Forbidden` for a place outside the person's towns; :class:`Conflict` where one is open
    for the place.
    """
    applicant, reason = said(asked.applicant, "申报单位"), said(asked.reason, "命名理由")
    on = asked.proposed_on or desk.on
    if on > desk.on:
        raise BadRequest(f"申报日期 {on} 还没有到。")
    named = [p for p in (asked.place, asked.heir) if isinstance(p, int)]
    withholding.require_seen(connection, desk, *(f"place:{p}" for p in named))
    _refuse_twice(connection, asked)
    check, name_id, full = None, asked.corrects, asked.name.strip()
    if asked.kind in GIVING:
        if isinstance(asked.place, int):
            _require_kind(_held(connection, asked.place), asked.kind, desk)
        done = naming.propose(
            connection, asked.place, full, reason=reason, despite=asked.despite, desk=desk
        )
        check, name_id, place_id = done.check, done.name_id, done.place_id
        full = check.toponym.full if check else full
    else:
        if isinstance(asked.place, NewPlace):
            raise BadRequest(f"{KIND_TITLES[asked.kind]}只能用于已登记的地方。")
        place_id = asked.place
    place = _held(connection, place_id)
    require_covered(place.codes["town"], desk)
    if asked.kind not in GIVING:
        full, name_id = _ending(connection, place, asked)
    number = store.insert_proposal(
        connection,
        {
            "kind": asked.kind.value, "place_id": place_id, "place_class": place.place_class,
            "name": full, "name_id": name_id, "heir_id": asked.heir,
            "corrects_id": asked.corrects, "applicant": applicant, "reason": reason,
            "proposed_on": on, "since": on, "sample": sample,
            **{f"{k}_code": place.codes[k] for k in ("village", "town", "county")},
            **{n: getattr(asked.stated, n) for n in Stated.__dataclass_fields__},
            "batch_id": batch and batch[0], "batch_row": batch and batch[1],
        },
    )  # fmt: skip
    file_papers(connection, number, asked.papers, desk)
    stored = found(connection, number)
    details = {"applicant": applicant, "verdict": check.verdict if check else ""}
    store.insert_step(connection, number, None, None, stored.dossier, details)
    return Proposed(stored, check)


def file_papers(
    connection: Connection, proposal_id: int, papers: Iterable[PaperFiled], desk: Desk
) -> frozenset[str]:
    """Put papers into a dossier, their files among the attachments; returns their kinds.

    A paper that lies there already, the very same, is not put there again.
    Raises :class:`BadRequest` for an unknown kind, and as ``attachments.attach`` does for files.
    """
    known = paper_titles(desk)
    kinds = set()
    for paper in papers:
        if paper.kind not in known:
            listed = "、".join(f"{k}（{t}）" for k, t in known.items())
            raise BadRequest(f"没有“{paper.kind[:40]}”这种材料。", advice=f"可用：{listed}。")
        row = PaperRow(
            paper.kind, paper.title.strip() or known[paper.kind], paper.number.strip(),
            paper.dated_on, paper.file_name,
        )  # fmt: skip
        if paper.content is not None:
            kept = attachments.attach(
                connection,
                f"proposal:{proposal_id}",
                paper.content,
                file_name=paper.file_name,
                kind=paper.kind,
                title=row.title[:200],
                desk=desk,
            )
            row = replace(row, file_name=kept.file_name, sha256=kept.sha256)
        elif paper.attachment is not None:
            kept = attachments.attachment(connection, paper.attachment)
            if kept.subject != f"proposal:{proposal_id}":
                raise BadRequest(f"附件“{kept.file_name}”不是这件申报的。", advice="请重新上传。")
            row = replace(row, file_name=kept.file_name, sha256=kept.sha256)
        if not store.same_paper(connection, proposal_id, row):
            store.insert_paper(connection, proposal_id, row)
        kinds.add(paper.kind)
    return frozenset(kinds)


OTHER_PAPERS = {
    "assessment": "综合评估报告",
    "town_review": "镇街审核意见",
    "announcement": "公告",
    "filing": "备案表",
    "photo": "照片",
    "other": "其他材料",
}
"""Papers that no row of the procedure asks for and that people keep all the same."""


def paper_titles(desk: Desk) -> Mapping[str, str]:
    """What papers may be kept: those that the procedure asks for, and others, with titles."""
    return {p.id: p.title for p in desk.reference.procedure.papers} | OTHER_PAPERS


def add_papers(
    connection: Connection, proposal_id: int, papers: Sequence[PaperFiled], *, desk: Desk
) -> StoredProposal:
    """Put papers into the dossier of a proposal that is not closed."""
    held = held_for(connection, proposal_id, None, desk)
    if held.dossier.closed:
        raise Conflict(f"{held.dossier.title}{STATE_TITLES[held.dossier.state]}，不再收材料。")
    if not papers:
        raise BadRequest("没有给出材料。")
    file_papers(connection, proposal_id, papers, desk)
    return found(connection, proposal_id)


def protect(
    connection: Connection,
    place_id: int,
    *,
    list_title: str,
    listed_on: date,
    reason: str = "",
    desk: Desk,
) -> int:
    """Put a place on a list of protected names: its renaming then waits for a measure (art. 25)."""
    place = _held(connection, place_id)
    require_covered(place.codes["town"], desk)
    if listed_on > desk.on:
        raise BadRequest(f"列入日期 {listed_on} 还没有到。")
    return store.insert_protected(
        connection,
        {
            "place_id": place_id,
            "list_title": said(list_title, "名录的名称"),
            "reason": reason.strip(),
            "listed_on": listed_on,
        },
    )


def found(connection: Connection, proposal_id: int) -> StoredProposal:
    """A proposal, or :class:`NotFound`."""
    stored = store.find_proposal(connection, proposal_id) if 0 < proposal_id < 2**63 else None
    if stored is None:
        raise NotFound(f"没有编号为 proposal:{proposal_id} 的申报。")
    return stored


def held_for(
    connection: Connection, proposal_id: int, version: int | None, desk: Desk
) -> StoredProposal:
    """A proposal under lock, for a person of its town, at the version their form shows.

    ``version`` None: whatever is there now. Raises :class:`Stale`, carrying what is there now.
    """
    found(connection, proposal_id)
    held = store.hold_proposal(connection, proposal_id)
    if held is None:
        raise NotFound(f"没有编号为 proposal:{proposal_id} 的申报。")
    require_covered(held.town, desk)
    if version is not None and version != held.dossier.version:
        steps = store.steps_of(connection, proposal_id)
        last = steps[-1] if steps else None
        by = f"{last['person']}已" if last else ""
        raise Stale(
            f"{held.dossier.title}在您打开之后{by}办理过，现在是“{STATE_TITLES[held.dossier.state]}”，"
            "您的操作没有执行。",
            current=standing(held),
            advice="请对照现在的内容，再决定是否办理。",
        )
    return held


def standing(stored: StoredProposal) -> dict[str, Any]:
    """Where a proposal stands, in a few plain values: what a stale form is compared with."""
    dossier = stored.dossier
    return {
        "id": stored.id,
        "subject": stored.subject,
        "version": dossier.version,
        "kind": dossier.kind.value,
        "name": dossier.name,
        "state": dossier.state.value,
        "state_title": STATE_TITLES[dossier.state],
        "since": dossier.since,
        "authority": dossier.authority,
        "number": dossier.number,
        "decided_on": dossier.decided_on,
        "reason": stored.row["reason"],
    }


def require_covered(town: str | None, desk: Desk) -> None:
    """Raise :class:`Forbidden` where a place lies outside the towns of the person."""
    if not desk.actor.covers(town):
        raise Forbidden(
            f"{desk.actor.name}负责的镇街不包括这里（{town or '未定镇街'}），不能办理。",
            advice="请由负责该镇街的同事办理，或请管理员调整负责范围。",
        )


def said(words: str, what: str) -> str:
    """Words that have to be there; :class:`BadRequest` where they are not, or too many."""
    words = words.replace("\0", "").strip()
    if not words:
        raise BadRequest(f"请写明{what}。")
    if len(words) > MAX_WORDS:
        raise BadRequest(f"{what}有 {len(words)} 个字，请控制在 {MAX_WORDS} 字以内。")
    return words


def towns_called(connection: Connection, towns: Iterable[str | None]) -> Mapping[str, str]:
    """Names of towns by code."""
    return divisions.names_of(connection, sorted({t for t in towns if t}))


def _held(connection: Connection, place_id: int) -> HeldPlace:
    place = hold(connection, [place_id]).get(place_id)
    if place is None:
        raise NotFound(f"没有编号为 place:{place_id} 的地方。")
    return place


def _require_kind(place: HeldPlace, kind: ProposalKind, desk: Desk) -> None:
    """A first name is for a place without one, a new name for a place that has one."""
    had = [n for n in place.life.current if n.kind is NameKind.STANDARD and n.in_force(desk.on)]
    if kind is ProposalKind.NAME and had:
        raise Refused(f"这处地方已有标准名称“{had[0].full}”，不能申请命名。", advice="请办理更名。")
    if kind is ProposalKind.RENAME and not had:
        raise Refused("这处地方没有标准名称，不能申请更名。", advice="请办理命名。")


def _ending(connection: Connection, place: HeldPlace, asked: Asked) -> tuple[str, int | None]:
    """The name that a merger, an end or a correction speaks of, and its row."""
    standard = [n for n in place.life.current if n.kind is NameKind.STANDARD and n.valid_to is None]
    if asked.kind is ProposalKind.CORRECT:
        row = next((n for n in place.life.current if n.id == asked.corrects), None)
        if row is None:
            raise NotFound(f"place:{place.id} 没有编号为 {asked.corrects} 的现行名称记录。")
        return said(asked.name, "更正后的名称"), row.id
    if asked.kind is ProposalKind.MERGE:
        if asked.heir is None or asked.heir == place.id:
            raise BadRequest("请指明并入的地方，而且不能并入自身。")
        _held(connection, asked.heir)
    if place.life.retired:
        raise Refused("这处地方已经注销或并入他处。")
    return (standard[0].full, standard[0].id) if standard else ("（未命名）", None)


def _refuse_twice(connection: Connection, asked: Asked) -> None:
    """A second click on a new place: the same name for the very same shape is open already."""
    if not isinstance(asked.place, NewPlace) or not asked.name.strip():
        return
    name, shape = asked.name.strip(), asked.place.geometry.wkb
    in_turn(connection, "proposal", name, shape.hex())
    twice = store.same_drawn(connection, name, shape)
    if twice is not None:
        raise Conflict(f"同一处地方的“{name}”已经申报（proposal:{twice}），没有重复申报。")


def is_open(dossier: Dossier) -> bool:
    """Whether a proposal still waits for something."""
    return dossier.state not in CLOSED
