"""The papers of proposals: what the register says, put into the templates of ``data/papers``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Refused
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.procedure import KIND_TITLES
from geo_registry.domain.proposal import STATE_TITLES, missing_fields
from geo_registry.services import papers
from geo_registry.services.naming.announcing import (
    announcement_fields,
    located_in,
    location_in_words,
    require_public,
    romanized,
    stated_or_computed,
)
from geo_registry.services.naming.proposals import found
from geo_registry.services.naming.road_descriptions import Description, describe
from geo_registry.store import proposals as store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.formats.paper import Paper
    from geo_registry.services.desk import Desk
    from geo_registry.settings import Settings
    from geo_registry.store.proposals import StoredProposal

PAPERS = {
    "application": "命名申请书",
    "review": "审查意见",
    "decision": "批复",
    "announcement": "公告",
    "filing": "备案表",
    "list": "命名一览表",
}
"""Papers by key with the names of their templates."""
OF_ONE = frozenset({"application", "review"})
_MOST = 2000


def draw(
    connection: Connection,
    paper: str,
    proposal_ids: Sequence[int],
    settings: Settings,
    *,
    desk: Desk,
) -> Paper:
    """A paper about one or several proposals.

    Raises :class:`BadRequest` for an unknown paper or several proposals where one is meant,
    :class:`Refused` for an announcement while one of its six fields is empty.
    """
    if paper not in PAPERS:
        known = "、".join(f"{k}（{t}）" for k, t in PAPERS.items())
        raise BadRequest(f"没有“{paper[:20]}”这种文书。", advice=f"可用：{known}。")
    ids = list(dict.fromkeys(proposal_ids))
    if not ids or len(ids) > _MOST or (paper in OF_ONE and len(ids) > 1):
        most = 1 if paper in OF_ONE else _MOST
        raise BadRequest(f"{PAPERS[paper]}一次可写 1 到 {most} 件申报，所给 {len(ids)} 件。")
    stored = [found(connection, i) for i in ids]
    rows = list_rows(connection, stored, desk=desk)
    if paper == "announcement":
        _require_fields(connection, stored, desk)
    return papers.render(
        PAPERS[paper], _values(connection, stored, rows, desk), settings, on=desk.on
    )


def list_rows(
    connection: Connection, stored: Sequence[StoredProposal], *, desk: Desk
) -> list[dict[str, Any]]:
    """One row a proposal with the columns of 命名一览表 and what else lists ask for."""
    described = describe(connection, [s.place_id for s in stored], desk=desk)
    rows = []
    for number, one in enumerate(stored, start=1):
        road = stated_or_computed(one, described.get(one.place_id) or Description())
        dossier = one.dossier
        rows.append(
            {
                "序号": number, "申报": one.subject, "事项": KIND_TITLES[dossier.kind],
                "名称": dossier.name, "罗马字母拼写": romanized(one, desk),
                "类别": PLACE_CLASSES.get(dossier.place_class, dossier.place_class),
                "所属政区": located_in(one, road, desk), "走向": road.direction,
                "长": road.length_m, "宽": road.width_m, "起点": road.starts_at,
                "止点": road.ends_at, "起止点": road.ends,
                "位置描述": location_in_words(one, road, desk),
                "命名理由": one.row["reason"], "申报单位": one.row["applicant"],
                "申报日期": dossier.proposed_on, "状态": STATE_TITLES[dossier.state],
                "核查结论": one.row["check_verdict"], "批准机关": dossier.authority,
                "批准文号": dossier.number, "批准日期": dossier.decided_on,
                "启用日期": dossier.effective_on, "备案日期": dossier.filed_on,
                "公告日期": dossier.announced_on,
            }
        )  # fmt: skip
    return rows


def _values(
    connection: Connection, stored: Sequence[StoredProposal], rows: list[dict[str, Any]], desk: Desk
) -> dict[str, Any]:
    first, one = rows[0], stored[0]
    steps = store.steps_of(connection, one.id)
    bureau = f"{desk.profile.name}民政局"
    filed = next((s for s in steps if s["act"] == "file"), None)
    return first | {
        "地名": rows,
        "条数": len(rows),
        "所批地名": f"“{first['名称']}”" + (f"等 {len(rows)} 个地名" if len(rows) > 1 else ""),
        "受理机关": bureau,
        "公告机关": bureau,
        "报备机关": first["批准机关"] or bureau,
        "备案机关": filed["details"]["filed_with"] if filed else "",
        "备案文号": filed["details"]["number"] if filed else "",
        "备案期限": _filing_due(one, desk),
        "公告日期": first["公告日期"] or desk.on,
        "现用名称": _called_now(one),
        "所附材料": "、".join(p["title"] for p in store.papers_of(connection, one.id)),
        "核对报告": one.row["check_sha256"] or "",
        "核查说明": _findings(steps),
        "征求意见情况": _opinions(steps),
        "镇街审核": _said(steps, "review"),
        "公示情况": _shown(steps),
        "审查意见": _said(steps, "endorse"),
    }


def _require_fields(connection: Connection, stored: Sequence[StoredProposal], desk: Desk) -> None:
    for one in stored:
        require_public(connection, one)
        fields = one.row["announcement"] or announcement_fields(connection, one, desk=desk)
        empty = missing_fields(fields, desk.reference.procedure)
        if empty:
            raise Refused(
                f"“{one.dossier.name}”（{one.subject}）的公告缺少{'、'.join(empty)}。",
                advice="请先登记批复、补齐位置，再生成公告。",
            )


def _filing_due(one: StoredProposal, desk: Desk) -> str:
    if one.dossier.decided_on is None:
        return ""
    terms = [c.term for c in desk.reference.procedure.clocks if c.ends == "filed"]
    due = [t.deadline(one.dossier.decided_on, desk.reference.calendar).due for t in terms]
    return f"{_day(min(due))}前" if due else ""


def _called_now(one: StoredProposal) -> str:
    return one.dossier.name if one.dossier.kind.value in {"merge", "abolish"} else ""


def _findings(steps: Sequence[dict[str, Any]]) -> str:
    checked = [s for s in steps if s["act"] == "precheck"]
    found_ = checked[-1]["details"]["findings"] if checked else []
    return "".join(f["message"] for f in found_) or ("没有发现问题。" if checked else "")


def _opinions(steps: Sequence[dict[str, Any]]) -> str:
    said = []
    for step in (s for s in steps if s["act"] == "hear"):
        d = step["details"]
        numbers = f"（征求 {d['asked']} 人，同意 {d['agreed']} 人）" if d.get("asked") else ""
        said.append(f"{_day(step['happened_on'])}{d['who']}{numbers}：{d['opinion']}")
    return "；".join(said)


def _shown(steps: Sequence[dict[str, Any]]) -> str:
    begun = [s for s in steps if s["act"] == "consult"]
    ended = [s for s in steps if s["act"] == "conclude"]
    if not begun:
        return ""
    until = date.fromisoformat(begun[-1]["details"]["until"])
    where = begun[-1]["details"]["channel"]
    outcome = f"，{ended[-1]['reason']}" if ended else ""
    return f"{_day(begun[-1]['happened_on'])}至{_day(until)}在{where}公示{outcome}"


def _said(steps: Sequence[dict[str, Any]], act: str) -> str:
    taken = [s for s in steps if s["act"] == act]
    return f"{_day(taken[-1]['happened_on'])}：{taken[-1]['reason']}" if taken else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
