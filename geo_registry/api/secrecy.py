"""Levels of secrecy: giving one to a record."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Working, Writing
from geo_registry.domain.secrecy import TITLES
from geo_registry.services.accountability.classifying import classify
from geo_registry.services.people import permitting

router = APIRouter(prefix="/api/v1/secrecy", tags=["secrecy"])


class LevelRequest(BaseModel):
    """A level for a subject, and why."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(max_length=80)
    level: str = Field(max_length=20)
    reason: str = Field(max_length=500)


@router.put("", dependencies=[allow("secrecy.set")])
def set_level(connection: Writing, desk: Working, asked: LevelRequest) -> dict[str, Any]:
    """Give a record a level of secrecy; the reason goes into its history."""
    permitting.require_subjects(connection, desk, "secrecy.set", [asked.subject])
    before = classify(connection, asked.subject, asked.level, reason=asked.reason)
    return {"subject": asked.subject, "before": before, "level": asked.level,
            "title": TITLES[asked.level]}  # fmt: skip
