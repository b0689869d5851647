"""Dossiers on the boundary of a cemetery: issued as files, and the register of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from geo_registry.api.answering import said
from geo_registry.api.answers.cemeteries import IssuedPapers
from geo_registry.api.cemeteries import judging
from geo_registry.api.permitting import allow
from geo_registry.api.reports import as_file
from geo_registry.api.transactions import Reading, Served, Writing
from geo_registry.services.desk import shelf_of
from geo_registry.services.dossiers import dossier_verifying, dossiers
from geo_registry.services.names import reporting

router = APIRouter(prefix="/api/v1", tags=["cemeteries"])

Format = Literal["pdf", "docx", "gpkg", "json"]
_ASCII = "cemetery-dossier"


class DossierRequest(BaseModel):
    """In which format a dossier is wanted."""

    model_config = ConfigDict(extra="forbid")

    format: Format = "pdf"


@router.post(
    "/cemeteries/{cemetery_id}/dossier",
    response_model=None,
    dependencies=[allow("dossiers.issue", of="cemetery:{cemetery_id}")],
)
def issue(
    connection: Reading,
    writing: Writing,
    service: Served,
    cemetery_id: int,
    asked: DossierRequest,
) -> Response:
    """Put the dossier of a cemetery together, enter it into the register, and hand it out."""
    shelf = shelf_of(service.settings)
    made = dossiers.dossier(connection, cemetery_id, **judging(service), shelf=shelf)
    raw = dossiers.rendered(made, asked.format, shelf)
    dossiers.issue(writing, made, shelf)
    return as_file(made, raw, asked.format, _ASCII)


@router.get(
    "/cemeteries/{cemetery_id}/dossier",
    response_model=said(IssuedPapers),
    dependencies=[allow("reports.read")],
)
def list_dossiers(connection: Reading, cemetery_id: int) -> dict[str, Any]:
    """The dossiers that were issued on a cemetery, the latest first."""
    return {"items": dossiers.listed(connection, cemetery_id)}


@router.get("/dossiers/{sha256}", response_model=None, dependencies=[allow("reports.read")])
def show(
    connection: Reading,
    service: Served,
    sha256: str,
    format_: Annotated[Format | None, Query(alias="format")] = None,
) -> Response | dict[str, Any]:
    """Who issued a dossier, its content, whether its inputs still give it; or the file again."""
    entry = reporting.issued(connection, sha256)
    checked = dossier_verifying.check_content(
        entry.content, entry.sha256, reference=service.reference, profile=service.profile
    )
    if format_ is not None:
        made = reporting.report_of(entry.content)
        raw = dossiers.rendered(made, format_, shelf_of(service.settings))
        return as_file(made, raw, format_, _ASCII)
    return {
        "sha256": entry.sha256,
        "title": entry.title,
        "issued_by": entry.person,
        "issued_at": entry.at,
        "worked_out_again": checked.intact,
        "worked_out_differences": checked.again,
        "content": entry.content,
    }
