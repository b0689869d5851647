"""Subsidies for eco-burials: who may have one, how much, and the way of an application.

Pure: an application and a step give the application after it, or an error in words. Amounts are
whole fen. Schemes and amounts are dated data (``data/eco_burial/subsidies.toml``); the day of the
burial decides which row holds. What speaks against an application are doubts
(:mod:`~geo_registry.domain.subsidy_doubts`), never a refusal: no scheme was read in full, so a
person may go on with a reason. That nobody is paid for twice is no law but bookkeeping, and is
refused (here, and by an index of the store).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Conflict, Refused
from geo_registry.domain.money import MOST_FEN, fen

if TYPE_CHECKING:
    pass


class State(StrEnum):
    """Where an application stands."""

    APPLIED = "applied"
    CHECKED = "checked"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RECOVERED = "recovered"


class Act(StrEnum):
    """What a person does with an application."""

    CHECK = "check"
    APPROVE = "approve"
    PAY = "pay"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    RECOVER = "recover"


STATE_TITLES: Mapping[State, str] = {
    State.APPLIED: "已申请",
    State.CHECKED: "已审核",
    State.APPROVED: "已批准",
    State.PAID: "已发放",
    State.REFUSED: "不予补助",
    State.WITHDRAWN: "已撤回",
    State.RECOVERED: "已追回",
}
ACT_TITLES: Mapping[Act, str] = {
    Act.CHECK: "审核",
    Act.APPROVE: "批准",
    Act.PAY: "发放",
    Act.REFUSE: "不予补助",
    Act.WITHDRAW: "撤回",
    Act.RECOVER: "追回",
}

LIVE = frozenset({State.APPLIED, State.CHECKED, State.APPROVED, State.PAID})
"""States of which a deceased has one application at most."""

_OPEN = frozenset({State.APPLIED, State.CHECKED, State.APPROVED})
TRANSITIONS: Mapping[Act, tuple[frozenset[State], State]] = {
    Act.CHECK: (frozenset({State.APPLIED}), State.CHECKED),
    Act.APPROVE: (frozenset({State.CHECKED}), State.APPROVED),
    Act.PAY: (frozenset({State.APPROVED}), State.PAID),
    Act.REFUSE: (_OPEN, State.REFUSED),
    Act.WITHDRAW: (_OPEN, State.WITHDRAWN),
    Act.RECOVER: (frozenset({State.PAID}), State.RECOVERED),
}
NEEDS_REASON = frozenset({Act.REFUSE, Act.WITHDRAW, Act.RECOVER})


# ---- schemes and amounts ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amount:
    """How much (fen) burials of some kinds get between two days, both included."""

    kinds: frozenset[str]
    fen: int
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A subsidy: for the registered people of which divisions, on what form, paid by whom."""

    id: str
    title: str
    law: str
    number: str
    article: str
    hukou: tuple[str, ...]
    form: str
    confirmed_by: str
    paid_by: str
    confidence: str
    source: str
    amounts: tuple[Amount, ...]
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        return _between(self.valid_from, on, self.valid_to)

    def covers(self, hukou_code: str) -> bool | None:
        """Whether a registration lies in its divisions; None where it is known too roughly."""
        if hukou_code.startswith(self.hukou):
            return True
        return None if any(code.startswith(hukou_code) for code in self.hukou) else False

    def amount(self, kind: str, on: date) -> int | None:
        """What a burial of a kind gets by it, in fen; None where nothing."""
        rows = [
            a for a in self.amounts if kind in a.kinds and _between(a.valid_from, on, a.valid_to)
        ]
        return rows[-1].fen if rows else None


def _between(first: date | None, on: date, last: date | None) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)


def subsidy_schemes(table: Mapping[str, Any], file: str) -> tuple[Scheme, ...]:
    """The schemes of ``subsidies.toml``; :class:`BadRequest` names the one that cannot be read."""
    found = []
    for number, row in enumerate(table.get("schemes", ()), start=1):
        try:
            found.append(_scheme(row))
        except (KeyError, ValueError, TypeError, ArithmeticError) as error:
            raise BadRequest(
                f"{file} 第 {number} 项补助政策读不出来（{error}）。",
                advice="请按 data/eco_burial/subsidies.toml 开头的说明改正。",
            ) from error
    return tuple(found)


