"""What the rules on fees have in common: each looks for one kind of fault in the charges.

All charges of a cemetery with the same fault are one finding, and each charge is a pair of its own:
a waiver for one invoice leaves the others open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from geo_registry.domain.cemetery import Cemetery
from geo_registry.domain.fees import Charge, Fault, check
from geo_registry.domain.finding import Hit
from geo_registry.domain.identity import Scope
from geo_registry.domain.money import in_words
from geo_registry.rules.cemetery_law import era
from geo_registry.rules.graves import KEPT, listed

if TYPE_CHECKING:
    from geo_registry.domain.gazetteer import Gazetteer

_Faulty = list[tuple[Charge, Fault]]


def faults_of(rule: str) -> Callable[[Gazetteer], Iterator[Hit]]:
    """The predicate of ``cm.fee.<rule>``: a hit a cemetery, kind of fault and regulation."""

    def look(gazetteer: Gazetteer) -> Iterator[Hit]:
        for site in gazetteer.cemeteries:
            groups: dict[tuple[str, str], _Faulty] = defaultdict(list)
            for charge in site.charges:
                for fault in check(charge, site.fee_lists, gazetteer.reference.fee_terms):
                    if fault.rule == rule:
                        groups[fault.outcome, era(charge.charged_on)].append((charge, fault))
            for (outcome, law), found in sorted(groups.items()):
                yield _hit(site, outcome, law, found)

    return look


def _hit(site: Cemetery, outcome: str, law: str, found: _Faulty) -> Hit:
    charges = [charge for charge, _ in found]
    days = [charge.charged_on for charge in charges]
    survey = site.latest_survey()
    called = [charge.called for charge in charges]
    facts = [fault.facts for _, fault in found]
    return Hit(
        scope=Scope("cemetery", site.subject),
        key=f"{outcome}:{law}",
        subjects=(site.subject, *(c.subject for c in charges)),
        pairs=tuple((site.subject, c.subject) for c in charges),
        outcome=outcome,
        where=survey.extent if survey else None,
        acts=(min(days), max(days)),
        facts={
            "name": site.name,
            "count": len(charges),
            "of": len(site.charges),
            "listed": listed(called),
            "charges": called[:KEPT],
            "sum": in_words(sum(c.amount for c in charges)),
            "excess": in_words(sum(f.get("excess_fen", 0) for f in facts)),
            "longest": max((f.get("years", 0) for f in facts), default=0),
            "at_most": min((f["at_most"] for f in facts if "at_most" in f), default=0),
            "lists": "、".join(dict.fromkeys(_list_of(fault) for _, fault in found)),
            "details": [dict(f) for f in facts[:KEPT]],
            "rank": len(charges),
        },
    )


def _list_of(fault: Fault) -> str:
    by = fault.by
    if by is None:
        return ""
    paper = f"，{by.document}" if by.document else ""
    return f"{by.title}（{by.valid_from} 起{paper}）"
