"""Reports on checked names as files, and the register of those that were issued."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from geo_registry.api.names import NameRequest
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served, Writing
from geo_registry.services.dossiers import dossiers
from geo_registry.services.names import reporting
from geo_registry.services.names.reporting import Report

router = APIRouter(prefix="/api/v1/name-reports", tags=["names"])

Format = Literal["pdf", "docx", "json"]


class ReportRequest(NameRequest):
    """A name check whose outcome is wanted as a file."""

    format: Format = "pdf"


@router.post("", response_model=None, dependencies=[allow("reports.issue")])
def issue(connection: Reading, writing: Writing, service: Served, asked: ReportRequest) -> Response:
    """Check a name, enter the report into the register, and hand it out."""
    made = reporting.name_report(
        connection,
        name=asked.name,
        place_class=asked.place_class,
        at=asked.at or None,
        point=asked.point,
        reference=service.reference,
        profile=service.profile,
        on=service.today(),
    )
    raw = reporting.rendered(made, asked.format)
    reporting.issue(writing, made)
    return as_file(made, raw, asked.format, "name-report")


@router.get("/{sha256}", response_model=None, dependencies=[allow("reports.read")])
def show(
    connection: Reading,
    sha256: str,
    format_: Annotated[Format | None, Query(alias="format")] = None,
) -> Response | dict[str, Any]:
    """Who issued a report and when, with its content; or the report again as a file."""
    entry = reporting.issued(connection, sha256)
    if format_ is not None:
        made = reporting.report_of(entry.content)
        return as_file(made, reporting.rendered(made, format_), format_, "name-report")
    return {
        "sha256": entry.sha256,
        "title": entry.title,
        "issued_by": entry.person,
        "issued_at": entry.at,
        "content": entry.content,
    }


def as_file(made: Report, raw: bytes, file_format: str, ascii_name: str) -> Response:
    """The file under its Chinese name (RFC 5987), and an ASCII one for old clients."""
    name = quote(f"{made.title}.{file_format}")
    return Response(
        raw,
        media_type=dossiers.MEDIA_TYPES[file_format],
        headers={
            "content-disposition": f'attachment; filename="{ascii_name}.{file_format}"; '
            f"filename*=UTF-8''{name}",
            "x-report-sha256": made.sha256,
            "cache-control": "no-store",
        },
    )
