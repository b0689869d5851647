"""Papers of a case: 责令整改通知书, 现场检查笔录, 复查意见书, 移送函; as DOCX and PDF.

What the file knows is filled in; what only a person knows is given, or left blank for the pen. The
fields of an issued paper are kept, so that the same paper can be made again; its template is text
that the bureau may edit (:mod:`geo_registry.services.papers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import Act, Matter, Measured, Step
from geo_registry.domain.case_steps import MAX_WORDS, observation
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.rules import catalogue
from geo_registry.services import papers
from geo_registry.services.accountability.attachments import attachments_of
from geo_registry.services.cases.casework import found_case, held, require_person, require_town
from geo_registry.services.cases.suppressing import STRIP_RULE
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID
from geo_registry.store import case_parties, case_sources, divisions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.formats.paper import Paper
    from geo_registry.services.desk import Desk
    from geo_registry.settings import Settings
    from geo_registry.store.cases import StoredCase


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper: its template, the step it needs, and whether it must bear a number."""

    template: str
    after: Act
    numbered: bool


KINDS: Mapping[str, Kind] = {
    k.template: k
    for k in (
        Kind("责令整改通知书", Act.NOTIFY, numbered=True),
        Kind("现场检查笔录", Act.VISIT, numbered=False),
        Kind("复查意见书", Act.REINSPECT, numbered=True),
        Kind("移送函", Act.TRANSFER, numbered=True),
    )
}
FIELDS = (
    *("机关", "文号", "日期", "案号", "公墓", "位置", "当事人", "事实", "测量", "陈述申辩"),
    *("整改天数", "整改要求", "依据", "承办人", "联系电话", "联系地址", "在场人员", "检查人员"),
    *("检查情况", "附件", "通知文号", "复查日期", "复查结论", "继续期限", "接收部门", "移送理由"),
)
"""All fields that the templates of cases know."""


def draft(
    connection: Connection, desk: Desk, case_id: int, kind: str, given: Mapping[str, str]
) -> dict[str, Any]:
    """The fields of a paper as the file fills them, what a person gives put in their place.

    Raises :class:`BadRequest` for an unknown kind or field.
    """
    _kind(kind)
    unknown = sorted(set(given) - set(FIELDS))
    if unknown:
        raise BadRequest(
            f"文书没有“{unknown[0][:20]}”这一项。", advice=f"可填：{'、'.join(FIELDS)}。"
        )
    if any(len(v) > MAX_WORDS for v in given.values()):
        raise BadRequest(f"每一项请控制在 {MAX_WORDS} 字以内。")
    found = found_case(connection, case_id)
    require_town(desk, found.row.town_code)
    filled = _filled(connection, desk, found)
    return {name: given.get(name) or filled.get(name, "") for name in FIELDS}


def used_fields(kind: str, settings: Settings) -> list[str]:
    """The fields that the template of a kind shows, in the order of :data:`FIELDS`."""
    shown = papers.template(_kind(kind).template, settings).fields
    return [name for name in FIELDS if name in shown]


def issue(
    connection: Connection,
    desk: Desk,
    case_id: int,
    kind: str,
    given: Mapping[str, str],
    settings: Settings,
) -> dict[str, Any]:
    """Issue a paper of a case and keep what stands in it.

    Raises :class:`Refused` before the step it belongs to, :class:`BadRequest` without a number
    where it needs one, :class:`Conflict` where the number is taken, or one without a number was
    issued word for word today.
    """
    require_person(desk)
    fields = draft(connection, desk, case_id, kind, given)
    sort, found = _kind(kind), held(connection, desk, case_id, None)
    if _last(found, sort.after) is None:
        raise Refused(f"案件 {found.number} 还没有办“{sort.after.word}”，不能出具{kind}。")
    number = fields["文号"]
    if sort.numbered and not number:
        raise BadRequest(f"{kind}请写明文号。")
    if number and case_parties.number_used(connection, kind, number):
        raise Conflict(f"文号“{number}”的{kind}已经出具过。")
    if not sort.numbered:
        twice = case_parties.same_notice(connection, case_id, kind, desk.on, fields)
        if twice is not None:
            raise Conflict(f"内容相同的{kind}今天已经出具（编号 {twice}），没有重复出具。")
    papers.render(kind, fields, settings, on=desk.on)  # a broken template is found before it counts
    made = case_parties.insert_notice(
        connection, case_id=case_id, kind=kind, number=number if sort.numbered else "",
        issued_on=desk.on, fields=fields, person=desk.person,
    )  # fmt: skip
    return notice(connection, made)


def notice(connection: Connection, notice_id: int) -> dict[str, Any]:
    """A paper that was issued, with its fields; :class:`NotFound`."""
    known = 0 < notice_id <= LARGEST_ID
    rows = case_parties.notices(connection, notice_id=notice_id) if known else []
    if not rows:
        raise NotFound(f"没有编号为 {notice_id} 的文书。")
    return rows[0]


