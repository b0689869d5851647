"""Working a case (办理案件): one function a step, from 受理 to 销号 and 回头看."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import Act, Closure, Matter
from geo_registry.domain.case_clock import months_later
from geo_registry.domain.errors import BadRequest, NotFound, Refused
from geo_registry.services.cases.case_measuring import (
    cover,
    located,
    observe,
    plain,
    seen_later,
    survey_claim,
)
from geo_registry.services.cases.casework import Form, due, found_case, held, take
from geo_registry.services.cases.suppressing import suppress as suppress_claim
from geo_registry.store import case_sources, cases

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.cases import StoredCase


def accept(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    owner: int | None = None,
    priority: int | None = None,
    due_on: date | None = None,
) -> StoredCase:
    """受理: somebody (the person who accepts, where none is named) answers for the case."""
    found = held(connection, desk, case_id, form.version)
    owner = _person(connection, owner or desk.person)
    last = due_on or due(desk, "verify", form.on or desk.on)
    changes: dict[str, Any] = {"owner_id": owner}
    if priority is not None:
        if priority not in {1, 2, 3}:
            raise BadRequest("优先级为 1（紧急）、2（一般）或 3（暂缓）。")
        changes["priority"] = priority
    facts = {"owner": owner, "due_on": last, "priority": priority}
    return take(connection, desk, found, Act.ACCEPT, form, facts, changes)


def dismiss(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    suppress_until: date | None = None,
    suppress: bool = True,
) -> StoredCase:
    """认定不属实: the same strip is not listed again until a day (24 months where none is given).

    Another strip of the site, a larger one, or one that is measured more surely is.
    """
    found = held(connection, desk, case_id, form.version)
    months = desk.reference.case_terms.suppression_months
    until = suppress_until or months_later(form.on or desk.on, months) if suppress else None
    facts = {"suppressed_until": until}
    done = take(
        connection, desk, found, Act.DISMISS, form, facts, {"suppressed_until": until}
    )  # fmt: skip
    if until is not None:
        suppress_claim(connection, desk, done, form.reason, until)
    return done


def assign(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    inspector: int,
    due_on: date | None = None,
) -> StoredCase:
    """指派核查: an inspector goes there."""
    found = held(connection, desk, case_id, form.version)
    inspector = _person(connection, inspector)
    facts = {"inspector": inspector, "due_on": due_on or due(desk, "verify", form.on or desk.on)}
    return take(
        connection, desk, found, Act.ASSIGN, form, facts, {"inspector_id": inspector}
    )  # fmt: skip


def visit(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    present: str = "",
    surveys: Sequence[int] = (),
) -> StoredCase:
    """现场检查: who was there, what was seen (the reason of the form), which surveys were made."""
    found = held(connection, desk, case_id, form.version)
    facts = {"present": present, "surveys": list(surveys)}
    return take(connection, desk, found, Act.VISIT, form, facts)


def leave_open(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """不能确定: to be measured again, with what and why."""
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.INCONCLUSIVE, form)


def substantiate(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    statement: str,
    survey_id: int | None = None,
    why_not_measured: str = "",
) -> StoredCase:
    """认定属实: what a survey shows becomes the claim, with the owner's statement (陈述申辩).

    Land needs a survey of grade A, or the reason why there is none.
    """
    found = held(connection, desk, case_id, form.version)
    facts: dict[str, Any] = {"statement": statement, "why_not_measured": why_not_measured}
    site = found.row.cemetery_id
    claim = None
    if found.row.matter is Matter.LAND and site is not None and not why_not_measured.strip():
        claim = survey_claim(located(connection, desk, site), survey_id, found.row.claim)
        facts["claim"] = plain(claim.measured)
    done = take(connection, desk, found, Act.SUBSTANTIATE, form, facts)
    if claim is None:
        return done
    cases.set_claim(connection, case_id, claim.extent)
    return found_case(connection, case_id)


def transfer(
    connection: Connection, desk: Desk, case_id: int, form: Form, *, department: str
) -> StoredCase:
    """移送: another department has to act."""
    desk.reference.case_terms.title_of("departments", department)
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.TRANSFER, form, {"department": department})


def take_back(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """退回: the other department sent it back."""
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.TAKE_BACK, form)


def notify(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    number: str,
    measures: str,
    days: int | None = None,
) -> StoredCase:
    """责令整改: a notice with its number, what is to be done, and in how many days from service."""
    if days is not None and not 1 <= days <= 730:
        raise BadRequest("整改期限应在 1 到 730 天之间。")
    found = held(connection, desk, case_id, form.version)
    facts = {"number": number, "measures": measures, "days": days}
    return take(connection, desk, found, Act.NOTIFY, form, facts)


def serve(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    proof: str,
    due_on: date | None = None,
) -> StoredCase:
    """送达: the time to rectify begins, with the proof of service."""
    found = held(connection, desk, case_id, form.version)
    on = form.on or desk.on
    days = next(
        (s.step.facts.get("days") for s in found.steps[::-1] if s.step.act is Act.NOTIFY), None
    )
    last = due_on or (on + timedelta(days=int(days)) if days else due(desk, "rectify", on))
    return take(connection, desk, found, Act.SERVE, form, {"proof": proof, "due_on": last})


def report(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """整改进展: what was done so far."""
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.REPORT, form)


def extend(
    connection: Connection, desk: Desk, case_id: int, form: Form, *, due_on: date, approval: str
) -> StoredCase:
    """延期: a later deadline, by whose approval; extensions are counted."""
    found = held(connection, desk, case_id, form.version)
    facts = {"due_on": due_on, "approval": approval}
    return take(connection, desk, found, Act.EXTEND, form, facts)


def escalate(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """督办: what is overdue goes up."""
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.ESCALATE, form)


def reinspect(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """复查: the owner applied for it, or it is due."""
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.REINSPECT, form)


def send_back(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    due_on: date | None = None,
    survey_id: int | None = None,
) -> StoredCase:
    """复查未通过: back to rectifying, with what the survey still shows of the claim."""
    found = held(connection, desk, case_id, form.version)
    facts: dict[str, Any] = {"due_on": due_on or due(desk, "rectify", form.on or desk.on)}
    facts |= _observed(connection, desk, found, survey_id)
    return take(connection, desk, found, Act.SEND_BACK, form, facts)


def propose_closure(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    closure: str,
    survey_id: int | None = None,
    approval_id: int | None = None,
    evidence: str = "",
    basis: str = "",
) -> StoredCase:
    """提出销号: the first of two signatures, with what the reason of the closure needs.

    ``removed``: a survey of the claimed land that could have seen the original depth and sees
    nothing (for other matters than land: ``evidence``). ``legalised``: an approval that covers
    the claim. ``unenforceable``: the legal ``basis``.
    """
    found = held(connection, desk, case_id, form.version)
    facts: dict[str, Any] = {"closure": closure, "evidence": evidence, "basis": basis}
    if closure == Closure.REMOVED:
        facts |= _observed(connection, desk, found, survey_id)
    if closure == Closure.LEGALISED and approval_id is not None:
        facts |= _covered(connection, desk, found, approval_id)
    return take(connection, desk, found, Act.PROPOSE_CLOSURE, form, facts)


def reject_closure(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """不同意销号: the second person does not sign, and says why."""
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.REJECT_CLOSURE, form)


def close(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """同意销号: the second signature, by another person.

    Closed as dismissed, the claim is not listed again, as at :func:`dismiss`.
    """
    found = held(connection, desk, case_id, form.version)
    closing = found.case.closing
    if closing is None or closing.reason is not Closure.DISMISSED:
        return take(connection, desk, found, Act.CLOSE, form)
    months = desk.reference.case_terms.suppression_months
    until = months_later(form.on or desk.on, months)
    done = take(connection, desk, found, Act.CLOSE, form, {}, {"suppressed_until": until})
    suppress_claim(connection, desk, done, form.reason, until)
    return done


def look_back(
    connection: Connection,
    desk: Desk,
    case_id: int,
    form: Form,
    *,
    months: int,
    survey_id: int | None = None,
) -> StoredCase:
    """回头看: looked at again some months after the closure, and it stays closed.

    A survey (where one is named) must show nothing of the claim; otherwise reopen the case.
    """
    found = held(connection, desk, case_id, form.version)
    facts: dict[str, Any] = {"months": months}
    if survey_id is not None:
        facts |= _observed(connection, desk, found, survey_id)
    return take(connection, desk, found, Act.LOOK_BACK, form, facts)


def pause(
    connection: Connection, desk: Desk, case_id: int, form: Form, *, ground: str
) -> StoredCase:
    """停止计算时限: for one of the named grounds (appeal, court, season)."""
    desk.reference.case_terms.title_of("pauses", ground)
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.PAUSE, form, {"ground": ground})


def resume(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """恢复计算时限: the deadline moves by the days that stood still."""
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.RESUME, form)


def note(connection: Connection, desk: Desk, case_id: int, form: Form) -> StoredCase:
    """备注: something that belongs to the file."""
    found = held(connection, desk, case_id, form.version)
    return take(connection, desk, found, Act.NOTE, form)


def _observed(
    connection: Connection, desk: Desk, found: StoredCase, survey_id: int | None
) -> dict[str, Any]:
    """What a survey says of the claim; nothing where there is no claim that was measured."""
    site, claim, claimed = found.row.cemetery_id, found.row.claim, found.case.claim
    if site is None or claim is None or claimed is None:
        return {}
    there = located(connection, desk, site)
    seen = observe(there, claim, claimed, survey_id)
    later = seen_later(there, claim, claimed, seen) if seen.clear else None
    if later is not None:
        raise Refused(
            f"{later.on} 的测量仍显示原地块超出批准范围约 {later.remains_m2:,.0f} m²，"
            f"不能只凭 {seen.on} 的测量。",
            advice="请以最近一次同级或更高级的测量为准。",
        )
    return {"observation": plain(seen)}


def _covered(
    connection: Connection, desk: Desk, found: StoredCase, approval_id: int
) -> dict[str, Any]:
    site, claim = found.row.cemetery_id, found.row.claim
    if site is None or claim is None:
        return {"approval": approval_id}
    return cover(located(connection, desk, site), claim, found.case.claim, approval_id, desk)


def _person(connection: Connection, person: int) -> int:
    if not 0 < person < 2**63 or case_sources.person_name(connection, person) is None:
        raise NotFound(f"没有编号为 {person} 的人员。")
    return person
