"""The steps of a proposal, one function each: from the pre-check to the publication.

Every step names the ``version`` that the person's form showed; another one raises
:class:`~geo_registry.domain.errors.Stale`, and nothing changes. ``on`` is the day on which the step
happened (None: today). What the order, the papers and the days allow is
:func:`geo_registry.domain.proposal_steps.take`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.procedure import ProposalKind
from geo_registry.domain.proposal import Act, Dossier, Taken
from geo_registry.domain.proposal_steps import take
from geo_registry.services.accountability import withholding
from geo_registry.services.names import reporting
from geo_registry.services.naming import naming
from geo_registry.services.naming.announcing import announcement_fields, require_public
from geo_registry.services.naming.naming import Decision
from geo_registry.services.naming.proposals import (
    GIVING,
    PaperFiled,
    file_papers,
    found,
    held_for,
    said,
)
from geo_registry.store import proposals as store
from geo_registry.store.papers import document_of
from geo_registry.store.proposals import StoredProposal

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Opinion:
    """What villagers or experts said: ``who`` was asked, how many, how many agreed."""

    who: str
    words: str
    asked: int | None = None
    agreed: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The paper of the authority: 批复."""

    authority: str
    number: str
    decided_on: date
    effective_on: date | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Which proposal a person's form shows, at which version; None: whatever is there now."""

    proposal_id: int
    version: int | None = None


def amend(
    connection: Connection, form: Form, *, reason: str, name: str = "", despite: str = "",
    papers: Sequence[PaperFiled] = (), on: date | None = None, desk: Desk,
) -> StoredProposal:  # fmt: skip
    """Change what was proposed, before it is decided; the steps start again at the pre-check."""
    held = held_for(connection, form.proposal_id, form.version, desk)
    full = name.strip()
    if full and held.dossier.kind not in GIVING:
        raise BadRequest("这类申请没有拟用名称可改。")
    more: dict[str, Any] = {"check_sha256": None, "check_verdict": ""}
    taken = Taken(Act.AMEND, on or desk.on, reason, despite, name=full)
    take(held.dossier, taken, desk.reference.procedure, desk.on)
    if full and full != held.dossier.name:
        naming.withdraw(
            connection, held.row["name_id"], reason=reason, of_dossier=held.id, desk=desk
        )
        done = naming.propose(
            connection, held.place_id, full, reason=reason, despite=despite, desk=desk
        )
        more["name_id"] = done.name_id
        if done.check is not None:
            taken = replace(taken, name=done.check.toponym.full)
    details = {"name_before": held.dossier.name, "name": taken.name or held.dossier.name}
    return _step(connection, held, taken, desk, papers, details, more)


def precheck(
    connection: Connection, form: Form, *, reason: str = "", on: date | None = None, desk: Desk
) -> StoredProposal:
    """Check the name once more and attach the report, which can be verified by its hash."""
    held = held_for(connection, form.proposal_id, form.version, desk)
    taken = Taken(Act.PRECHECK, on or desk.on, reason)
    take(held.dossier, taken, desk.reference.procedure, desk.on)
    report = reporting.name_report(
        connection, name=held.dossier.name, place_class=held.dossier.place_class,
        at=f"place:{held.place_id}", reference=desk.reference, profile=desk.profile, on=desk.on,
        hidden=withholding.hidden_from(connection, desk),
    )  # fmt: skip
    reporting.issue(connection, report)
    verdict = str(report.content["check"]["verdict"])
    details = {
        "verdict": verdict,
        "report": report.sha256,
        "findings": [
            {"rule_id": f["rule_id"], "title": f["title"], "message": f["message"]}
            for f in report.content["check"]["findings"]
        ],
    }
    more = {"check_sha256": report.sha256, "check_verdict": verdict}
    return _step(connection, held, taken, desk, (), details, more)


def hear(
    connection: Connection, form: Form, opinion: Opinion, *,
    papers: Sequence[PaperFiled] = (), on: date | None = None, desk: Desk,
) -> StoredProposal:  # fmt: skip
    """Record what villagers or experts said; may be taken more than once."""
    details = {
        "who": said(opinion.who, "征求了谁的意见"), "opinion": said(opinion.words, "意见"),
        "asked": opinion.asked, "agreed": opinion.agreed,
    }  # fmt: skip
    asked, agreed = opinion.asked, opinion.agreed
    if asked is not None and agreed is not None and not 0 <= agreed <= asked:
        raise BadRequest(f"同意 {agreed} 人，征求 {asked} 人，两个数对不上。")
    taken = Taken(Act.HEAR, on or desk.on, opinion.words)
    return _taken(connection, form, taken, desk, papers, details)


