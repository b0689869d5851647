"""Files that are tied to subjects."""

from __future__ import annotations

from datetime import datetime

from geo_registry.api.answering import Answer


class AttachmentLine(Answer):
    """An attachment, without its content."""

    id: int
    subject: str
    kind: str
    title: str
    file_name: str
    download_name: str
    media_type: str
    media_title: str
    sha256: str
    size: int
    secrecy: str
    secrecy_title: str
    by: str
    at: datetime


class Attachments(Answer):
    """What is attached to a subject, oldest first."""

    items: list[AttachmentLine]
