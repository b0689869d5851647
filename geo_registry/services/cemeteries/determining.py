"""Determining (违法认定): a person signs what the law makes of a measured finding on a cemetery.

The machine measures; whether the law was broken is never derived from that. A determination names
the finding, keeps a hash of what was measured when it was signed, and stands beside the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.canonical import digest
from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.domain.finding import Finding
from geo_registry.rules import catalogue
from geo_registry.services.cemeteries.cemeteries import Paper
from geo_registry.services.cemeteries.growing import Located, locate
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID, one_cemetery
from geo_registry.store import determinations
from geo_registry.store.determinations import DeterminationRow
from geo_registry.store.papers import document_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

OUTCOMES: Mapping[str, str] = {
    "unlawful": "认定违法",
    "lawful": "认定不违法",
    "undecided": "暂不认定",
}
MAX_WORDS = 2000
_FAMILIES = ("cm.bound.", "cm.zone.")
_ASIDE = ("cm.bound.use_scope", "cm.zone.siting")
"""Rules of those families that do not speak of where a boundary runs."""
_LEAST_PREFIX = 6


@dataclass(frozen=True, slots=True)
class Signed:
    """What a person signs: an outcome, on a day, for a reason, by a law and a paper."""

    outcome: str
    reason: str
    decided_on: date
    legal_basis: str = ""
    paper: Paper | None = None


def boundary_findings(found: Located) -> list[Finding]:
    """What the rules on boundaries and zones say of a cemetery now, in the order of their ids."""
    return [
        finding
        for rule_id, rule in catalogue().items()
        if rule_id.startswith(_FAMILIES) and rule_id not in _ASIDE
        for finding in rule.run(found.around)
        if found.site.subject in finding.subjects
    ]


def verdict_digest(finding: Finding) -> str:
    """The hash of what was measured: the rule with its version, the outcome and every figure.

    Figures count to three decimals: another version of a library may differ in the ninth.
    """
    figures = {k: round(v, 3) if isinstance(v, float) else v for k, v in finding.facts.items()}
    return digest(
        {
            "rule": finding.rule_id,
            "version": finding.rule_version,
            "key": finding.key,
            "outcome": finding.outcome,
            "facts": figures,
        }
    )


def determine(
    connection: Connection,
    cemetery_id: int,
    finding: str,
    signed: Signed,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> dict[str, Any]:
    """Record what a person determined of a finding; an earlier determination of it ends.

    ``finding`` is its rule or the beginning of its fingerprint; it may be empty where the cemetery
    has one finding only. Raises :class:`NotFound`, :class:`BadRequest`, and :class:`Conflict` where
    the very same stands already.
    """
    _check(signed, on)
    found = locate(connection, cemetery_id, reference=reference, profile=profile, on=on)
    about = _chosen(boundary_findings(found), finding, found.site.name)
    row = DeterminationRow(
        cemetery_id=cemetery_id,
        finding_key=about.fingerprint,
        rule_id=about.rule_id,
        verdict_sha256=verdict_digest(about),
        verdict=about.message,
        outcome=signed.outcome,
        decided_on=signed.decided_on,
        reason=signed.reason.strip(),
        legal_basis=signed.legal_basis.strip(),
        document_id=_document(connection, signed.paper),
    )
    twice = determinations.same_determination(connection, row)
    if twice is not None:
        raise Conflict(
            f"这一问题已经作出同样的认定（determination:{twice}），没有重复登记。",
            advice="要改认定的，请改结果、理由或依据；要撤回，请办理撤回。",
        )
    number = determinations.insert_determination(connection, row)
    return next(d for d in listed(connection, cemetery_id) if d["id"] == number)


def withdraw(connection: Connection, determination_id: int, why: str) -> None:
    """Take a determination back, with the reason; it stays on record."""
    if not why.strip() or len(why) > MAX_WORDS:
        raise BadRequest(f"请写明撤回认定的理由（不超过 {MAX_WORDS} 字）。")
    known = 0 < determination_id <= LARGEST_ID
    if not known or not determinations.withdraw_determination(
        connection, determination_id, why.strip()
    ):
        raise NotFound(f"没有编号为 {determination_id} 的有效认定。")


def listed(connection: Connection, cemetery_id: int) -> list[dict[str, Any]]:
    """The determinations of a cemetery in words, those taken back too, oldest first."""
    one_cemetery(connection, cemetery_id)
    return [
        {**row, "outcome_title": OUTCOMES[row["outcome"]], "in_force": row["withdrawn_at"] is None}
        for row in determinations.determinations(connection, cemetery_id)
    ]


def _check(signed: Signed, on: date) -> None:
    if signed.outcome not in OUTCOMES:
        shown = "、".join(f"{k}（{v}）" for k, v in OUTCOMES.items())
        raise BadRequest(f"不认识认定结果“{signed.outcome[:20]}”。可用：{shown}。")
    if not signed.reason.strip():
        raise BadRequest("请写明认定的理由。")
    if max(len(signed.reason), len(signed.legal_basis)) > MAX_WORDS:
        raise BadRequest(f"理由和依据请各控制在 {MAX_WORDS} 字以内。")
    if signed.outcome == "unlawful" and not signed.legal_basis.strip():
        raise BadRequest(
            "认定违法须写明法律依据。", advice="系统列出的依据仅供参考，由认定人填写。"
        )
    if signed.decided_on > on:
        raise BadRequest(f"认定日期 {signed.decided_on} 还没有到。")


def _chosen(findings: list[Finding], named: str, site: str) -> Finding:
    if not findings:
        raise BadRequest(f"“{site}”目前没有关于边界、保护区的问题，无可认定。")
    shown = "；".join(f"{f.fingerprint[:8]} {f.message}" for f in findings[:8])
    prefix = named if len(named) >= _LEAST_PREFIX else " "
    chosen = [
        f for f in findings if not named or f.rule_id == named or f.fingerprint.startswith(prefix)
    ]
    if not chosen:
        raise NotFound(f"“{site}”没有“{named[:40]}”这个问题。", advice=f"现有：{shown}")
    if len(chosen) > 1:
        raise BadRequest(
            f"“{site}”有 {len(chosen)} 个这样的问题，请用指纹指明一个。", advice=f"现有：{shown}"
        )
    return chosen[0]


def _document(connection: Connection, paper: Paper | None) -> int | None:
    if paper is None:
        return None
    return document_of(
        connection, title=paper.title, number=paper.number, authority=paper.authority,
        dated_on=paper.dated_on,
    )  # fmt: skip
