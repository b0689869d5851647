"""Levels of secrecy (密级) of records, and which of them a viewer may see."""

from __future__ import annotations

from geo_registry.domain.errors import BadRequest

LEVELS = ("public", "internal", "secret")
"""From the most open to the most closed."""
TITLES = {"public": "公开", "internal": "内部", "secret": "秘密"}


def up_to(level: str) -> tuple[str, ...]:
    """The levels that somebody cleared for ``level`` may see; :class:`BadRequest` if unknown."""
    return LEVELS[: LEVELS.index(checked(level)) + 1]


def checked(level: str) -> str:
    """The level itself; :class:`BadRequest` for a word that is none."""
    if level not in LEVELS:
        known = "、".join(f"{key}（{title}）" for key, title in TITLES.items())
        raise BadRequest(f"没有“{level[:20]}”这个密级。", advice=f"可用：{known}。")
    return level
