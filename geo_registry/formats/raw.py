"""A layer as a file holds it, before any check: attributes, geometries, the system it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars
from numpy.typing import NDArray

from geo_registry.domain.errors import Issue


@dataclass(frozen=True, slots=True)
class RawLayer:
    """One layer in the file's own coordinates; ``crs`` is ``None`` where the file names none.

    ``open_ends`` marks outlines that need not end where they began: lines walked round an area,
    rings left open. An area may be made of them; how far apart the ends lie is then said.
    """

    attributes: polars.DataFrame
    geometry: NDArray[Any]
    crs: str | None
    encoding: str = "UTF-8"
    issues: tuple[Issue, ...] = ()
    open_ends: NDArray[np.bool_] | None = None
