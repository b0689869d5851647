"""Boundary files: uploaded, looked at, confirmed or set aside.

The file is the body of the request, as it is; what it is said to be are query parameters.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.uploads import Stored, UploadPreview, UploadRows
from geo_registry.api.permitting import allow
from geo_registry.api.receiving import body_of
from geo_registry.api.transactions import Reading, Served, Service, Working, Writing
from geo_registry.domain.errors import BadRequest, TooLarge
from geo_registry.services.boundaries import previewing, uploading
from geo_registry.services.boundaries.uploading import MAX_BYTES, Asked, Room
from geo_registry.services.people import permitting
from geo_registry.store.raw_files import path_of

router = APIRouter(prefix="/api/v1/uploads", tags=["uploads"])

Word = Annotated[str | None, Field(max_length=200)]


class AskedRequest(BaseModel):
    """What a file is said to be; see :class:`~geo_registry.services.boundaries.uploading.Asked`."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=20)
    crs: str | None = Field(default=None, max_length=4000)
    layer: Word = None
    where: list[str] = Field(default=[], max_length=20)
    swap_axes: bool = False
    at: Word = None
    cemetery: int | None = Field(default=None, ge=1, le=2**63 - 1)
    several: bool = False
    admit_good: bool = False
    on: date | None = None
    until: date | None = None
    method: Word = None
    sigma_m: float | None = None
    type: str = Field(default="rural_public", max_length=40)
    effect: str = Field(default="grants", max_length=20)
    supersede: bool = False
    register_new: bool = False
    document_number: str = Field(default="", max_length=200)
    document_title: str = Field(default="", max_length=200)
    authority: str = Field(default="", max_length=200)
    surveyor: str = Field(default="", max_length=200)
    zone_kind: Word = None
    setback_m: float = Field(default=0.0, ge=0, le=10_000)
    name_column: Word = None
    id_column: Word = None
    date_column: Word = None
    method_column: Word = None
    sigma_column: Word = None

    def asked(self) -> Asked:
        """The same for the service; :class:`BadRequest` for a ``where`` without ``=``."""
        wrong = next((text for text in self.where if "=" not in text), None)
        if wrong is not None:
            raise BadRequest(f"where 要写成“列=值”，而不是“{wrong[:60]}”。")
        pairs = dict(text.split("=", 1) for text in self.where)
        given = self.model_dump(exclude={"where", *_OWN})
        return Asked(**given, where=pairs or None)


class UploadRequest(AskedRequest):
    """A file with its name and what it is said to be."""

    file_name: str = Field(min_length=1, max_length=500)


_OWN = frozenset({"file_name"})


class AnswerRequest(BaseModel):
    """Which system coordinates are in after all, and why a person is sure."""

    model_config = ConfigDict(extra="forbid")

    accepted: str = Field(max_length=4000)
    reason: str = Field(max_length=4000)


async def received(request: Request) -> AsyncIterator[Path]:
    """The body in a file of its own, gone after the request; stops at the limit."""
    refusal = TooLarge(
        f"文件超过 {MAX_BYTES >> 20} MB，没有接收。",
        advice="请只导出需要的图层和范围，或压缩后再上传。",
    )
    async with body_of(request, MAX_BYTES, refusal) as path:
        yield path


def room_of(service: Service) -> Room:
    """Where uploads live and what they are judged by."""
    extent = service.profile.parameters.get("extent")
    district = None if extent is None else shapely.box(*extent.value)
    return Room(service.settings.home, service.reference, service.today(), district)


@router.post(
    "", status_code=201, response_model=said(UploadPreview), dependencies=[allow("uploads.prepare")]
)
def upload(
    connection: Writing,
    service: Served,
    body: Annotated[Path, Depends(received)],
    asked: Annotated[UploadRequest, Query()],
) -> dict[str, Any]:
    """Keep a file and look at it; nothing of it is in the registry before the confirmation."""
    room = room_of(service)
    number = uploading.upload(connection, room, body, asked.file_name, asked.asked())
    return previewing.preview(connection, room, number)


@router.get("", response_model=said(UploadRows), dependencies=[allow("uploads.read")])
def list_uploads(
    connection: Reading, status: Annotated[str | None, Query(max_length=20)] = None
) -> dict[str, Any]:
    """The newest uploads."""
    return {"items": uploading.listed(connection, status)}


@router.get(
    "/{upload_id}", response_model=said(UploadPreview), dependencies=[allow("uploads.read")]
)
def show(connection: Reading, service: Served, upload_id: int) -> dict[str, Any]:
    """One upload, looked at anew."""
    return previewing.preview(connection, room_of(service), upload_id)


@router.get("/{upload_id}/file", dependencies=[allow("uploads.read")])
def original(connection: Reading, service: Served, upload_id: int) -> FileResponse:
    """The file as it came."""
    stored = uploading.found(connection, upload_id)
    kept = path_of(service.settings.home, stored.sha256)
    return FileResponse(kept, filename=stored.file_name, media_type="application/octet-stream")


@router.put(
    "/{upload_id}", response_model=said(UploadPreview), dependencies=[allow("uploads.prepare")]
)
def ask_again(
    connection: Writing, service: Served, upload_id: int, asked: AskedRequest
) -> dict[str, Any]:
    """Say anew what the file is: another coordinate system, another day."""
    uploading.ask_again(connection, upload_id, asked.asked())
    return previewing.preview(connection, room_of(service), upload_id)


@router.post(
    "/{upload_id}/crs-answer",
    response_model=said(UploadPreview),
    dependencies=[allow("uploads.prepare")],
)
def answer_crs(
    connection: Writing, service: Served, upload_id: int, asked: AnswerRequest
) -> dict[str, Any]:
    """Answer the question of coordinates; remembered with the hash of the file."""
    room = room_of(service)
    previewing.answer_crs(connection, room, upload_id, asked.accepted, asked.reason)
    return previewing.preview(connection, room, upload_id)


@router.post(
    "/{upload_id}/confirm", response_model=said(Stored), dependencies=[allow("uploads.confirm")]
)
def confirm(connection: Writing, service: Served, desk: Working, upload_id: int) -> dict[str, Any]:
    """Store the boundaries in the registry."""
    summary = uploading.confirm(connection, room_of(service), upload_id)
    # What a file lies on is known only now; outside one's towns nothing of it stays.
    permitting.require_subjects(connection, desk, "uploads.confirm", [f"batch:{summary.batch_id}"])
    return {
        "id": upload_id,
        "batch": summary.batch_id,
        "rows": summary.rows,
        "rejected": summary.rejected,
        **summary.counts,
        "cemeteries": list(summary.listed),
    }


@router.delete("/{upload_id}", status_code=204, dependencies=[allow("uploads.prepare")])
def discard(connection: Writing, upload_id: int) -> Response:
    """Set an upload aside; the file stays kept."""
    uploading.discard(connection, upload_id)
    return Response(status_code=204)
