"""Searching by name, pinyin, initials, code and number of papers; counting names in an area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.store.queries import query


def search(connection: Connection, q: str, counties: Sequence[str], *, limit: int) -> list[Any]:
    """Subjects whose name, toneless pinyin, initials or code fit, best first; former names too."""
    plain = _literal(q)
    latin = plain.replace(" ", "").lower()
    nothing = "\\"  # a lone escape would be an error; this matches no name
    return list(
        connection.execute(
            query("search"),
            {
                "name": q,
                "prefix": f"{plain}%",
                "inside": f"%{plain}%",
                "latin": f"{latin}%" if latin.isascii() and latin.isalpha() else nothing * 2,
                "code": f"{plain}%" if plain.isdecimal() else nothing * 2,
                "counties": list(counties),
                "limit": limit,
            },
        )
    )


def search_papers(connection: Connection, plain: str, *, limit: int) -> list[Any]:
    """Subjects whose papers have a number that holds ``plain``.

    ``plain`` comes without brackets and blanks; rows: subject, said (批文 威民〔2019〕12号).
    """
    asked = {"inside": f"%{_literal(plain)}%", "limit": limit}
    return list(connection.execute(query("search_papers"), asked))


def search_cases(connection: Connection, plain: str, words: str, *, limit: int) -> list[Any]:
    """Cases by number, title or number of a paper; rows: id, title, number, state, paper.

    ``plain`` comes without brackets and blanks, ``words`` as they were typed.
    """
    asked = {
        "inside": f"%{_literal(plain)}%",
        "worded": f"%{_literal(words)}%",
        "limit": limit,
    }
    return list(connection.execute(query("search_cases"), asked))


def _literal(words: str) -> str:
    """Words as LIKE takes them for themselves."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_LEVELS = {
    "division.province": 1,
    "division.city": 2,
    "division.county": 3,
    "division.town": 4,
    "committee_seat": 5,
}
"""Classes that are rows of the list of divisions, by their level there."""


def count_names(
    connection: Connection, codes: Sequence[str], place_class: str, *, built_up: bool = False
) -> tuple[int, int]:
    """How many things of a class lie under codes, and how many names they have or had.

    ``built_up``: the codes are those of built-up areas, not beginnings of statistical codes.
    """
    if place_class in _LEVELS:
        found = connection.scalar(
            text(
                "SELECT count(*) FROM unnest(CAST(:codes AS text[])) c(code) "
                "JOIN registry.admin_division d ON d.code LIKE c.code || '%' "
                "WHERE d.level = :level AND d.code_system = 'nbs' AND d.valid_to IS NULL"
            ),
            {"codes": list(codes), "level": _LEVELS[place_class]},
        )
        return int(found or 0), int(found or 0)
    if built_up:
        row = connection.execute(
            text(
                "SELECT count(DISTINCT p.id) AS things, count(n.id) AS names "
                "FROM registry.place p "
                "JOIN registry.place_name n ON n.place_id = p.id AND n.superseded_at IS NULL "
                "WHERE p.built_up_code = ANY (:codes) "
                " AND (p.place_class = :class OR p.place_class LIKE :class || '.%')"
            ),
            {"codes": list(codes), "class": place_class},
        ).one()
        return row.things, row.names
    row = connection.execute(
        text(
            "SELECT count(DISTINCT p.id) AS things, count(n.id) AS names "
            "FROM unnest(CAST(:codes AS text[])) c(code) "
            "JOIN registry.place p ON coalesce(p.village_code, p.town_code, p.county_code) "
            " LIKE c.code || '%' "
            "JOIN registry.place_name n ON n.place_id = p.id AND n.superseded_at IS NULL "
            "WHERE p.place_class = :class OR p.place_class LIKE :class || '.%'"
        ),
        {"codes": list(codes), "class": place_class},
    ).one()
    return row.things, row.names
