"""Writes the table of permissions into docs/people.md; ``--check`` only says whether it is there.

Run after a change of data/people/permissions.toml: ``.venv/bin/python tools/people_page.py``.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from geo_registry.domain.people import ROLE_TITLES, Guest, Reach, Role, permissions

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/people.md"
BEGIN, END = "<!-- table of permissions: tools/people_page.py -->", "<!-- end of table -->"
_REACH = {Reach.NONE: "", Reach.TOWNS: "镇街", Reach.DISTRICT: "全区"}
_GUEST = {Guest.NEVER: "", Guest.OPEN: "开放时", Guest.ALWAYS: "可"}


def table() -> str:
    """The table in Markdown."""
    source = ROOT / "data/people/permissions.toml"
    acts = permissions(tomllib.loads(source.read_text("utf-8")), source.name).acts.values()
    rows = [
        ["act", "操作", *(ROLE_TITLES[role] for role in Role), "未登录"],
        ["---"] * (len(Role) + 3),
        *([f"`{a.key}`", a.title, *(_REACH[a.of(r)] for r in Role), _GUEST[a.guest]] for a in acts),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def written(page: str) -> str:
    """The page with the present table between its marks."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{table()}\n{END}{after}"


if __name__ == "__main__":
    now = PAGE.read_text("utf-8")
    if "--check" in sys.argv:
        raise SystemExit(written(now) != now)
    PAGE.write_text(written(now), "utf-8")
