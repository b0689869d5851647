"""Subsidies for eco-burials: applied for, checked, approved, paid; refused, withdrawn, recovered.

Each step locks the application, asks the domain whether it fits, changes the row and writes an
event that is never changed. Two clerks who pay at once: the second waits for the first, and is told
that it is paid. Two who apply at once for one deceased: an index of the store refuses the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from geo_registry.domain.burial import check_id_number, tail
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.domain.money import fen, yuan
from geo_registry.domain.subsidy import (
    ACT_TITLES,
    NEEDS_REASON,
    STATE_TITLES,
    Act,
    Application,
    State,
    Step,
    advance,
    open_acts,
    scheme_on,
)
from geo_registry.domain.subsidy_doubts import Doubt, doubts, in_words_of, standard_of
from geo_registry.services.cemeteries.plots import LARGEST_ID, require_code
from geo_registry.services.imports.identity_digest import digest
from geo_registry.services.people import permitting
from geo_registry.store import eco_burials, subsidies
from geo_registry.store.subsidies import ApplicationRow, EventRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.subsidy_doubts import Claim
    from geo_registry.services.desk import Desk
    from geo_registry.settings import Settings


@dataclass(frozen=True, slots=True, repr=False)
class Applying:
    """Who applies for which eco-burial. ``id_number`` becomes its digest and is forgotten.

    ``relation`` to the dead; ``town_code`` the town that pays, by default that of the burial.
    """

    eco_burial_id: int
    name: str
    id_number: str = ""
    relation: str = ""
    form_number: str = ""
    town_code: str | None = None
    applied_on: date | None = None


@dataclass(frozen=True, slots=True)
class SubsidyDone:
    """Where an application stands after an act, and what speaks against it, in words."""

    id: int
    state: State
    amount_yuan: Decimal | None
    doubts: tuple[str, ...]

    @property
    def state_title(self) -> str:
        """The state in Chinese."""
        return STATE_TITLES[self.state]

    @property
    def next_acts(self) -> tuple[Act, ...]:
        """What can be done with it now."""
        return open_acts(self.state)


@dataclass(frozen=True, slots=True)
class StepGiven:
    """What a person says with a step: the day, a reason, an amount (checked), a voucher (paid)."""

    on: date | None = None
    reason: str = ""
    amount_yuan: Decimal | None = None
    voucher: str = ""


def apply(
    connection: Connection, settings: Settings, asked: Applying, *, desk: Desk
) -> SubsidyDone:
    """Register an application for a subsidy; what speaks against it is told, and blocks nothing.

    Raises :class:`NotFound` for an unknown eco-burial, :class:`Conflict` where it is void or one of
    the deceased is open or paid, :class:`BadRequest` for what cannot be.
    """
    burial = _burial(connection, asked.eco_burial_id)
    day = asked.applied_on or desk.on
    _check_words(asked, day, desk)
    if burial["buried_on"] and day < burial["buried_on"]:
        raise BadRequest(f"申请日期 {day} 早于安葬日期 {burial['buried_on']}。")
    mark = last = None
    if asked.id_number.strip():
        checked = check_id_number(asked.id_number)
        mark, last = digest(settings, checked), tail(checked)
    town = asked.town_code or burial["town_code"]
    require_code(connection, town)
    permitting.require(desk, "subsidies.apply", town=town)
    row = ApplicationRow(
        asked.eco_burial_id, burial["deceased_id"], day, asked.name.strip(), desk.profile.code,
        day, applicant_digest=mark, applicant_tail=last, relation=asked.relation.strip(),
        form_number=asked.form_number.strip(), town_code=town,
    )  # fmt: skip
    (made,) = subsidies.insert_applications(connection, [row])
    found = _doubts(connection, _claim(connection, made), desk)
    _note(connection, made, None, "apply", State.APPLIED, day, desk, found)
    return SubsidyDone(made, State.APPLIED, None, tuple(in_words_of(d) for d in found))


def step(
    connection: Connection, application_id: int, act: Act, given: StepGiven, *, desk: Desk
) -> SubsidyDone:
    """Take an application one step further.

    Checking fixes the amount: that of the terms of the day, unless another is given. What speaks
    against the application asks for a reason when it is checked. Raises as
    :func:`geo_registry.domain.subsidy.advance`, and :class:`NotFound`.
    """
    row = _lock(connection, application_id)
    permitting.require(desk, PERMISSION[act], town=row["town_code"])
    if act is Act.APPROVE:
        _require_another(connection, application_id, desk)
    if len(given.reason) > 500 or len(given.voucher) > 100:
        raise BadRequest("理由不超过 500 个字，凭证号不超过 100 个字。")
    day = given.on or desk.on
    before = Application(
        State(row["state"]), row["since"],
        None if row["amount_yuan"] is None else fen(row["amount_yuan"]), row["voucher"],
    )  # fmt: skip
    claim = _claim(connection, application_id)
    amount: int | None = None
    found: tuple[Doubt, ...] = ()
    scheme = row["scheme"]
    if act is Act.CHECK:
        terms = desk.reference.subsidy_schemes
        amount = _amount(given) if given.amount_yuan is not None else standard_of(claim, terms)
        found = _doubts(connection, replace(claim, state=State.CHECKED, amount=amount), desk)
        named = scheme_on(terms, claim.act_day, claim.hukou_code)
        scheme = named.id if named else ""
    said = tuple(in_words_of(d) for d in found)
    asked = Step(act, day, given.reason, amount, given.voucher, said)
    after = advance(before, asked, today=desk.on)
    subsidies.set_application(
        connection,
        application_id,
        state=str(after.state),
        since=after.since,
        amount_yuan=None if after.amount is None else yuan(after.amount),
        voucher=after.voucher,
        scheme=scheme,
        **{_DAYS[act]: day},
    )
    _note(
        connection, application_id, before.state, act, after.state, day, desk, found,
        amount=after.amount, reason=given.reason.strip(),
    )  # fmt: skip
    amount_yuan = None if after.amount is None else yuan(after.amount)
    return SubsidyDone(application_id, after.state, amount_yuan, said)


PERMISSION: Mapping[Act, str] = {
    Act.CHECK: "subsidies.check",
    Act.APPROVE: "subsidies.approve",
    Act.PAY: "subsidies.pay",
    Act.REFUSE: "subsidies.approve",
    Act.WITHDRAW: "subsidies.apply",
    Act.RECOVER: "subsidies.approve",
}
"""What a person must be allowed to do (``data/people/permissions.toml``)."""


def acts_told(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """Acts for a form: who may, what is asked beside the day, and what of that is needed."""
    return [
        {
            "act": str(act),
            "title": ACT_TITLES[act],
            "permission": PERMISSION[act],
            "asks": [*_ASKS.get(act, ()), "reason"],
            "needs": [
                *(["voucher"] if act is Act.PAY else []),
                *(["reason"] if act in NEEDS_REASON else []),
            ],
        }
        for act in acts
    ]


_ASKS: Mapping[Act, tuple[str, ...]] = {Act.CHECK: ("amount_yuan",), Act.PAY: ("voucher",)}


def _require_another(connection: Connection, application_id: int, desk: Desk) -> None:
    """Whoever checked an application does not approve it; the machine itself is one person."""
    checked_by = subsidies.checked_by(connection, application_id)
    if checked_by == desk.person and not desk.actor.local:
        raise Refused(
            "这笔申请是您审核的，不能由您批准。",
            advice="审核和批准由两人办理，请另一位审批人批准。",
        )


_DAYS: Mapping[Act, str] = {
    Act.CHECK: "checked_on",
    Act.APPROVE: "approved_on",
    Act.PAY: "paid_on",
    Act.REFUSE: "ended_on",
    Act.WITHDRAW: "ended_on",
    Act.RECOVER: "ended_on",
}


def act_of(word: str) -> Act:
    """The act of a key or its Chinese title; :class:`BadRequest` for another word."""
    for act, title in ACT_TITLES.items():
        if word in (act.value, title):
            return act
    shown = "、".join(f"{a}（{t}）" for a, t in ACT_TITLES.items())
    raise BadRequest(f"没有“{word[:20]}”这种办理。可用：{shown}。")


def _amount(given: StepGiven) -> int:
    try:
        return fen(given.amount_yuan or Decimal(0))
    except ValueError as error:
        raise BadRequest(f"补助金额{error}。") from None


def _check_words(asked: Applying, day: date, desk: Desk) -> None:
    if not asked.name.strip() or len(asked.name) > 60:
        raise BadRequest("请填写申请人姓名（不超过 60 个字）。")
    if len(asked.relation) > 20:
        raise BadRequest("与逝者的关系不超过 20 个字，例如 配偶、子女。")
    if len(asked.form_number) > 60:
        raise BadRequest("审批表编号不超过 60 个字。")
    if day > desk.on:
        raise BadRequest(f"申请日期 {day} 还没有到。")


def _burial(connection: Connection, eco_burial_id: int) -> Mapping[str, Any]:
    inside = 0 < eco_burial_id <= LARGEST_ID
    found = eco_burials.lock_eco_burial(connection, eco_burial_id) if inside else None
    if found is None:
        raise NotFound(f"没有编号为 {eco_burial_id} 的生态安葬记录。")
    if found["voided_on"] is not None:
        raise Conflict(f"这条生态安葬记录已于 {found['voided_on']} 作废，不能申请补助。")
    if found["application"] is not None:
        raise Conflict(
            f"这位逝者已有补助申请 {found['application']} 在办理或已经发放，没有重复登记。"
        )
    return found


def _lock(connection: Connection, application_id: int) -> Mapping[str, Any]:
    inside = 0 < application_id <= LARGEST_ID
    found = subsidies.lock_application(connection, application_id) if inside else None
    if found is None:
        raise NotFound(f"没有编号为 {application_id} 的补助申请。")
    return found


def _claim(connection: Connection, application_id: int) -> Claim:
    (row,) = subsidies.claim_rows(connection, [application_id])
    return subsidies.claim(row)


def _doubts(connection: Connection, claim: Claim, desk: Desk) -> tuple[Doubt, ...]:
    number = int(claim.subject.partition(":")[2])
    return doubts(
        claim,
        desk.reference.subsidy_schemes,
        desk.reference.eco_kinds,
        twins=subsidies.twins(connection, number),
    )


def _note(
    connection: Connection,
    application_id: int,
    before: State | None,
    act: str,
    after: State,
    day: date,
    desk: Desk,
    found: tuple[Doubt, ...],
    *,
    amount: int | None = None,
    reason: str = "",
) -> None:
    row = EventRow(
        application_id, str(act), str(after), day, desk.person,
        before=None if before is None else str(before),
        amount_yuan=None if amount is None else yuan(amount),
        reason=reason, doubts=tuple(f"{d.rule}.{d.outcome}" for d in found),
    )  # fmt: skip
    subsidies.insert_events(connection, [row])
