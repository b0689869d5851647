"""Reports on a checked name that can be made again: content, its hash, and the register of them.

The content holds everything a verdict rests on. The same question at the same revision of the
registry, on the same day and with the same tables gives the same bytes and the same hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry import __version__
from geo_registry.domain.canonical import canonical, digest, plain
from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.reference import Parameter, Profile
from geo_registry.formats.paper_docx import write_docx
from geo_registry.formats.paper_pdf import write_pdf
from geo_registry.services.accountability import withholding
from geo_registry.services.dossiers import dossier_paper
from geo_registry.services.dossiers.dossier_photos import Photos, no_photos
from geo_registry.services.names import checking, report_paper
from geo_registry.store import overview, reports

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Reference
    from geo_registry.formats.paper import Paper
    from geo_registry.store.reports import StoredReport

FORMAT = "geo-registry/name-report/1"
TITLE = "地名核对报告"
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
"""The formats in which a report is handed out."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report: its key in the register, its title, what it is about, its paper."""

    key: str
    title: str
    about: Callable[[Mapping[str, Any]], str]
    paper: Callable[[Mapping[str, Any], str, Photos], Paper]
    verify: str
    """The command that verifies it."""


KINDS: Mapping[str, Kind] = {
    FORMAT: Kind(
        "name",
        TITLE,
        lambda c: str(c["check"]["name"]),
        lambda content, sha256, _photos: report_paper.paper(content, sha256),
        "geo-registry report verify",
    ),
    dossier_paper.FORMAT: Kind(
        "dossier",
        dossier_paper.TITLE,
        lambda c: str(c["inputs"]["site"]["name"]),
        dossier_paper.paper,
        "geo-registry dossier verify",
    ),
}
"""Kinds of report by the format that their content names."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: canonical content (plain values) and the hash of its bytes."""

    content: Mapping[str, Any]
    sha256: str

    @property
    def kind(self) -> Kind:
        """What kind of report it is."""
        return KINDS[self.content["format"]]

    @property
    def name(self) -> str:
        """The name that was checked, or of the cemetery."""
        return self.kind.about(self.content)

    @property
    def title(self) -> str:
        """What the report is called: 地名核对报告_文化路_20261124, also the stem of its file."""
        day = str(self.content["day"]).replace("-", "")
        safe = "".join(c if c.isalnum() else "_" for c in self.name)
        return f"{self.kind.title}_{safe}_{day}"


@dataclass(frozen=True, slots=True, eq=False)
class _Watched(Profile):
    """A district's profile that notes which of its settings a verdict asked for."""

    used: dict[str, Any] = field(default_factory=dict)

    def setting(self, name: str, default: Any) -> Any:
        value = Profile.setting(self, name, default)
        self.used[name] = value
        return value


def name_report(
    connection: Connection,
    *,
    name: str,
    place_class: str,
    at: str | None = None,
    point: tuple[float, float] | None = None,
    reference: Reference,
    profile: Profile,
    on: date,
    hidden: AbstractSet[str] = frozenset(),
) -> Report:
    """Check a name and put everything the verdict rests on into one content, changing nothing.

    The connection must see one state of the registry throughout (a repeatable read). Raises as
    ``names.checking.check_name``. ``hidden`` is what its maker may not see.
    """
    watched = _watch(profile)
    check = checking.check_name(
        connection, name=name, place_class=place_class, at=at, point=point,
        reference=reference, profile=watched, on=on,
    )  # fmt: skip
    check = withholding.without(check, hidden)
    content = {
        "format": FORMAT,
        "software": __version__,
        "day": on,
        "asked": {"name": name, "place_class": place_class, "at": at or None, "point": point},
        "class_title": PLACE_CLASSES[place_class],
        "district": {"code": profile.code, "name": profile.name},
        "registry": {
            "revision": reports.names_revision(connection),
            "sample": overview.has_sample(connection),
        },
        "reference_version": reference.version,
        "parameters": _parameters(profile, watched.used),
        "check": checking.answer(check),
    }
    return report_of(content)


def report_of(content: Mapping[str, Any]) -> Report:
    """A report from its content, in canonical form and with its hash."""
    return Report(plain(content), digest(content))


def issue(connection: Connection, report: Report) -> None:
    """Enter a report into the register, once; issued again it stays booked on the first issuer."""
    reports.insert_report(
        connection,
        sha256=report.sha256,
        kind=report.kind.key,
        title=report.title,
        content=report.content,
    )


def issued(connection: Connection, sha256: str) -> StoredReport:
    """The entry of a report in the register, or :class:`NotFound`."""
    known = sha256.lower()
    found = None
    if len(known) == 64 and set(known) <= set("0123456789abcdef"):
        found = reports.find(connection, known)
    if found is None:
        raise NotFound(
            f"本登记库没有签发过校验码为 {sha256[:64]} 的报告。",
            advice="校验码是报告页脚中的 64 位字符。",
        )
    return found


def rendered(report: Report, file_format: str, photos: Photos = no_photos) -> bytes:
    """The report as a file: ``pdf``, ``docx`` or ``json``; :class:`BadRequest` for another.

    ``photos`` gives the pictures that the content names by their hashes.
    """
    if file_format == "json":
        return canonical({"content": report.content, "sha256": report.sha256}) + b"\n"
    if file_format not in MEDIA_TYPES:
        raise BadRequest(
            f"报告没有“{file_format[:20]}”这种格式。", advice="可用：pdf、docx、json。"
        )
    made = report.kind.paper(report.content, report.sha256, photos)
    return write_pdf(made) if file_format == "pdf" else write_docx(made)


def _watch(profile: Profile) -> _Watched:
    return _Watched(**{name: getattr(profile, name) for name in Profile.__dataclass_fields__})


def _parameters(profile: Profile, used: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The settings that the verdict asked for; the members of the legal county always count."""
    known = {"legal_county_members": profile.legal_county_members, **profile.parameters}
    asked = {"legal_county_members": profile.legal_county_members.value, **used}
    return [_parameter(key, asked[key], known.get(key)) for key in sorted(asked)]


def _parameter(key: str, value: Any, known: Parameter | None) -> dict[str, Any]:
    return {
        "key": key,
        "title": known.title if known else key,
        "value": value,
        "confirmed": known.confirmed if known else False,
        "source": known.source if known else "缺省值",
    }
