"""Taking back one's own last acts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Working, Writing
from geo_registry.services.accountability import undoing

router = APIRouter(prefix="/api/v1/undo", tags=["history"])


@router.get("", dependencies=[allow("undo.own")])
def list_undoable(connection: Reading, desk: Working) -> dict[str, Any]:
    """The last acts of whoever asks that can still be undone."""
    return {"items": undoing.undoable(connection, desk=desk)}


@router.post("/{revision}", dependencies=[allow("undo.own")])
def undo(
    connection: Writing, desk: Working, revision: Annotated[int, Path(ge=1, le=2**62)]
) -> dict[str, Any]:
    """Restore what was before an act; refused where somebody changed it since."""
    return undoing.undo(connection, revision, desk=desk)
