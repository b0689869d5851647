"""Attachments: the file as the body of the request; given back to be saved, never to be opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.attachments import AttachmentLine, Attachments
from geo_registry.api.permitting import allow
from geo_registry.api.receiving import body_of
from geo_registry.api.transactions import Reading, Served, Service, Working, Writing, service_of
from geo_registry.services.accountability import attachments
from geo_registry.services.desk import shelf_of
from geo_registry.services.people import permitting

router = APIRouter(prefix="/api/v1/attachments", tags=["attachments"])

_LOCKED = {
    # What people send in is data: no browser may open, frame or run it in the name of this site.
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-cache",
}


class AttachRequest(BaseModel):
    """What the file in the body is, and to what it belongs."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(max_length=80)
    file_name: str = Field(min_length=1, max_length=500)
    kind: str = Field(max_length=40)
    title: str = Field(default="", max_length=200)
    secrecy: str = Field(default="internal", max_length=20)


async def received(request: Request) -> AsyncIterator[Path]:
    """The body in a file of its own, gone after the request; stops at the limit of the setting."""
    limit = service_of(request).settings.attachment_bytes
    name = request.query_params.get("file_name", "附件")[:100]
    announced = request.headers.get("content-length", "")
    size = int(announced) if announced.isdecimal() else None
    async with body_of(request, limit, attachments.too_large(name, limit, size)) as path:
        yield path


@router.post(
    "",
    status_code=201,
    response_model=said(AttachmentLine),
    dependencies=[allow("attachments.add")],
)
def attach(
    connection: Writing,
    desk: Working,
    body: Annotated[Path, Depends(received)],
    asked: Annotated[AttachRequest, Query()],
) -> dict[str, Any]:
    """Keep a file and tie it to a subject; the same file again gives the same attachment."""
    permitting.require_subjects(connection, desk, "attachments.add", [asked.subject])
    made = attachments.attach(
        connection,
        asked.subject,
        body,
        file_name=asked.file_name,
        kind=asked.kind,
        title=asked.title,
        secrecy=asked.secrecy,
        desk=desk,
    )
    return attachments.described(made)


@router.get("", response_model=said(Attachments), dependencies=[allow("attachments.read")])
def list_attachments(
    connection: Reading,
    subject: Annotated[str, Query(max_length=80)],
    kind: Annotated[list[str] | None, Query(max_length=20)] = None,
) -> dict[str, Any]:
    """What is attached to a subject, oldest first."""
    found = attachments.attachments_of(connection, subject, kind)
    return {"items": [attachments.described(a) for a in found]}


@router.get(
    "/{attachment_id}",
    response_model=said(AttachmentLine),
    dependencies=[allow("attachments.read")],
)
def show(connection: Reading, attachment_id: int) -> dict[str, Any]:
    """One attachment, without its content."""
    return attachments.described(attachments.attachment(connection, attachment_id))


@router.get("/{attachment_id}/file", dependencies=[allow("attachments.read")])
def content(connection: Reading, service: Served, attachment_id: int) -> FileResponse:
    """The file itself, to be saved."""
    return file_answer(attachments.attachment(connection, attachment_id), service)


def file_answer(found: attachments.Attachment, service: Service) -> FileResponse:
    """The file of an attachment as an answer: to be saved, never run."""
    told = attachments.described(found)
    return FileResponse(
        attachments.path_of(found, shelf_of(service.settings)),
        filename=told["download_name"],
        media_type=found.media_type,
        content_disposition_type="attachment",
        headers=_LOCKED,
    )


@router.delete(
    "/{attachment_id}",
    status_code=204,
    dependencies=[allow("attachments.add", of="attachment:{attachment_id}")],
)
def withdraw(connection: Writing, desk: Working, attachment_id: int) -> Response:
    """Take an attachment back; the file stays kept and the history tells."""
    attachments.withdraw(connection, attachment_id, desk=desk)
    return Response(status_code=204)