def paper(connection: Connection, notice_id: int, settings: Settings) -> Paper:
    """An issued paper, made again from its fields."""
    row = notice(connection, notice_id)
    return papers.render(row["kind"], row["fields"], settings, on=row["issued_on"])


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise BadRequest(f"案件没有“{kind[:20]}”这种文书。", advice=f"可用：{'、'.join(KINDS)}。")
    return KINDS[kind]


def _filled(connection: Connection, desk: Desk, found: StoredCase) -> dict[str, str]:
    row, case = found.row, found.case
    site = None if row.cemetery_id is None else case_sources.site(connection, row.cemetery_id)
    called = divisions.names_of(connection, {c for c in (row.town_code, row.village_code) if c})
    steps = {act: _last(found, act) for act in Act}
    owner = found.attributes["owner_id"]
    inspector = found.attributes["inspector_id"]
    return {
        "机关": f"{desk.profile.name}民政局",
        "日期": _day(desk.on),
        "案号": found.number,
        "公墓": site.name if site else row.title,
        "位置": "".join(called.get(c or "", "") for c in (row.town_code, row.village_code)),
        "当事人": (site and site.operator) or "",
        "事实": _facts(found),
        "测量": _measured(case.claim),
        "陈述申辩": _fact(steps[Act.SUBSTANTIATE], "statement"),
        "整改天数": _fact(steps[Act.NOTIFY], "days") or _term(desk, "rectify"),
        "整改要求": _fact(steps[Act.NOTIFY], "measures"),
        "文号": "",
        "通知文号": case.notice_number,
        "依据": _basis(row.rule_id or _usual_rule(found), desk.on),
        "承办人": case_sources.person_name(connection, owner) or "" if owner else "",
        "检查人员": case_sources.person_name(connection, inspector) or "" if inspector else "",
        "在场人员": _fact(steps[Act.VISIT], "present"),
        "检查情况": _reason(steps[Act.REINSPECT] or steps[Act.VISIT]),
        "附件": "、".join(
            a.title or a.file_name for a in attachments_of(connection, found.subject)
        ),
        "复查日期": _on(steps[Act.REINSPECT]),
        "接收部门": _department(desk, _fact(steps[Act.TRANSFER], "department")),
        "移送理由": _reason(steps[Act.TRANSFER]),
        **_rechecked(steps),
    }


def _rechecked(steps: Mapping[Act, Step | None]) -> dict[str, str]:
    """What the last re-inspection said, where there was one."""
    back, proposed = steps[Act.SEND_BACK], steps[Act.PROPOSE_CLOSURE]
    last = max((s for s in (back, proposed) if s), key=lambda s: s.on, default=None)
    if last is None:
        return {}
    seen = last.facts.get("observation")
    words = {"复查结论": _reason(last)}
    if seen is not None:
        found = observation(seen)
        rest = (
            "原超出地块上未发现超出批准范围"
            if found.clear
            else f"原超出地块上仍有约 {found.remains_m2:,.0f} m² 超出批准范围"
        )
        words["测量"] = (
            f"{_day(found.on)} 测量（等级 {found.grade}，能发现 {found.detection_limit_m:.1f} m "
            f"以上的超出）：{rest}"
        )
    if last is back:
        until = _fact(back, "due_on")
        words["继续期限"] = _day(date.fromisoformat(until)) if until else ""
    return words


def _facts(found: StoredCase) -> str:
    """What was seen on the spot; before that, what the finding or the lead says."""
    first, visit = found.steps[0].step, _last(found, Act.VISIT)
    return str(_reason(visit) or first.facts.get("message") or first.reason).rstrip("。")


def _usual_rule(found: StoredCase) -> str:
    """The rule whose law a case about land rests on that began with no finding."""
    return STRIP_RULE if found.row.matter is Matter.LAND else ""


def _measured(claim: Measured | None) -> str:
    if claim is None:
        return ""
    sure = "测量确认" if claim.level == "confirmed" else "疑似"
    return (
        f"{_day(claim.on)} 测量（等级 {claim.grade}），"
        f"{sure}超出批准范围约 {claim.area_m2:,.0f} m²，最深 {claim.depth_m:.1f} m"
    )


def _basis(rule_id: str, on: date) -> str:
    rule = catalogue().get(rule_id)
    if rule is None:
        return ""
    listed = "；".join(str(b) for b in rule.basis if b.in_force(on, on))
    return f"{listed}（系统列出，供参考，由承办人核定）" if listed else ""


def _department(desk: Desk, key: str) -> str:
    return desk.reference.case_terms.departments.get(key, key)


def _term(desk: Desk, key: str) -> str:
    term = desk.reference.case_terms.terms.get(key)
    return str(term.days) if term else ""


def _last(found: StoredCase, act: Act) -> Step | None:
    return next((s.step for s in reversed(found.steps) if s.step.act is act), None)


def _fact(step: Step | None, name: str) -> str:
    return "" if step is None else str(step.facts.get(name) or "")


def _on(step: Step | None) -> str:
    return "" if step is None else _day(step.on)


def _reason(step: Step | None) -> str:
    return "" if step is None else step.reason


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
