"""Opening cases (登记线索): from a finding, a complaint, imagery, a fee, an inspection, a ledger.

Only people make cases. A finding that already has a live case is not opened twice; leads about the
same land are shown as duplicates, and a person merges them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry.domain.case import Act, CaseState, Matter, Step
from geo_registry.domain.case_steps import opened
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.services.accountability import withholding
from geo_registry.services.cases.case_measuring import (
    MeasuredClaim,
    located,
    plain,
    strip_claim,
    survey_claim,
)
from geo_registry.services.cases.casework import (
    Form,
    due,
    found_case,
    held,
    require_person,
    require_town,
    take,
)
from geo_registry.services.cases.suppressing import STRIP_RULE, release
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID
from geo_registry.store import case_sources, cases, locating
from geo_registry.store.cases import CaseRow, StoredCase
from geo_registry.store.writing import in_turn

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

_FEES = "cm.fee."


@dataclass(frozen=True, slots=True)
class Lead:
    """What a person reports: a title, what it is about, from where it came, and the place.

    A cemetery, or a point (longitude, latitude, EPSG:4490) with the town. ``claim``: land in
    EPSG:4490 that is said to lie outside, drawn by hand: a place to look at, never a measurement.
    """

    title: str
    source: str
    matter: Matter = Matter.LAND
    cemetery_id: int | None = None
    town_code: str | None = None
    point: tuple[float, float] | None = None
    claim: BaseGeometry | None = None
    priority: int = 2
    sample: bool = False


def open_from_finding(
    connection: Connection, desk: Desk, finding_id: int, form: Form, *, source: str = "finding"
) -> StoredCase:
    """Make a case of a finding; the strip it speaks of becomes the claim, as last measured.

    Raises :class:`NotFound`, :class:`Refused` (gone, waived), and :class:`Conflict` where the
    finding has a live case.
    """
    known = 0 < finding_id <= LARGEST_ID
    found = case_sources.problem(connection, finding_id) if known else None
    if found is None:
        raise NotFound(f"没有编号为 {finding_id} 的问题。")
    if found.state != "open":
        word = {"gone": "已经消除", "waived": "已被豁免"}.get(found.state, found.state)
        raise Refused(f"问题 {finding_id} {word}，不能据此登记案件。")
    _require_first(connection, found.fingerprint)
    site = found.cemetery_id
    matter, claim = Matter.OTHER, None
    if found.rule_id == STRIP_RULE and site is not None:
        matter = Matter.LAND
        claim = strip_claim(located(connection, desk, site), found.key)
    elif found.rule_id.startswith(_FEES):
        matter = Matter.FEE
    row = CaseRow(
        title=found.title,
        matter=matter,
        source=source,
        cemetery_id=site,
        town_code=found.town_codes[0] if found.town_codes else None,
        location=None if found.extent is None else found.extent.representative_point(),
        finding_key=found.fingerprint,
        rule_id=found.rule_id,
    )
    facts = {"finding": found.id, "message": found.message}
    return _open(connection, desk, row, form, facts, claim)


def open_lead(connection: Connection, desk: Desk, lead: Lead, form: Form) -> StoredCase:
    """Make a case of what somebody reported. Raises :class:`BadRequest`, :class:`NotFound`."""
    if not lead.title.strip() or len(lead.title) > 200:
        raise BadRequest("请写明线索的标题（不超过 200 字）。")
    town, village = _where(connection, desk, lead)
    if lead.cemetery_id is None and not town:
        raise BadRequest("请写明哪处公墓，或在哪个镇街；所点的位置不在已知的镇街内。")
    if lead.priority not in {1, 2, 3}:
        raise BadRequest("优先级为 1（紧急）、2（一般）或 3（暂缓）。")
    if lead.claim is not None and not (lead.claim.is_valid and not lead.claim.is_empty):
        raise BadRequest("所画的地块不是有效的多边形，请检查是否自相交。")
    row = CaseRow(
        title=lead.title.strip(),
        matter=lead.matter,
        source=lead.source,
        cemetery_id=lead.cemetery_id,
        town_code=town,
        village_code=village,
        location=None if lead.point is None else shapely.Point(*lead.point),
        claim=lead.claim,
        priority=lead.priority,
        sample=lead.sample,
    )
    _refuse_twice(connection, _placed(connection, row), form.on or desk.on)
    return _open(connection, desk, row, form, {}, None)


def _where(connection: Connection, desk: Desk, lead: Lead) -> tuple[str | None, str | None]:
    """Town and village of a lead: as stated, else where the point lies."""
    if lead.cemetery_id is not None or lead.point is None:
        return lead.town_code, None
    scopes = locating.scopes_at(connection, *lead.point, desk.profile)
    if lead.town_code and lead.town_code != scopes.get("town"):
        return lead.town_code, None
    return scopes.get("town"), scopes.get("village")


def _refuse_twice(connection: Connection, row: CaseRow, on: date) -> None:
    """A second click, or the same report by somebody else: one case is enough."""
    in_turn(connection, "lead", row.title, row.cemetery_id, row.town_code)
    twice = cases.same_lead(connection, row, on)
    if twice is not None:
        raise Conflict(
            f"“{row.title}”当天已登记为案件 {twice}，没有重复登记。",
            advice="确是另一件事的，请把标题写得有所区别。",
        )


def reopen(
    connection: Connection, desk: Desk, case_id: int, form: Form, *, survey_id: int | None = None
) -> StoredCase:
    """End a closed or dismissed case as 反弹重开 and open its next episode, which is returned.

    Where a survey (the newest) shows the land outside again, it is the claim of the new episode.
    """
    before = held(connection, desk, case_id, form.version)
    claim = _claim_again(connection, desk, before, survey_id)
    facts = {"observation_survey": claim.measured.survey} if claim else {}
    changes = {"suppressed_until": None}
    ended = take(connection, desk, before, Act.REOPEN, form, facts, changes)
    if before.attributes["suppressed_until"] is not None:
        release(connection, desk, ended)
    row = replace(
        ended.row, source="inspection", previous_id=ended.id, episode=ended.row.episode + 1
    )
    again = Form(form.reason, on=form.on)
    return _open(connection, desk, row, again, {"previous": ended.id}, claim)


def adopt(
    connection: Connection,
    desk: Desk,
    lead: Lead,
    form: Form,
    *,
    closed_on: date,
    closure: str,
    opened_on: date | None = None,
) -> StoredCase:
    """Enter a case of an older ledger that was closed before the system knew it.

    No measurement is behind its closure, and the rule ``cm.rect.unverified`` says so.
    """
    facts = {"closed_on": closed_on, "closure": closure, "opened_on": opened_on}
    row = CaseRow(
        title=lead.title.strip(),
        matter=lead.matter,
        source="ledger",
        cemetery_id=lead.cemetery_id,
        town_code=lead.town_code,
        claim=lead.claim,
        sample=lead.sample,
    )
    return _open(connection, desk, row, form, facts, None, act=Act.ADOPT)


def duplicates(connection: Connection, desk: Desk, case_id: int) -> list[dict[str, Any]]:
    """Live cases about the same land: number, state, and the share of the smaller claim."""
    found = found_case(connection, case_id)
    if found.row.claim is None:
        return []
    share = desk.reference.case_terms.duplicate_share
    near = cases.overlapping(connection, found.row.claim, share, but=case_id)
    return [
        {
            "id": other.id,
            "number": other.number,
            "title": other.row.title,
            "state": str(other.case.state),
            "state_title": other.case.state.word,
            "share": round(part, 3),
        }
        for other, part in ((found_case(connection, i), part) for i, part in near)
    ]


def merge(
    connection: Connection, desk: Desk, case_id: int, form: Form, *, into_id: int
) -> StoredCase:
    """Let a lead go into another live case about the same land; returns that case.

    Raises :class:`Refused` where both claims are drawn and do not overlap.
    """
    if case_id == into_id:
        raise BadRequest("不能并入自己。")
    # Always held in one order, so that two people who merge crosswise do not wait for each other.
    for number in sorted((case_id, into_id)):
        held(connection, desk, number, form.version if number == case_id else None)
    lead, target = found_case(connection, case_id), found_case(connection, into_id)
    if not target.case.state.live:
        raise Refused(f"案件 {target.number} 已经{target.case.state.word}，不能并入。")
    share = _share(lead.row.claim, target.row.claim)
    if share is not None and share < desk.reference.case_terms.duplicate_share:
        raise Refused(
            f"两件案件的地块没有重叠（重叠占较小者的 {share:.0%}），不是同一处。",
            advice="请分别办理。",
        )
    facts = {"into": target.id, "share": share}
    take(connection, desk, lead, Act.MERGE, form, facts, {"merged_into": target.id})
    note = Form(f"并入线索 {lead.number}：{form.reason}", on=form.on)
    return take(connection, desk, target, Act.ABSORB, note, {"lead": lead.id})


def _require_first(connection: Connection, finding_key: str) -> None:
    """:class:`Conflict` where a finding had a case: it goes on there, or that case is reopened."""
    other = cases.case_of_finding(connection, finding_key)
    if other is None:
        return
    there = found_case(connection, other)
    advice = f"请在该案件中办理（编号 {there.id}）。"
    if there.case.state is CaseState.MERGED:
        advice = f"它已并入编号 {there.attributes['merged_into']} 的案件，请在那里办理。"
    elif not there.case.state.live:
        advice = f"请重开该案件（编号 {there.id}），前后两次连在一起。"
    raise Conflict(f"这个问题已有案件 {there.number}（{there.case.state.word}）。", advice=advice)


def _share(a: BaseGeometry | None, b: BaseGeometry | None) -> float | None:
    if a is None or b is None:
        return None
    return round(a.intersection(b).area / min(a.area, b.area), 4)


def _claim_again(
    connection: Connection, desk: Desk, before: StoredCase, survey_id: int | None
) -> MeasuredClaim | None:
    if before.row.cemetery_id is None or before.row.matter is not Matter.LAND:
        return None
    if before.row.claim is None:
        return None
    found = located(connection, desk, before.row.cemetery_id)
    try:
        return survey_claim(found, survey_id, before.row.claim)
    except (Refused, NotFound):
        if survey_id is not None:
            raise
        return None


def _open(
    connection: Connection,
    desk: Desk,
    row: CaseRow,
    form: Form,
    facts: dict[str, Any],
    claim: MeasuredClaim | None,
    *,
    act: Act = Act.OPEN,
) -> StoredCase:
    require_person(desk)
    if row.cemetery_id is not None:
        withholding.require_seen(connection, desk, f"cemetery:{row.cemetery_id}")
    desk.reference.case_terms.title_of("sources", row.source)
    row = _placed(connection, row)
    require_town(desk, row.town_code)
    on = form.on or desk.on
    if on > desk.on:
        raise BadRequest(f"日期 {on} 还没有到。")
    if form.attachments:
        raise BadRequest("附件请在线索登记以后再添加到案件。")
    if claim is not None:
        facts = {**facts, "claim": plain(claim.measured)}
        row = replace(row, claim=claim.extent)
    if act is Act.OPEN:
        facts = {**facts, "due_on": due(desk, "triage", on)}
    written = {
        k: v.isoformat() if isinstance(v, date) else v for k, v in facts.items() if v is not None
    }
    step = Step(act, on, desk.person, form.reason.strip(), written)
    made = cases.insert_case(connection, row, opened(step, row.matter), step)
    return found_case(connection, made)


def _placed(connection: Connection, row: CaseRow) -> CaseRow:
    """The row with the codes and the place of its cemetery."""
    if row.cemetery_id is None:
        county = row.county_code or (row.town_code and row.town_code[:6])
        return replace(row, county_code=county)
    known = 0 < row.cemetery_id <= LARGEST_ID
    site = case_sources.site(connection, row.cemetery_id) if known else None
    if site is None:
        raise NotFound(f"没有编号为 {row.cemetery_id} 的公墓。")
    return replace(
        row,
        title=row.title if site.name in row.title else f"{site.name}：{row.title}",
        village_code=site.village_code,
        town_code=site.town_code or row.town_code,
        county_code=site.county_code,
        location=row.location or site.location,
    )