def review(
    connection: Connection, form: Form, *, opinion: str, despite: str = "",
    papers: Sequence[PaperFiled] = (), on: date | None = None, desk: Desk,
) -> StoredProposal:  # fmt: skip
    """The town agrees; where it does not, the proposal is returned or refused."""
    taken = Taken(Act.REVIEW, on or desk.on, said(opinion, "镇街的审核意见"), despite)
    return _taken(connection, form, taken, desk, papers, {})


def consult(
    connection: Connection, form: Form, *, until: date, channel: str, despite: str = "",
    on: date | None = None, desk: Desk,
) -> StoredProposal:  # fmt: skip
    """Show the proposal to the public (征求意见、公示) until a day."""
    taken = Taken(Act.CONSULT, on or desk.on, despite=despite, until=until)
    details = {"channel": said(channel, "在哪里公示"), "until": until.isoformat()}
    return _taken(connection, form, taken, desk, (), details)


def conclude(
    connection: Connection, form: Form, *, outcome: str, objections: int = 0,
    papers: Sequence[PaperFiled] = (), on: date | None = None, desk: Desk,
) -> StoredProposal:  # fmt: skip
    """End the public consultation once its time is over, with what came of it."""
    taken = Taken(Act.CONCLUDE, on or desk.on, said(outcome, "公示的结果"))
    return _taken(connection, form, taken, desk, papers, {"objections": objections})


def endorse(
    connection: Connection, form: Form, *, opinion: str, despite: str = "",
    papers: Sequence[PaperFiled] = (), on: date | None = None, desk: Desk,
) -> StoredProposal:  # fmt: skip
    """Internal review: the bureau puts the proposal before the authority. It decides nothing."""
    taken = Taken(Act.ENDORSE, on or desk.on, said(opinion, "审查意见"), despite)
    return _taken(connection, form, taken, desk, papers, {})


def decide(
    connection: Connection, form: Form, reply: Reply, *, despite: str = "",
    papers: Sequence[PaperFiled] = (), desk: Desk,
) -> StoredProposal:  # fmt: skip
    """Record the authority's decision; the name changes with it.

    Of two clerks who record one name at once exactly one succeeds: the other is told who was first
    (:class:`Conflict`), whether it is the same proposal or another one with the same name.
    """
    held = held_for(connection, form.proposal_id, form.version, desk)
    taken = Taken(
        Act.DECIDE, reply.decided_on, despite=despite, authority=reply.authority,
        number=reply.number, effective_on=reply.effective_on,
    )  # fmt: skip
    kinds = file_papers(connection, held.id, papers, desk)
    dossier = replace(held.dossier, papers=held.dossier.papers | kinds)
    after = take(dossier, taken, desk.reference.procedure, desk.on)
    decision = Decision(
        authority=after.authority, effective_on=after.effective_on or reply.decided_on,
        number=after.number, title=reply.title, dated_on=reply.decided_on,
        reason=held.row["reason"], despite=despite,
    )  # fmt: skip
    name_id = _carry_out(connection, held, decision, desk)
    document = document_of(
        connection, title=reply.title.strip() or f"关于{held.dossier.title}的批复",
        number=after.number, authority=after.authority, dated_on=reply.decided_on,
    )  # fmt: skip
    details = {"authority": after.authority, "number": after.number,
               "effective_on": decision.effective_on.isoformat()}  # fmt: skip
    store.write_state(connection, held.id, after, name_id=name_id, document_id=document)
    store.insert_step(connection, held.id, taken, held.dossier, after, details)
    return found(connection, held.id)


def file(
    connection: Connection, form: Form, *, filed_with: str, number: str = "",
    papers: Sequence[PaperFiled] = (), on: date | None = None, desk: Desk,
) -> StoredProposal:  # fmt: skip
    """备案: report the decision to the next higher place, due within 15 days of the approval."""
    details = {"filed_with": said(filed_with, "报给哪个机关备案"), "number": number.strip()}
    return _taken(connection, form, Taken(Act.FILE, on or desk.on), desk, papers, details)


