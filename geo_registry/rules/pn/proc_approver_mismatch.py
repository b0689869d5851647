"""A name was approved by a body that is not the one for its class.

Why: who approves depends on the class: roads the government of the city or county, estates and
buildings the housing department; an approval of another body may not hold.
Fix: ask the right authority to confirm, or record on what delegation the other one decided.
Not a finding: classes whose approver the province prescribes or the bureau has not confirmed;
whether the district or the city approves roads (both are accepted).
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.proposal import mismatched
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_proposals import decided, with_dossier
from geo_registry.rules.law import place_names
from geo_registry.rules.proposals import about, registered


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield decided dossiers whose authority is not the one for the class."""
    procedure = gazetteer.reference.procedure
    for place, one in registered(gazetteer):
        approver = procedure.approver(one.dossier.place_class)
        if one.dossier.decided_on is None or approver is None or not approver.confirmed:
            continue
        expected = mismatched(one.dossier, one.dossier.authority, procedure)
        if expected:
            authority = one.dossier.authority
            yield about(place, one, authority=authority, expected=expected)


RULE = Rule(
    id="pn.proc.approver_mismatch",
    version=1,
    title="批准机关不符",
    check=check,
    guidance=Guidance(
        why="各类地名由谁批准，条例有规定：街路巷由市、县级人民政府，住宅区、楼宇由住房和城乡建设主管部门。",
        fix="请有权机关确认；受委托批准的，登记委托依据后可以豁免本条。",
        exempt="省里另有规定、本局尚未确认批准机关的类别不提示；市辖区的街路巷，区、市两级政府都接受。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{where}：{what}由{authority}批准，按规定应由{expected}批准。请核对批准机关。",
        )
    },
    basis=(place_names("第十二条", "批准机关"),),
    fires_on=(Example("镇政府批准的道路", with_dossier(decided(3, authority="示例镇人民政府"))),),
    silent_on=(
        Example("区政府批准的道路", with_dossier(decided(3))),
        Example("市政府批准的道路", with_dossier(decided(3, authority="示例市人民政府"))),
        Example(
            "省里规定批准机关的自然地理实体",
            with_dossier(decided(3, authority="示例区民政局", place_class="natural")),
        ),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
