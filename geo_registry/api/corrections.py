"""Corrections of single names: how they are split and how they are read.

A name of a place is named by its row, that of a division (the seat of a committee among them) by
the division; splits of divisions stand in the district's own table and are not changed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.names import NameSpelling
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served, Working, Writing
from geo_registry.services.names import correcting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.keys import StoredName

router = APIRouter(prefix="/api/v1", tags=["places"])

_PLACE = "/places/{ident}/names/{name_id}"
_DIVISION = "/divisions/{system}/{code}"
_OF_PLACE = [allow("naming.correct", of="name:{name_id}")]
_OF_DIVISION = [allow("naming.correct", of="division:{system}:{code}")]

NameId = Annotated[int, Path(ge=1, le=2**63 - 1)]
System = Literal["mca", "nbs"]
Code = Annotated[str, Path(pattern=r"^[0-9]{2,12}$")]
Word = Annotated[str, Field(max_length=100)]
AskedWord = Annotated[str, Query(max_length=100)]
AskedSyllables = Annotated[str, Query(max_length=2000)]


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


@router.get(
    f"{_PLACE}/spelling",
    response_model=said(NameSpelling),
    dependencies=[allow("registry.read")],
)
def spelling_of_name(
    connection: Reading,
    service: Served,
    ident: str,
    name_id: NameId,
    syllables: AskedSyllables = "",
    specific: AskedWord = "",
    modifier: AskedWord = "",
    generic: AskedWord = "",
) -> dict[str, Any]:
    """How a name is split, read and spelled, and who says so; or what another split would make."""
    return correcting.preview(
        correcting.name_by_id(connection, name_id, ident, hold=False),
        parts=(specific, modifier, generic),
        syllables=syllables,
        reference=service.reference,
    )


@router.post(f"{_PLACE}/split", response_model=said(NameSpelling), dependencies=_OF_PLACE)
def correct_split(
    connection: Writing, desk: Working, ident: str, name_id: NameId, asked: SplitRequest
) -> dict[str, Any]:
    """Record how a person splits the name."""
    return correcting.correct_split(
        connection,
        correcting.name_by_id(connection, name_id, ident),
        (asked.specific, asked.modifier, asked.generic),
        reason=asked.reason,
        replace=asked.replace,
        desk=desk,
    )


@router.delete(f"{_PLACE}/split", response_model=said(NameSpelling), dependencies=_OF_PLACE)
def release_split(
    connection: Writing, desk: Working, ident: str, name_id: NameId
) -> dict[str, Any]:
    """Take back what a person said of the split; the tables propose again."""
    stored = correcting.name_by_id(connection, name_id, ident)
    return correcting.release_split(connection, stored, desk=desk)


@router.post(f"{_PLACE}/reading", response_model=said(NameSpelling), dependencies=_OF_PLACE)
def confirm_reading(
    connection: Writing, desk: Working, ident: str, name_id: NameId, asked: ReadingRequest
) -> dict[str, Any]:
    """Record how a person reads the name."""
    stored = correcting.name_by_id(connection, name_id, ident)
    return _confirm(connection, desk, stored, asked)


@router.delete(f"{_PLACE}/reading", response_model=said(NameSpelling), dependencies=_OF_PLACE)
def release_reading(
    connection: Writing, desk: Working, ident: str, name_id: NameId
) -> dict[str, Any]:
    """Take back what a person said of the reading; the tables propose again."""
    stored = correcting.name_by_id(connection, name_id, ident)
    return correcting.release_reading(connection, stored, desk=desk)


@router.get(
    f"{_DIVISION}/spelling",
    response_model=said(NameSpelling),
    dependencies=[allow("registry.read")],
)
def spelling_of_division(
    connection: Reading,
    service: Served,
    system: System,
    code: Code,
    syllables: AskedSyllables = "",
) -> dict[str, Any]:
    """How the name of a division is read and spelled, or would be with another reading."""
    stored = correcting.name_of(connection, f"division:{system}:{code}", hold=False)
    return correcting.preview(stored, syllables=syllables, reference=service.reference)


@router.post(f"{_DIVISION}/reading", response_model=said(NameSpelling), dependencies=_OF_DIVISION)
def confirm_reading_of_division(
    connection: Writing, desk: Working, system: System, code: Code, asked: ReadingRequest
) -> dict[str, Any]:
    """Record how a person reads the name of a division."""
    stored = correcting.name_of(connection, f"division:{system}:{code}")
    return _confirm(connection, desk, stored, asked)


@router.delete(f"{_DIVISION}/reading", response_model=said(NameSpelling), dependencies=_OF_DIVISION)
def release_reading_of_division(
    connection: Writing, desk: Working, system: System, code: Code
) -> dict[str, Any]:
    """Take back what a person said of the reading of a division."""
    stored = correcting.name_of(connection, f"division:{system}:{code}")
    return correcting.release_reading(connection, stored, desk=desk)


def _confirm(
    connection: Connection, desk: Desk, stored: StoredName, asked: ReadingRequest
) -> dict[str, Any]:
    return correcting.confirm_reading(
        connection,
        stored,
        asked.syllables,
        reason=asked.reason,
        replace=asked.replace,
        desk=desk,
    )
