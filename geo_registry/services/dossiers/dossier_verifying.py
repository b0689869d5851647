"""Verifying dossiers: the file against its content, the content against its own inputs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import RegistryError
from geo_registry.formats.content import read_bytes
from geo_registry.formats.layers import read_layers
from geo_registry.services.dossiers import dossiers
from geo_registry.services.dossiers.dossier_paper import FORMAT
from geo_registry.services.names import report_verifying, reporting
from geo_registry.services.names.report_verifying import (
    UNUSABLE,
    Verification,
    differences,
    require_kind,
)
from geo_registry.services.names.reporting import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference
    from geo_registry.services.desk import Shelf

_PARTS = {
    "结论": ("results", "verdict"),
    "问题": ("results", "findings"),
    "原始数据": ("inputs", ""),
}
"""The parts of a dossier in the order of their weight: where they stand in the content."""
_ASIDE = ("software", "registry")
"""What may differ when the registry is asked again, and says nothing of the boundary."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file checked, and what came of working it out again.

    ``again`` is empty where the inputs give the same results, None where they could not be read.
    """

    verification: Verification
    again: list[str] | None

    @property
    def intact(self) -> bool:
        """Whether the file is as it was made, and says what its inputs say."""
        return self.verification.intact and self.again == []

    def answer(self) -> dict[str, Any]:
        """All of it as plain values."""
        found = self.verification
        return {
            "intact": self.intact,
            "format": found.file_format,
            "sha256": found.report and found.report.sha256,
            "stated": found.stated,
            "faults": list(found.faults),
            "worked_out_again": None if self.again is None else not self.again,
            "worked_out_differences": self.again,
            "notes": list(found.notes),
        }


def check_file(path: Path, *, reference: Reference, profile: Profile) -> Checked:
    """Check a PDF, DOCX, JSON or GeoPackage; needs no registry.

    Raises :class:`Unreadable` for what is no dossier.
    """
    raw = read_bytes(path)
    if raw.startswith(b"SQLite format 3"):
        found = _verify_layers(path)
    else:
        found = report_verifying.verify(raw, FORMAT)
    return Checked(found, _again(found, reference=reference, profile=profile))


def check_content(
    content: Mapping[str, Any], sha256: str, *, reference: Reference, profile: Profile
) -> Checked:
    """Check stored content against its hash and its inputs; ``Unreadable`` for another report."""
    require_kind(content, FORMAT)
    report = reporting.report_of(content)
    faults = () if report.sha256 == sha256 else (f"内容的校验码是 {report.sha256}，与登记的不符。",)
    found = Verification("content", sha256, report, faults)
    return Checked(found, _again(found, reference=reference, profile=profile))


def rerun(
    connection: Connection,
    report: Report,
    *,
    reference: Reference,
    profile: Profile,
    shelf: Shelf | None = None,
) -> list[str]:
    """Make the dossier of the same day from the registry as it is now; empty = nothing differs.

    Without regard to the version of the software and the revision.
    """
    on = date.fromisoformat(report.content["day"])
    known_on = report.content["inputs"].get("known_on")
    number = int(str(report.content["subject"]).rpartition(":")[2])
    try:
        now = dossiers.dossier(
            connection, number, reference=reference, profile=profile, on=on,
            known_on=date.fromisoformat(known_on) if known_on else None, shelf=shelf,
        )  # fmt: skip
    except RegistryError as error:
        return [f"现在不能再出具：{error}"]
    return _told_apart(report.content, now.content)


def _verify_layers(path: Path) -> Verification:
    _, text, stated = read_layers(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return Verification("gpkg", stated, None, ("内嵌的档案内容已损坏。",))
    require_kind(content, FORMAT)
    report = reporting.report_of(content)
    faults = []
    if report.sha256 != stated:
        faults.append(f"内容的校验码是 {report.sha256}，与文件所写的 {stated} 不符。")
    try:
        faults += dossiers.faults_of_layers(path, report)
    except UNUSABLE:
        faults.append("内嵌的档案内容残缺，不能核对图层。")
    return Verification("gpkg", stated, report, tuple(faults))


def _again(found: Verification, *, reference: Reference, profile: Profile) -> list[str] | None:
    if found.report is None:
        return None
    try:
        again = dossiers.worked_out_again(
            found.report.content, reference=reference, profile=profile
        )
    except (*UNUSABLE, RegistryError):
        return ["档案中的原始数据残缺，不能重新计算。"]
    if again.sha256 == found.report.sha256:
        return []
    return _told_apart(found.report.content, again.content)


def _told_apart(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two dossiers, what matters most first."""
    found = []
    for part in (*_PARTS, ""):
        found += differences(*({part or "其他": _part(c, part)} for c in (before, after)))
    return found


def _part(content: Mapping[str, Any], part: str) -> Any:
    """One part of a dossier; without a name, what of it is in none and says something."""
    if part:
        above, key = _PARTS[part]
        return content[above][key] if key else content[above]
    named = {key for _, key in _PARTS.values()}
    rest = {k: v for k, v in content.items() if k not in {*_ASIDE, "inputs", "results"}}
    return rest | {k: v for k, v in content["results"].items() if k not in named}
