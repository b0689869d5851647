"""The ledger (台账) of the three defects of names, village by village, with owner and state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from geo_registry.domain.finding import Severity
from geo_registry.domain.naming import CHINA
from geo_registry.domain.naming_answer import NamingAnswer
from geo_registry.store import ledgers
from geo_registry.store.divisions import names_of
from geo_registry.store.ledgers import DefectsWanted

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from geo_registry.domain.figure import Defect
    from geo_registry.domain.reference import Profile, Reference

COLUMNS = {
    "town": "镇街", "village": "村居", "defect": "问题类别", "title": "问题", "severity": "级别",
    "message": "说明", "owner": "责任人", "state": "状态", "answer": "答复",
    "first_seen": "发现日期", "settled_on": "解决日期", "finding": "问题编号", "rule_id": "规则",
}  # fmt: skip
"""Field → heading of the ledger as a table."""

_STATES = {"open": "待处理", "waived": "已豁免", "gone": "已解决"}


def ledger(
    connection: Connection,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
    town: str | None = None,
    settled: bool = False,
) -> list[dict[str, Any]]:
    """Rows of the ledger by town and village; ``settled`` adds what is no longer found.

    A finding that touches two villages stands in both. The owner is who answers for the village,
    else for its town, else nobody.
    """
    by_rule = reference.defects
    wanted = DefectsWanted(
        prefixes=[p for d in by_rule for p in d.rules],
        members=profile.legal_county_members.value,
        on=on,
        town=town,
        settled=settled,
    )
    rows = ledgers.defects(connection, wanted)
    owners = ledgers.responsible_on(connection, on)
    called = names_of(
        connection, {c for r in rows for c in (r.village_code, r.town_code) if c is not None}
    )
    return [_row(r, _defect(by_rule, r.rule_id), owners, called) for r in rows]


def tabled(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows under the headings a person reads."""
    return [{title: r[field] for field, title in COLUMNS.items()} for r in rows]


def _defect(defects: Sequence[Defect], rule_id: str) -> str:
    return next(d.title for d in defects if rule_id.startswith(d.rules))


def _row(
    row: Any, defect: str, owners: Mapping[str, str], called: Mapping[str, str]
) -> dict[str, Any]:
    proposed = row.proposed and row.state == "open"
    return {
        "town": called.get(row.town_code or "", ""),
        "town_code": row.town_code,
        "village": called.get(row.village_code or "", ""),
        "village_code": row.village_code,
        "defect": defect,
        "title": row.title,
        "severity": Severity(row.severity).word,
        "message": row.message,
        "owner": owners.get(row.village_code or "") or owners.get(row.town_code or "") or "未指定",
        "state": "已申报待批" if proposed else _STATES[row.state],
        "answer": NamingAnswer(row.answer).word if row.answer else "",
        "first_seen": row.first_seen.astimezone(CHINA).date(),
        "settled_on": row.last_seen.astimezone(CHINA).date() if row.state == "gone" else None,
        "finding": row.id,
        "rule_id": row.rule_id,
    }
