"""Rules: a predicate that states facts, and the data that judges and words them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_registry.domain.basis import Basis, weakest
from geo_registry.domain.finding import Finding, Hit, Severity, SeverityPair, fingerprint
from geo_registry.domain.identity import CANDIDATE

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import polars
    from numpy.typing import NDArray

    from geo_registry.domain.gazetteer import Gazetteer
    from geo_registry.domain.name_columns import NameColumns
    from geo_registry.domain.place import Place

Check = Callable[["Gazetteer"], Iterable[Hit]]
Screen = Callable[["NameColumns"], "NDArray[np.bool_]"]
InColumns = Callable[["NameColumns"], "polars.DataFrame | None"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one fact pattern is judged and worded; the message is filled from the hit's facts."""

    severity: SeverityPair
    message: str


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a hit weighs, by which law, and how well that is known."""

    severity: Severity
    basis: tuple[Basis, ...]
    confidence: str
    capped: bool


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
    blind: Callable[[Gazetteer, Place], str] | None = None
    """Why the rule cannot look at a place (no list, no layer), in Chinese; empty when it can."""
    screen: Screen | None = None
    """Of a whole table, the rows that a hit can speak of. A necessary condition: ``check`` gives
    the same on those rows alone. It makes the scan of a country's names quick; without it
    every row is looked at."""
    columns: InColumns | None = None
    """The hits of ``check`` on a whole table, computed in columns: ``scope``, ``key``, ``outcome``,
    ``subjects`` (row numbers) and the facts that messages name, with ``names`` and ``rank``. The
    judgements are the same; a test compares the two forms. None where the columns cannot tell, and
    ``check`` has to look."""

    def concerns(self, place_class: str) -> bool:
        """Whether the rule looks at names of the class, or of a family that holds it."""
        return any(place_class == c or place_class.startswith(c + ".") for c in self.applies_to)

    def run(self, gazetteer: Gazetteer) -> Iterator[Finding]:
        """Yield the findings of this rule on one slice of the registry, each identity once.

        A hit that touches the candidate is judged as new, any other as legacy. Below confidence A
        nothing weighs more than a warning (design: what is not confirmed never blocks a person).
        """
        seen: set[str] = set()
        weights: dict[tuple[object, ...], Weight | None] = {}
        for hit in self.check(gazetteer):
            found = self._judge(hit, gazetteer, weights)
            if found is not None and found.fingerprint not in seen:
                seen.add(found.fingerprint)
                yield found

    def weigh(self, outcome: str, *, is_new: bool, first: date, last: date) -> Weight | None:
        """How much an outcome weighs by the law between two days; None where the rule is silent."""
        pair = self.judgements[outcome].severity
        severity = pair.new if is_new else pair.legacy
        if severity is None:
            return None
        basis = tuple(b for b in self.basis if b.in_force(first, last))
        confidence = weakest([self.confidence, *(b.confidence for b in basis)])
        capped = confidence in {"B", "C"} and severity.rank < Severity.WARN.rank
        return Weight(Severity.WARN if capped else severity, basis, confidence, capped)

    def _judge(
        self, hit: Hit, gazetteer: Gazetteer, weights: dict[tuple[object, ...], Weight | None]
    ) -> Finding | None:
        """The finding of a hit; ``weights`` remembers those of one run."""
        first, last = hit.acts or (gazetteer.on, gazetteer.on)
        is_new = CANDIDATE in hit.subjects
        asked = hit.outcome, is_new, first, last
        if asked not in weights:
            weights[asked] = self.weigh(hit.outcome, is_new=is_new, first=first, last=last)
        weight = weights[asked]
        if weight is None:
            return None
        return Finding(
            rule_id=self.id,
            rule_version=self.version,
            fingerprint=fingerprint(self.id, hit.scope, hit.key),
            scope=hit.scope,
            key=hit.key,
            outcome=hit.outcome,
            subjects=tuple(sorted(hit.subjects)),
            pairs=hit.all_pairs(),
            severity=weight.severity,
            title=self.title,
            message=self.judgements[hit.outcome].message.format(**hit.facts),
            facts=hit.facts,
            basis=weight.basis,
            confidence=weight.confidence,
            where=hit.where,
            rank=int(hit.facts.get("rank", 0)),
            capped=weight.capped,
        )
