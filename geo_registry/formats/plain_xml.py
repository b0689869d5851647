"""XML as exchange formats of maps write it (KML, GPX, GML): text without entities of its own.

A document type may define entities that read files of this computer or grow without end. No map
needs one, so such a file is refused before any parser sees it; nothing is ever expanded.
"""

from __future__ import annotations

from pathlib import Path

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.content import decode

SUFFIXES = (".kml", ".gpx", ".gml")


def plain_xml(path: Path) -> str:
    """The text of an XML file; :class:`Unreadable` where it declares a document type or entities.

    Any encoding that :func:`~geo_registry.formats.content.decode` knows is read; a file in another
    one is refused, so that nothing can hide in it.
    """
    text, _ = decode(path.read_bytes(), path.name)
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise Unreadable(
            f"“{path.name}”里有自定义实体或文档类型声明（<!DOCTYPE、<!ENTITY），"
            "为安全起见没有打开。",
            advice="请在原软件中重新导出，或用文本编辑器删去这段声明后再导入。",
        )
    return text
