"""Rules: a predicate that states facts, and the data that judges and words them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_registry.domain.basis import Basis, weakest
from geo_registry.domain.finding import Finding, Hit, Severity, SeverityPair, fingerprint
from geo_registry.domain.identity import CANDIDATE

if TYPE_CHECKING:
    from geo_registry.domain.gazetteer import Gazetteer

Check = Callable[["Gazetteer"], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one fact pattern is judged and worded; the message is filled from the hit's facts."""

    severity: SeverityPair
    message: str


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the rule's page tells a clerk, in Chinese: why, what to do, and what is no fault."""

    why: str
    fix: str
    exempt: str


@dataclass(frozen=True, slots=True)
class Example:
    """A gazetteer on which the rule must fire or stay silent; tested, and shown on its page.

    ``title`` is Chinese, for the page.
    """

    title: str
    gazetteer: Callable[[], Gazetteer]
    outcome: str = "default"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: identity, predicate, judgement, law and proof."""

    id: str
    version: int
    title: str
    check: Check
    guidance: Guidance
    judgements: Mapping[str, Judgement]
    basis: tuple[Basis, ...]
    fires_on: tuple[Example, ...]
    silent_on: tuple[Example, ...]
    doc: str
    """The module's docstring, for developers: Why / Fix / Not a finding."""
    applies_to: tuple[str, ...] = ()
    """Families or classes of places, or empty where the rule is not about names."""
    confidence: str = "A"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def concerns(self, place_class: str) -> bool:
        """Whether the rule looks at names of the class, or of a family that holds it."""
        return any(place_class == c or place_class.startswith(c + ".") for c in self.applies_to)

    def run(self, gazetteer: Gazetteer) -> Iterator[Finding]:
        """Yield the findings of this rule on one slice of the registry, each identity once.

        A hit that touches the candidate is judged as new, any other as legacy. Below confidence A
        nothing weighs more than a warning (design: what is not confirmed never blocks a person).
        """
        seen: set[str] = set()
        for hit in self.check(gazetteer):
            found = self._judge(hit, gazetteer)
            if found is not None and found.fingerprint not in seen:
                seen.add(found.fingerprint)
                yield found

    def _judge(self, hit: Hit, gazetteer: Gazetteer) -> Finding | None:
        judgement = self.judgements[hit.outcome]
        is_new = CANDIDATE in hit.subjects
        severity = judgement.severity.new if is_new else judgement.severity.legacy
        if severity is None:
            return None
        first, last = hit.acts or (gazetteer.on, gazetteer.on)
        basis = tuple(b for b in self.basis if b.in_force(first, last))
        confidence = weakest([self.confidence, *(b.confidence for b in basis)])
        capped = confidence in {"B", "C"} and severity.rank < Severity.WARN.rank
        return Finding(
            rule_id=self.id,
            rule_version=self.version,
            fingerprint=fingerprint(self.id, hit.scope, hit.key),
            scope=hit.scope,
            key=hit.key,
            outcome=hit.outcome,
            subjects=tuple(sorted(hit.subjects)),
            pairs=hit.all_pairs(),
            severity=Severity.WARN if capped else severity,
            title=self.title,
            message=judgement.message.format(**hit.facts),
            facts=hit.facts,
            basis=basis,
            confidence=confidence,
            where=hit.where,
            rank=int(hit.facts.get("rank", 0)),
            capped=capped,
        )
