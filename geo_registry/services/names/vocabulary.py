"""The words that forms offer, so that no page keeps a list of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_registry.domain.cemetery import EFFECTS, METHODS
from geo_registry.domain.crs_words import title_of
from geo_registry.services.boundaries.uploading import MAX_BYTES
from geo_registry.services.cemeteries.listing_plots import TYPE_TITLES

if TYPE_CHECKING:
    from geo_registry.domain.reference import Profile, Reference

_GEOGRAPHIC = ("EPSG:4490", "EPSG:4326", "GCJ02", "BD09")
_ZONE, _MERIDIAN = 4513 - 25, 4534 - 25
"""EPSG code of a 3-degree zone of CGCS2000 less its number: with and without the zone in front."""


def words(profile: Profile, reference: Reference) -> dict[str, Any]:
    """Methods of measuring, systems of this district, types, effects, eco-burials, prices."""
    return {
        "methods": [
            {"key": m.key, "title": m.title, "sigma_m": m.accuracy.sigma_m, "grade": m.grade}
            for m in METHODS.values()
        ],
        "systems": [{"key": key, "title": title_of(key)} for key in systems(profile)],
        "cemetery_types": [{"key": str(k), "title": title} for k, title in TYPE_TITLES.items()],
        "effects": [{"key": key, "title": title} for key, title in EFFECTS.items()],
        "eco_kinds": [{"key": k.key, "title": k.title} for k in reference.eco_kinds.values()],
        "price_types": [
            {"key": p.key, "title": p.title} for p in reference.fee_terms.price_types.values()
        ],
        "upload_mb": MAX_BYTES >> 20,
    }


def systems(profile: Profile) -> list[str]:
    """The systems that boundary files of the district come in, the likeliest first."""
    extent = profile.parameters.get("extent")
    if extent is None:
        return list(_GEOGRAPHIC)
    west, _, east, _ = extent.value
    zones = sorted({round(west / 3), round((west + east) / 6), round(east / 3)})
    return [
        *_GEOGRAPHIC,
        *(f"EPSG:{_MERIDIAN + zone}" for zone in zones),
        *(f"EPSG:{_ZONE + zone}" for zone in zones),
    ]
