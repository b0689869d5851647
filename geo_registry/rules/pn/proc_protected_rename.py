"""A protected name is to be changed or ended, and no measure of protection is on file.

Why: names on a list of protected names are generally not changed; where they are, a measure that
keeps them (a sign, a record, reuse) comes first.
Fix: attach the measure to the dossier, or withdraw the proposal.
Not a finding: names that stand on no list; proposals with their measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.procedure import ProposalKind
from geo_registry.domain.proposal import UNDECIDED, State, missing_papers
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_proposals import FULL, dossier, with_dossier
from geo_registry.rules.law import place_names
from geo_registry.rules.proposals import about, registered


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield open proposals about protected names that lack their measure."""
    for place, one in registered(gazetteer):
        if one.dossier.state not in UNDECIDED or not one.dossier.protected:
            continue
        missing = missing_papers(one.dossier, gazetteer.reference.procedure)
        if any(p.protected for p in missing):
            yield about(place, one)


_RENAME: dict[str, Any] = {"kind": ProposalKind.RENAME, "protected": True}


def _renaming(**more: Any) -> Callable[[], Gazetteer]:
    return with_dossier(replace(dossier(State.PROPOSED), **{**_RENAME, **more}))


RULE = Rule(
    id="pn.proc.protected_rename",
    version=1,
    title="保护名录中的地名更名",
    check=check,
    guidance=Guidance(
        why="列入地名保护名录的名称一般不更名；确需更名的，应先落实保护措施。",
        fix="在申报中附上保护措施（立碑、存档、移作他用等），或撤回申报。",
        exempt="不在名录中的名称、已附保护措施的申报不提示。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.BLOCK, Severity.BLOCK),
            "{where}：{what}涉及地名保护名录中的名称，没有附上保护措施，不能报批。",
        )
    },
    basis=(
        place_names("第十条", "具有重要历史文化价值的一般不更名"),
        place_names("第二十五条", "保护名录中的地名更名"),
    ),
    fires_on=(Example("更名，没有保护措施", _renaming()),),
    silent_on=(
        Example("已附保护措施", _renaming(papers=FULL | {"protection_measure"})),
        Example("不在名录中", _renaming(protected=False)),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