def _scheme(row: Mapping[str, Any]) -> Scheme:
    return Scheme(
        **{
            name: str(row[name])
            for name in (
                *("id", "title", "law", "number", "article", "form", "confirmed_by", "paid_by"),
                *("confidence", "source"),
            )
        },
        hukou=tuple(row["hukou"]),
        amounts=tuple(
            Amount(
                frozenset(a["kinds"]),
                fen(Decimal(str(a["yuan"]))),
                a.get("valid_from"),
                a.get("valid_to"),
            )
            for a in row["amounts"]
        ),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
    )


def scheme_on(schemes: Sequence[Scheme], on: date, hukou_code: str | None = None) -> Scheme | None:
    """The scheme of a day: one that covers the registration, else the last one in force."""
    current = [s for s in schemes if s.in_force(on)]
    if hukou_code is not None:
        current = [s for s in current if s.covers(hukou_code)] or current
    return current[-1] if current else None


# ---- the way of an application ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Application:
    """Where an application stands; ``since`` is the day of its last step, ``amount`` in fen."""

    state: State
    since: date
    amount: int | None = None
    voucher: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One act on a day: with a reason, an amount (fen, when checked), a voucher (when paid).

    ``doubts`` say in words what speaks against it; they need a reason, and nothing else.
    """

    act: Act
    on: date
    reason: str = ""
    amount: int | None = None
    voucher: str = ""
    doubts: tuple[str, ...] = ()


def advance(application: Application, step: Step, *, today: date) -> Application:
    """The application after a step.

    Raises :class:`Conflict` where it stands there already, :class:`Refused` where the act does not
    fit its state or doubts have no reason, :class:`BadRequest` for a step that is not complete.
    """
    from_, to = TRANSITIONS[step.act]
    title = ACT_TITLES[step.act]
    if application.state is to:
        raise Conflict(
            f"这笔申请已经是“{STATE_TITLES[to]}”（{application.since}），没有重复{title}。"
        )
    if application.state not in from_:
        possible = "、".join(ACT_TITLES[a] for a in open_acts(application.state))
        raise Refused(
            f"申请现为“{STATE_TITLES[application.state]}”，不能{title}。",
            advice=f"可以办理：{possible}。" if possible else "已办结；如有需要，请重新申请。",
        )
    _check_days(application, step, today)
    if step.act in NEEDS_REASON and not step.reason.strip():
        raise BadRequest(f"{title}须写明原因。")
    if step.act is Act.CHECK:
        return replace(application, state=to, since=step.on, amount=_checked_amount(step))
    if step.act is Act.PAY:
        return replace(application, state=to, since=step.on, voucher=_voucher(step))
    return replace(application, state=to, since=step.on)


def open_acts(state: State) -> tuple[Act, ...]:
    """What can be done with an application in a state."""
    return tuple(act for act, (from_, _) in TRANSITIONS.items() if state in from_)


def _check_days(application: Application, step: Step, today: date) -> None:
    title = ACT_TITLES[step.act]
    if step.on > today:
        raise BadRequest(f"{title}日期 {step.on} 还没有到。")
    if step.on < application.since:
        raise BadRequest(f"{title}日期 {step.on} 早于上一步的日期 {application.since}。")


def _checked_amount(step: Step) -> int:
    if step.amount is None:
        raise BadRequest(
            "没有查到当日的补助标准，请指明金额并写明依据。",
            advice="现行标准待核的，由本局确定金额。",
        )
    if not 0 < step.amount < MOST_FEN:
        raise BadRequest("补助金额应大于 0。")
    if step.doubts and not step.reason.strip():
        raise Refused(
            f"有 {len(step.doubts)} 处与补助条件不符或不明：{'；'.join(step.doubts)}。",
            advice="补助依据待核，不作为拒绝的理由；核对后仍要办理的，写明理由再审核。",
        )
    return step.amount


def _voucher(step: Step) -> str:
    if not step.voucher.strip():
        raise BadRequest("发放须写明付款凭证号（支付单、转账回单的编号）。")
    return step.voucher.strip()
