"""What the rules on subsidies have in common: doubts of one kind, one finding an application."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from geo_registry.domain.eco_burial import title_of
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.identity import Scope
from geo_registry.domain.rule import Judgement
from geo_registry.domain.subsidy import STATE_TITLES
from geo_registry.domain.subsidy_doubts import WORDS, Claim, doubts

if TYPE_CHECKING:
    from geo_registry.domain.gazetteer import Gazetteer


def doubts_of(rule: str) -> Callable[[Gazetteer], Iterator[Hit]]:
    """The predicate of ``cm.eco.<rule>``: a hit for each doubt of that kind."""

    def look(gazetteer: Gazetteer) -> Iterator[Hit]:
        tables = gazetteer.reference
        for claim in gazetteer.subsidies:
            for doubt in doubts(claim, tables.subsidy_schemes, tables.eco_kinds):
                if doubt.rule == rule and (rule, doubt.outcome) not in _AT_THE_DESK:
                    yield hit(gazetteer, (claim,), doubt.outcome, doubt.facts)

    return look


_AT_THE_DESK = frozenset({("duplicate", "unidentified")})
"""What is said when an application is checked, and would only be noise in a list of findings."""


def hit(
    gazetteer: Gazetteer, claims: tuple[Claim, ...], outcome: str, facts: Mapping[str, object]
) -> Hit:
    """A hit that speaks of one application, or of several that are alike."""
    subjects = tuple(sorted(c.subject for c in claims))
    days = [c.act_day for c in claims]
    called = "、".join(_called(gazetteer, claim) for claim in claims)
    return Hit(
        scope=_scope(claims),
        key=f"{outcome}:{'|'.join(subjects)}",
        subjects=subjects,
        outcome=outcome,
        acts=(min(days), max(days)),
        facts={**{k: str(v) for k, v in facts.items()}, "called": called},
    )


def _scope(claims: tuple[Claim, ...]) -> Scope:
    """The town that pays; the county where it is not one and the same."""
    for kind in ("town", "stat_county", "legal_county"):
        codes = {c.scopes.get(kind) for c in claims}
        if len(codes) == 1 and (code := codes.pop()):
            return Scope(kind, code)
    return Scope("subsidy", claims[0].subject)


def _called(gazetteer: Gazetteer, claim: Claim) -> str:
    number = claim.subject.partition(":")[2]
    kind = title_of(gazetteer.reference.eco_kinds, claim.kind)
    return f"{claim.located_in}补助申请 {number}（{kind}，{STATE_TITLES[claim.state]}）"


def judgements(rule: str, next_step: str) -> dict[str, Judgement]:
    """The judgement of each doubt of a kind, in the words that the desk uses too."""
    weight = SeverityPair(Severity.ERROR, Severity.WARN)
    return {
        outcome: Judgement(weight, f"{{called}}：{words}。{next_step}")
        for (kind, outcome), words in WORDS.items()
        if kind == rule and (kind, outcome) not in _AT_THE_DESK
    }
