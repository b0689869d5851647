"""Verifying reports: is the file what was made from its content, and who issued it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from shapely.errors import ShapelyError

from geo_registry.domain.canonical import plain
from geo_registry.domain.errors import RegistryError, Unavailable, Unreadable
from geo_registry.formats.paper_pdf import setting
from geo_registry.formats.paper_reading import (
    Read,
    overlays_of_docx,
    photos_of,
    pictures_of_docx,
    read_paper,
    text_of_docx,
    text_of_pdf,
)
from geo_registry.services.names import reporting
from geo_registry.services.names.reporting import FORMAT, KINDS, Report
from geo_registry.store import reports

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference
    from geo_registry.store.reports import StoredReport

_SHOWN = 20
UNUSABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, ShapelyError)
"""What reading content raises that somebody took a piece out of, or wrote nonsense into."""
_IDENTITY = ("fingerprint", "rule_id", "key", "subject", "kind")
"""Keys by which rows of a list are matched in two contents, the first that all rows have."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of a report. ``faults`` say in Chinese what was altered; none = intact.

    ``notes`` are what a person should know besides; ``stated`` is the hash that the file states.
    """

    file_format: str
    stated: str
    report: Report | None
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether everything in the file is as it was made."""
        return not self.faults


def verify(raw: bytes, wanted: str = FORMAT) -> Verification:
    """Check a file against itself: its content, its hash, and what it shows. No registry needed.

    ``wanted`` is the format of content that is expected. Raises :class:`Unreadable` for what is no
    report of this product, or one of another kind.
    """
    read = read_paper(raw)
    if read.content is None:
        return Verification(read.file_format, read.stated, None, ("内嵌的报告内容已损坏。",))
    require_kind(read.content, wanted)
    report = reporting.report_of(read.content)
    faults = []
    if report.sha256 != read.stated:
        faults.append(
            f"内容的校验码是 {report.sha256}，与文件所写的 {read.stated or '（无）'} 不符。"
        )
    shown, notes = _compare(raw, report, read)
    return Verification(read.file_format, read.stated, report, (*faults, *shown), tuple(notes))


def require_kind(content: Any, wanted: str) -> None:
    """Raise :class:`Unreadable` where content is not of the format that is wanted."""
    found = str(content.get("format")) if isinstance(content, dict) else ""
    if found == wanted:
        return
    if found in KINDS:
        raise Unreadable(
            f"这是{KINDS[found].title}，不是{KINDS[wanted].title}。",
            advice=f"请用 {KINDS[found].verify} 核验。",
        )
    raise Unreadable(f"文件中的内容不是{KINDS[wanted].title}，或由更新的版本生成。")


def _compare(raw: bytes, report: Report, read: Read) -> tuple[list[str], list[str]]:
    """Make the paper again and compare: byte by byte, or by its words where that cannot be.

    Gives faults and notes. A JSON file shows nothing but its content.
    """
    if read.file_format == "json":
        canonical = plain(read.content) == read.content
        return ([] if canonical else ["内容不是规范形式，已被其他软件改写。"]), []
    try:
        photos = photos_of(raw, read.file_format)
        again = reporting.rendered(report, read.file_format, photos.get)
    except Unavailable as error:
        return list(read.extras), [f"版面没有核对：{error}"]
    except UNUSABLE:
        return [*read.extras, "内嵌的报告内容残缺，不能重新生成版面。"], []
    if again == raw:
        return [], []
    if read.file_format == "pdf":
        own = read_paper(again).extras
        faults = [e for e in read.extras if e not in own]
        faults += _differing(text_of_pdf(again), text_of_pdf(raw))
        if read.setting == setting():
            return faults or ["PDF 文件的字节与重新生成的不同，文件已被改动。"], []
        return faults, [
            f"本机的排版环境（{setting()}）与生成时（{read.setting or '不明'}）不同，"
            "版面按文字逐页核对。"
        ]
    added = overlays_of_docx(raw) - overlays_of_docx(again)
    faults = [f"正文中有{what}" for what in added]
    if pictures_of_docx(raw) != pictures_of_docx(again):
        faults.append("图片被改动、增加或删除。")
    faults += _differing(text_of_docx(again), text_of_docx(raw))
    return faults, ([] if faults else ["文件被其他软件另存过；文字逐段核对，与原文一致。"])


def _differing(made: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    """The first places where what is shown differs from what the content says."""
    if not found:
        yield "文件中没有可核对的文字。"
        return
    shown = 0
    for i in range(max(len(made), len(found))):
        expected = made[i] if i < len(made) else "（无）"
        actual = found[i] if i < len(found) else "（无）"
        if expected != actual:
            was, now = _excerpts(expected, actual)
            yield f"显示的文字被改动：应为“{was}”，现为“{now}”。"
            shown += 1
            if shown == 3:
                return


def _excerpts(expected: str, actual: str) -> tuple[str, str]:
    start = next(
        (i for i, (a, b) in enumerate(zip(expected, actual, strict=False)) if a != b),
        min(len(expected), len(actual)),
    )
    start = max(0, start - 6)
    return expected[start : start + 30], actual[start : start + 30]


def register_entry(connection: Connection, verification: Verification) -> StoredReport | None:
    """What the register knows of the hash a file states, or of its content; None for nothing."""
    for sha256 in (verification.stated, verification.report and verification.report.sha256):
        found = reports.find(connection, sha256) if sha256 else None
        if found is not None:
            return found
    return None


def rerun(
    connection: Connection, report: Report, *, reference: Reference, profile: Profile, on: date
) -> list[str]:
    """Ask the same question today and say what differs from the report; empty = nothing.

    A question that can no longer be asked (the village is gone) is told as the one difference.
    """
    asked = report.content["asked"]
    point = asked["point"] and (float(asked["point"][0]), float(asked["point"][1]))
    try:
        now = reporting.name_report(
            connection, name=asked["name"], place_class=asked["place_class"], at=asked["at"],
            point=point, reference=reference, profile=profile, on=on,
        )  # fmt: skip
    except RegistryError as error:
        return [f"现在不能再核：{error}"]
    return differences(report.content, now.content)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two contents, in words; at most twenty lines."""
    found = list(_differences(before, after, ""))
    more = len(found) - _SHOWN
    return [*found[:_SHOWN], *([f"……另有 {more} 处不同"] if more > 0 else [])]


def _differences(before: Any, after: Any, path: str) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _differences(
                before.get(key), after.get(key), f"{path}.{key}" if path else key
            )
        return
    if isinstance(before, list) and isinstance(after, list):
        identity = _identity(before, after)
        if identity:
            old = {r[identity]: r for r in before}
            new = {r[identity]: r for r in after}
            for key in dict.fromkeys([*old, *new]):
                yield from _differences(old.get(key), new.get(key), f"{path}[{key}]")
            return
    yield f"{path}：{_brief(before)} → {_brief(after)}"


def _identity(before: Sequence[Any], after: Sequence[Any]) -> str:
    """The key that tells the rows of both lists apart; empty where none does."""
    for key in _IDENTITY:
        if all(isinstance(r, Mapping) and key in r for r in (*before, *after)) and all(
            len({str(r[key]) for r in rows}) == len(rows) for rows in (before, after)
        ):
            return key
    return ""


def _brief(value: Any) -> str:
    if value is None:
        return "（无）"
    if isinstance(value, Mapping):
        shown = value.get("title") or value.get("message") or value.get("name") or "…"
        return f"有（{shown}）"
    text = str(value)
    return text if len(text) <= 60 else text[:60] + "…"
