"""What speaks against an application for a subsidy: by its terms, its amount, and other claims.

Doubts are shown to whoever checks an application, and found again by the rules ``cm.eco.*``; they
have one wording here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.money import in_words
from geo_registry.domain.subsidy import Scheme, State, scheme_on

if TYPE_CHECKING:
    from geo_registry.domain.eco_burial import EcoKind
    from geo_registry.domain.identity import SubjectId


@dataclass(frozen=True, slots=True)
class Claim:
    """An application as rules look at it, without a person.

    ``person`` is the subject of the deceased; ``alike`` an opaque mark, equal for deceased of one
    name and day of death, empty where one of them is unknown. ``graves`` are the kinds of plots in
    which the deceased is registered to lie ("" without a plot). ``amount`` in fen.
    """

    subject: SubjectId
    state: State
    kind: str
    person: str
    applied_on: date
    buried_on: date | None = None
    hukou_code: str | None = None
    amount: int | None = None
    confirmed_by: str = ""
    alike: str = ""
    graves: tuple[str, ...] = ()
    identified: bool = True
    """Whether an identity number of the deceased is known (as a digest)."""
    located_in: str = ""
    scopes: Mapping[str, str] = field(default_factory=dict)

    @property
    def act_day(self) -> date:
        """The day whose terms hold: that of the burial, else of the application."""
        return self.buried_on or self.applied_on


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that speaks against an application: which, and the facts of it."""

    rule: str
    outcome: str
    facts: Mapping[str, Any] = field(default_factory=dict)


WORDS: Mapping[tuple[str, str], str] = {
    ("eligibility", "no_scheme"): "{day} 没有查到有效的补助政策，补助依据待核",
    ("eligibility", "hukou_unknown"): "逝者户籍不详或过于笼统，不能确定是否属于“{scheme}”的对象",
    ("eligibility", "hukou"): "逝者户籍（{hukou}）不在“{scheme}”的范围内",
    ("eligibility", "kind"): "“{scheme}”在 {day} 没有规定{kind}的补助",
    ("eligibility", "unconfirmed"): "没有登记由{by}确认",
    ("eligibility", "has_grave"): "逝者另有墓位或安葬记录，与{kind}不符",
    ("duplicate", "alike"): "另有 {count} 笔申请的逝者姓名、死亡日期相同，可能是同一人",
    ("duplicate", "unidentified"): "逝者没有登记身份证号，不能核对是否重复申请",
    ("amount", "differs"): "金额 {amount} 与 {day} 的标准 {standard} 不一致",
}
"""What each doubt says, filled from its facts."""


def in_words_of(doubt: Doubt) -> str:
    """A doubt in words, without an end mark."""
    return WORDS[doubt.rule, doubt.outcome].format(**doubt.facts)


def doubts(
    claim: Claim, schemes: Sequence[Scheme], kinds: Mapping[str, EcoKind], *, twins: int = 0
) -> tuple[Doubt, ...]:
    """What speaks against a claim by the terms of its day, and against its amount.

    ``twins``: how many other applications are open or paid for a deceased of the same name and day
    of death.
    """
    return (
        *_of_person(claim, schemes, kinds),
        *_of_likeness(claim, twins),
        *_of_amount(claim, schemes),
    )


def _of_likeness(claim: Claim, twins: int) -> Iterable[Doubt]:
    if twins:
        yield Doubt("duplicate", "alike", {"count": twins})
    if not claim.identified:
        yield Doubt("duplicate", "unidentified")


def alike(claims: Iterable[Claim]) -> tuple[tuple[Claim, ...], ...]:
    """Claims for different deceased of one name and day of death, together."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.alike:
            groups.setdefault(claim.alike, []).append(claim)
    return tuple(
        tuple(members) for members in groups.values() if len({c.person for c in members}) > 1
    )


def _of_person(
    claim: Claim, schemes: Sequence[Scheme], kinds: Mapping[str, EcoKind]
) -> Iterable[Doubt]:
    scheme = scheme_on(schemes, claim.act_day, claim.hukou_code)
    kind = kinds.get(claim.kind)
    facts = {"kind": kind.title if kind else claim.kind, "day": claim.act_day}
    if scheme is None:
        yield Doubt("eligibility", "no_scheme", facts)
    else:
        facts |= {"scheme": scheme.title}
        covered = None if claim.hukou_code is None else scheme.covers(claim.hukou_code)
        if covered is None:
            yield Doubt("eligibility", "hukou_unknown", facts)
        elif not covered:
            yield Doubt("eligibility", "hukou", facts | {"hukou": claim.hukou_code})
        if scheme.amount(claim.kind, claim.act_day) is None:
            yield Doubt("eligibility", "kind", facts)
        if not claim.confirmed_by and claim.state is not State.APPLIED:
            yield Doubt("eligibility", "unconfirmed", facts | {"by": scheme.confirmed_by})
    if kind is not None and any(_unfit(grave, kind) for grave in claim.graves):
        yield Doubt("eligibility", "has_grave", facts)


def _unfit(grave: str, kind: EcoKind) -> bool:
    """Whether lying in such a plot ("" for a burial without one) contradicts the kind."""
    return not kind.grave or (grave != "" and grave not in kind.grave)


def _of_amount(claim: Claim, schemes: Sequence[Scheme]) -> Iterable[Doubt]:
    standard = standard_of(claim, schemes)
    if claim.amount is not None and standard is not None and claim.amount != standard:
        yield Doubt(
            "amount",
            "differs",
            {"amount": in_words(claim.amount), "standard": in_words(standard),
             "day": claim.act_day},
        )  # fmt: skip


def standard_of(claim: Claim, schemes: Sequence[Scheme]) -> int | None:
    """What the tables give a claim, in fen; None where they give nothing."""
    scheme = scheme_on(schemes, claim.act_day, claim.hukou_code)
    return None if scheme is None else scheme.amount(claim.kind, claim.act_day)
