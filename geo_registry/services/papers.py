"""Papers from editable templates: the text is a file, the values come from the register.

The templates ship in ``data/papers/<name>.md``; a file of the same name in ``papers/`` of the home
folder replaces one. How a template is written: :mod:`geo_registry.formats.paper_template`.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from geo_registry.domain.canonical import canonical, digest
from geo_registry.domain.errors import BadRequest, NotFound, Unreadable
from geo_registry.formats.paper import Paper
from geo_registry.formats.paper_docx import write_docx
from geo_registry.formats.paper_pdf import write_pdf
from geo_registry.formats.paper_template import Template, Values, read_template

if TYPE_CHECKING:
    from geo_registry.settings import Settings

FORMAT = "geo-registry/paper/1"
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
"""The formats in which a paper is handed out."""


def template_names(settings: Settings) -> tuple[str, ...]:
    """The names of all templates, the shipped and the bureau's own."""
    folders = (settings.data / "papers", settings.home / "papers")
    return tuple(sorted({path.stem for folder in folders for path in folder.glob("*.md")}))


def template(name: str, settings: Settings) -> Template:
    """A template by name, the bureau's own first.

    Raises :class:`NotFound` for a name that nobody knows, :class:`Unreadable` for a file that is
    no template.
    """
    return read_template(*_text(name, settings))


def render(name: str, values: Values, settings: Settings, *, on: date) -> Paper:
    """A paper of a day from a template and values (Chinese field names → text, days, lists).

    The same template, values and day give the same bytes. ``values`` may hold more than the
    template asks for. Raises as :func:`template`; a field that is not in ``values`` is
    :class:`Unreadable`, naming the line.
    """
    text, file = _text(name, settings)
    found = read_template(text, file)
    content = {
        "format": FORMAT,
        "template": name,
        "template_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "day": on,
        "values": {key: values.get(key) for key in _asked(found, values)},
    }
    sha256 = digest(content)
    return Paper(
        title=found.head("标题", values),
        subtitle=found.head("副题", values),
        blocks=found.blocks(values),
        footer=f"{found.head('页脚', values)}\n校验码（SHA-256）{sha256}".strip(),
        day=on,
        content=canonical(content),
        sha256=sha256,
        author=found.head("副题", values),
    )


def written(paper: Paper, file_format: str) -> bytes:
    """A paper as a file: ``docx`` or ``pdf``; :class:`BadRequest` for another format."""
    if file_format not in MEDIA_TYPES:
        raise BadRequest(f"文书没有“{file_format[:20]}”这种格式。", advice="可用：docx、pdf。")
    return write_docx(paper) if file_format == "docx" else write_pdf(paper)


def _asked(found: Template, values: Values) -> list[str]:
    """The fields that the paper shows, and the lists it goes through."""
    lists = [k for k, v in values.items() if isinstance(v, (list, tuple))]
    return sorted({*(f for f in found.fields if f in values), *lists})


def _text(name: str, settings: Settings) -> tuple[str, str]:
    if not name.replace("_", "").isalnum():
        raise NotFound(f"没有名为“{name[:40]}”的文书模板。")
    path = _found(name, settings)
    try:
        return path.read_text("utf-8-sig"), str(path)
    except (UnicodeDecodeError, OSError) as error:
        raise Unreadable(
            f"模板 {path} 读不出来（{error}）。", advice="请存为 UTF-8 文本。"
        ) from error


def _found(name: str, settings: Settings) -> Path:
    for folder in (settings.home / "papers", settings.data / "papers"):
        path = folder / f"{name}.md"
        if path.is_file():
            return path
    raise NotFound(
        f"没有名为“{name}”的文书模板。", advice=f"现有：{'、'.join(template_names(settings))}。"
    )