def announce(
    connection: Connection, form: Form, *, channel: str, fields: Mapping[str, str] | None = None,
    papers: Sequence[PaperFiled] = (), on: date | None = None, desk: Desk,
) -> StoredProposal:  # fmt: skip
    """公告: six fields, computed from the register unless given; refused while one is empty."""
    held = held_for(connection, form.proposal_id, form.version, desk)
    require_public(connection, held)
    shown = {**announcement_fields(connection, held, desk=desk), **(fields or {})}
    taken = Taken(Act.ANNOUNCE, on or desk.on, fields=shown)
    details = {"channel": said(channel, "在哪里公告"), "fields": shown}
    return _step(connection, held, taken, desk, papers, details, {"announcement": shown})


def sign(
    connection: Connection, form: Form, *, signs: int, on: date | None = None, desk: Desk
) -> StoredProposal:
    """Record that the signs of the name were put up, and how many."""
    if signs < 1:
        raise BadRequest("请填写设置了几块标志。")
    return _taken(connection, form, Taken(Act.SIGN, on or desk.on), desk, (), {"signs": signs})


def publish(
    connection: Connection, form: Form, *, despite: str = "", on: date | None = None, desk: Desk
) -> StoredProposal:
    """Close the proposal: decided, filed, announced; the name is public."""
    return _taken(connection, form, Taken(Act.PUBLISH, on or desk.on, despite=despite), desk)


def give_back(
    connection: Connection, form: Form, *, reason: str, on: date | None = None, desk: Desk
) -> StoredProposal:
    """Return a proposal to whoever made it, to be amended."""
    return _taken(connection, form, Taken(Act.RETURN, on or desk.on, reason), desk)


def refuse(
    connection: Connection, form: Form, *, reason: str, on: date | None = None, desk: Desk
) -> StoredProposal:
    """Refuse a proposal; its name is free again."""
    return _closed(connection, form, Taken(Act.REFUSE, on or desk.on, reason), desk)


def withdraw(
    connection: Connection, form: Form, *, reason: str, on: date | None = None, desk: Desk
) -> StoredProposal:
    """Take a proposal back; its name is free again."""
    return _closed(connection, form, Taken(Act.WITHDRAW, on or desk.on, reason), desk)


# ---- how a step is written ----------------------------------------------------------------------


def _taken(
    connection: Connection, form: Form, taken: Taken, desk: Desk,
    papers: Sequence[PaperFiled] = (), details: Mapping[str, Any] | None = None,
) -> StoredProposal:  # fmt: skip
    held = held_for(connection, form.proposal_id, form.version, desk)
    return _step(connection, held, taken, desk, papers, details or {}, {})


def _step(
    connection: Connection, held: StoredProposal, taken: Taken, desk: Desk,
    papers: Sequence[PaperFiled], details: Mapping[str, Any], more: Mapping[str, Any],
) -> StoredProposal:  # fmt: skip
    kinds = file_papers(connection, held.id, papers, desk)
    dossier: Dossier = replace(held.dossier, papers=held.dossier.papers | kinds)
    after = take(dossier, taken, desk.reference.procedure, desk.on)
    store.write_state(connection, held.id, after, **more)
    store.insert_step(connection, held.id, taken, held.dossier, after, details)
    return found(connection, held.id)


def _closed(connection: Connection, form: Form, taken: Taken, desk: Desk) -> StoredProposal:
    held = held_for(connection, form.proposal_id, form.version, desk)
    done = _step(connection, held, taken, desk, (), {}, {})
    if held.dossier.kind in GIVING and held.row["name_id"] is not None:
        naming.withdraw(
            connection, held.row["name_id"], reason=taken.reason, of_dossier=held.id, desk=desk
        )
    return done


def _carry_out(
    connection: Connection, held: StoredProposal, decision: Decision, desk: Desk
) -> int | None:
    """Let the name change as it was decided; returns the row of the name."""
    kind, name_id = held.dossier.kind, held.row["name_id"]
    if kind in GIVING:
        done = naming.approve(connection, name_id, decision, of_dossier=held.id, desk=desk)
        return done.name_id
    if kind is ProposalKind.MERGE:
        naming.merge(connection, [held.place_id], held.row["heir_id"], decision, desk=desk)
        return int(name_id) if name_id is not None else None
    if kind is ProposalKind.ABOLISH:
        naming.abolish(connection, held.place_id, decision, desk=desk)
        return int(name_id) if name_id is not None else None
    if held.row["corrects_id"] is None:
        raise NotFound("没有指明要更正的名称记录。")
    return naming.correct(
        connection, held.row["corrects_id"], full=held.dossier.name,
        reason=held.row["reason"], despite=decision.despite, desk=desk,
    ).name_id  # fmt: skip
