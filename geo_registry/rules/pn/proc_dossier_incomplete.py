"""A dossier lacks a paper that the regulation asks for.

Why: an application has a proposal with reasons, and position, size and nature of the thing; an
approval has its paper. Without them nobody can tell later why a name was given.
Fix: put the missing paper into the dossier before the next step.
Not a finding: papers that are custom or asked for as appropriate (they are shown as reminders);
proposals that are closed, returned or not pre-checked yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.procedure import Step
from geo_registry.domain.proposal import CLOSED, State, missing_papers
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_proposals import decided, dossier, with_dossier
from geo_registry.rules.law import place_names
from geo_registry.rules.proposals import about, registered

_NOT_YET = CLOSED | {State.PROPOSED, State.RETURNED}


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield dossiers on their way, or decided, that lack a confirmed paper."""
    for place, one in registered(gazetteer):
        if one.dossier.state in _NOT_YET:
            continue
        by = Step.DECIDE if one.dossier.state is State.DECIDED else Step.ENDORSE
        missing = missing_papers(one.dossier, gazetteer.reference.procedure, by)
        titles = [p.title for p in missing if p.confirmed and not p.protected]
        if titles:
            yield about(place, one, papers="、".join(titles))


RULE = Rule(
    id="pn.proc.dossier_incomplete",
    version=1,
    title="申报材料不齐",
    check=check,
    guidance=Guidance(
        why="申请应有方案及理由，地理实体的位置、规模、性质；批准应有批准文件。缺了材料，日后无从说明依据。",
        fix="在申报中补齐所缺材料，再办下一步。",
        exempt="视情形需要的材料只作提醒；尚未预核、已退回、已办结的申报不提示。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.BLOCK, Severity.TASK),
            "{where}：{what}缺少材料：{papers}。请补齐后再办下一步。",
        )
    },
    basis=(place_names("第十一条", "申请材料"), place_names("第十二条", "批准")),
    fires_on=(
        Example("预核之后没有申请书", with_dossier(dossier(State.PRECHECKED, papers=frozenset()))),
    ),
    silent_on=(
        Example("材料齐全", with_dossier(dossier(State.PRECHECKED))),
        Example("刚刚申报", with_dossier(dossier(State.PROPOSED, papers=frozenset()))),
        Example("已批复，有批准文件", with_dossier(decided(3))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
