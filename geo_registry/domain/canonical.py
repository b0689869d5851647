"""One way to write a value down, so that equal contents have equal bytes and one hash.

After RFC 8785 (JSON canonicalisation): keys in the order of their UTF-16 units, no spaces, UTF-8.
Stricter in two points: strings are in Unicode form NFC, and numbers with a fraction are strings,
because no two languages print floats alike.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

DECIMALS = 7
"""Digits kept of a number with a fraction: 1 cm of a coordinate in degrees."""


def plain(value: Any) -> Any:
    """The value as maps with sorted keys, lists, strings, whole numbers, booleans and None.

    Dates become ISO text, sets sorted lists; anything else that JSON does not know its ``str``.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        items = {unicodedata.normalize("NFC", str(k)): plain(v) for k, v in value.items()}
        return {k: items[k] for k in sorted(items, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(v) for v in value), key=canonical)
    return unicodedata.normalize("NFC", str(value))


def _decimal(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value in UTF-8.

    >>> canonical({"b": 1.50, "a": ["夼", None]}).decode()
    '{"a":["夼",null],"b":"1.5"}'
    """
    return json.dumps(
        plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
