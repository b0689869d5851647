"""A layer as a file holds it, before any check: attributes, geometries, the system it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars
from numpy.typing import NDArray

from geo_registry.domain.errors import Issue


@dataclass(frozen=True, slots=True)
class RawLayer:
    """One layer in the file's own coordinates; ``crs`` is ``None`` where the file names none."""

    attributes: polars.DataFrame
    geometry: NDArray[Any]
    crs: str | None
    encoding: str = "UTF-8"
    issues: tuple[Issue, ...] = ()
