"""Corrections of single names: how they are split and how they are read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Served, Writing
from geo_registry.services.names import correcting

router = APIRouter(prefix="/api/v1/places/{ident}/names/{name_id}", tags=["places"])

NameId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Word = Annotated[str, Field(max_length=100)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(max_length=2000)]
    replace: bool = False


class SplitRequest(_Asked):
    """专名, modifier and 通名, which together are the name."""

    specific: Word
    modifier: Word = ""
    generic: Word = ""


class ReadingRequest(_Asked):
    """The syllables of the name, one a character: ``pō gāo`` or ``po1 gao1``."""

    syllables: str = Field(max_length=2000)


@router.post("/split", dependencies=[allow("naming.correct", of="name:{name_id}")])
def correct_split(
    ident: str, name_id: NameId, asked: SplitRequest, connection: Writing, service: Served
) -> dict[str, Any]:
    """Record how a person splits the name."""
    return correcting.correct_split(
        connection,
        correcting.name_by_id(connection, name_id, ident),
        (asked.specific, asked.modifier, asked.generic),
        reason=asked.reason,
        reference=service.reference,
        replace=asked.replace,
    )


@router.post("/reading", dependencies=[allow("naming.correct", of="name:{name_id}")])
def confirm_reading(
    ident: str, name_id: NameId, asked: ReadingRequest, connection: Writing, service: Served
) -> dict[str, Any]:
    """Record how a person reads the name."""
    return correcting.confirm_reading(
        connection,
        correcting.name_by_id(connection, name_id, ident),
        asked.syllables,
        reason=asked.reason,
        reference=service.reference,
        replace=asked.replace,
    )
