"""Administrative divisions: written in bulk, looked up by code and by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo_registry.store.rows import DivisionRow, MatchRow
from geo_registry.store.tables import admin_division, division_match
from geo_registry.store.writing import column_wise, copy_rows, toponym_columns

NBS = "nbs"
LEVEL_TITLES = {1: "省", 2: "市", 3: "县（区）", 4: "乡镇、街道", 5: "村（居）委会"}


@dataclass(frozen=True, slots=True)
class Division:
    """One division as it is shown: what it is called and where it hangs."""

    id: int
    code: str
    code_system: str
    name: str
    level: int
    parent_code: str | None
    households: int | None


def insert_divisions(
    connection: Connection,
    rows: Sequence[DivisionRow],
    *,
    progress: Callable[[int], None] | None = None,
) -> list[int]:
    """Write divisions with the comparison keys of their names; ``progress`` hears of each piece.

    A second row of one code, system and beginning breaks ``admin_division_identity``.
    """
    columns = column_wise(
        rows,
        *("code", "code_system", "name", "level", "parent_code", "valid_from", "valid_to"),
        *("households", "seat", "extent", "source", "sample"),
    )
    columns |= toponym_columns(r.toponym for r in rows)
    return copy_rows(connection, admin_division, columns, progress=progress)


def insert_matches(connection: Connection, rows: Sequence[MatchRow]) -> list[int]:
    """Write lines of the crosswalk between the civil-affairs and the statistical codes."""
    columns = column_wise(rows, "mca_code", "nbs_code", "how", "confidence")
    return copy_rows(connection, division_match, columns)


def names_of(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """Code → name for statistical codes of any level that are valid now; unknown ones are left out.

    Provinces are looked up by their first two digits, whether the list holds 37 or 370000.
    """
    wanted = set(codes)
    if not wanted:
        return {}
    asked = list(wanted | {c + "0000" for c in wanted if len(c) == 2})
    rows = connection.execute(_NAMES, {"codes": asked, "system": NBS})
    found: dict[str, str] = {}
    for code, name in rows:
        found[code] = name
        if code.endswith("0000") and len(code) == 6:
            found[code[:2]] = name
    return found


_NAMES = text(
    "SELECT DISTINCT code, name FROM registry.admin_division "
    "WHERE code = ANY (:codes) AND code_system = :system AND valid_to IS NULL"
)


def find(connection: Connection, code: str, code_system: str = NBS) -> Division | None:
    """The division that bears a code today."""
    row = connection.execute(
        text(
            "SELECT id, code, code_system, name, level, parent_code, households "
            "FROM registry.admin_division "
            "WHERE code = :code AND code_system = :system AND valid_to IS NULL "
            "ORDER BY valid_from DESC NULLS LAST LIMIT 1"
        ),
        {"code": code, "system": code_system},
    ).one_or_none()
    return None if row is None else Division(*row)


def find_by_name(
    connection: Connection, name: str, *, within: Sequence[str], code_system: str = NBS
) -> list[Division]:
    """The divisions of a name inside counties (``within``: code prefixes), widest level first."""
    rows = connection.execute(
        text(
            "SELECT id, code, code_system, name, level, parent_code, households "
            "FROM registry.admin_division "
            "WHERE code_system = :system AND valid_to IS NULL AND left(code, 6) = ANY (:within) "
            # 港头村 is the village of 港头村委会, 港头村村委会 or 港头村村民委员会.
            " AND (name = :name OR (level = 5 AND starts_with(name, :name) "
            "  AND right(name, -length(:name)) IN "
            "   ('委会', '委员会', '村委会', '村民委员会', '居委会', '居民委员会'))) "
            "ORDER BY level, code"
        ),
        {"name": name, "system": code_system, "within": list(within)},
    )
    return [Division(*row) for row in rows]


def known_codes(
    connection: Connection, codes: Sequence[str], code_system: str = NBS
) -> frozenset[str]:
    """Which of these codes the registry has already, in force or not."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT d.code FROM registry.admin_division d "
            "JOIN unnest(CAST(:codes AS text[])) AS c(code) ON c.code = d.code "
            "WHERE d.code_system = :system"
        ),
        {"codes": list(codes), "system": code_system},
    )
    return frozenset(code for (code,) in rows)
