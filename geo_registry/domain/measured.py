"""How often a rule is wrong: labelled findings, and the rate with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

from geo_registry.domain.finding import Severity
from geo_registry.domain.rule import Rule

VERDICTS = ("true", "false", "unsure")
ENOUGH = 20
"""With fewer labels a rate says nothing yet."""
TOLERATED = 0.05
"""A rule that is wrong more often may only be a hint."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a person said of one finding: the fact is there and worth saying, or it is not."""

    rule: str
    version: int
    outcome: str
    judged_as: str
    name: str
    place_class: str
    scope: str
    source: str
    message: str
    verdict: str
    why: str
    labelled_by: str
    labelled_on: date


@dataclass(frozen=True, slots=True)
class Measured:
    """False positives of one version of a rule, with the 95 % interval of Wilson.

    ``unsure`` labels count in neither. ``outdated`` labels are of earlier versions and not counted.
    """

    right: int
    wrong: int
    unsure: int
    outdated: int

    @property
    def sample(self) -> int:
        """The labels that decided."""
        return self.right + self.wrong

    @property
    def rate(self) -> float | None:
        """The share of wrong findings, None without labels."""
        return self.wrong / self.sample if self.sample else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the rate."""
        return wilson(self.wrong, self.sample) if self.sample else None

    @property
    def too_often_wrong(self) -> bool:
        """Whether the rule may only be a hint."""
        return self.rate is not None and self.sample >= ENOUGH and self.rate > TOLERATED


def wilson(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval of Wilson for a share (E. B. Wilson 1927).

    >>> [round(x, 4) for x in wilson(0, 50)]
    [0.0, 0.0713]
    """
    if not 0 <= hits <= trials or trials == 0:
        raise ValueError(f"{hits} of {trials}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, wide = hits / trials, z * z / trials
    middle = (share + wide / 2) / (1 + wide)
    half = z * ((share * (1 - share) + wide / 4) / trials) ** 0.5 / (1 + wide)
    return (
        0.0 if hits == 0 else max(0.0, middle - half),
        1.0 if hits == trials else min(1.0, middle + half),
    )


def measured(rule: Rule, labels: Iterable[Label]) -> Measured:
    """What the labels say of the present version of a rule."""
    own = [label for label in labels if label.rule == rule.id]
    counted = [label.verdict for label in own if label.version == rule.version]
    return Measured(
        right=counted.count("true"),
        wrong=counted.count("false"),
        unsure=counted.count("unsure"),
        outdated=len(own) - len(counted),
    )


def weighs_more_than_a_hint(rule: Rule) -> bool:
    """Whether some fact pattern of the rule is judged above 提示, for new or old names."""
    return any(
        severity is not None and severity.rank < Severity.INFO.rank
        for judgement in rule.judgements.values()
        for severity in (judgement.severity.new, judgement.severity.legacy)
    )
