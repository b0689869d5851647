"""Where rows lie, in words: the areas and files around them, and how many people live there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from geo_registry.store import areas, divisions

if TYPE_CHECKING:
    from geo_registry.domain.reference import Profile


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the areas and files are called in which rows lie, and how many live in a village."""

    profile: Profile
    names: Mapping[str, str]
    households: Mapping[str, int]
    files: Mapping[int, str]

    def scopes(self, row: Any) -> dict[str, str]:
        """The scopes of a row with the usual code columns."""
        found = areas.scopes_of_codes(
            row.village_code, row.town_code, row.county_code, self.profile
        )
        if getattr(row, "built_up_code", None):
            found["built_up"] = row.built_up_code
        return found | ({"batch": str(row.batch_id)} if row.batch_id is not None else {})

    def in_words(self, scopes: Mapping[str, str]) -> str:
        """Town and village, else the county, else the file the row came with."""
        parts = [self.names.get(scopes.get(kind, ""), "") for kind in ("town", "village")]
        if any(parts):
            return "".join(parts)
        county = scopes.get("stat_county", "")
        if county:
            return self.names.get(county, county)
        return self.files.get(int(scopes["batch"]), "") if "batch" in scopes else ""


def surroundings_of(connection: Connection, rows: Sequence[Any], profile: Profile) -> Surroundings:
    """What must be known of the areas and files in which these rows lie, in three queries."""
    codes: set[str] = set()
    for row in rows:
        codes |= set(_codes(row))
    called = divisions.names_of(connection, codes)
    villages = [c for c in codes if len(c) == 12]
    batches = {row.batch_id for row in rows if getattr(row, "batch_id", None) is not None}
    counted = connection.execute(_HOUSEHOLDS, {"codes": villages}) if villages else ()
    files = connection.execute(_FILES, {"ids": list(batches)}) if batches else ()
    return Surroundings(
        profile,
        called,
        {code: households for code, households in counted},  # noqa: C416 - rows, typed by use
        {number: name for number, name in files},  # noqa: C416
    )


_HOUSEHOLDS = text(
    "SELECT code, max(households) FROM registry.admin_division "
    "WHERE code = ANY (:codes) AND code_system = 'nbs' AND households IS NOT NULL GROUP BY code"
)
_FILES = text("SELECT id, file_name FROM registry.import_batch WHERE id = ANY (:ids)")


def _codes(row: Any) -> list[str]:
    if hasattr(row, "code"):
        return [row.code, row.code[:9], row.code[:6]]
    return [c for c in (row.village_code, row.town_code, row.county_code) if c]
