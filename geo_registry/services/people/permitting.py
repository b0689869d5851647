"""Whether a person may do an act on a thing: the one place where that is decided.

Doors ask with :func:`require_on` before the act; services that learn only on the way what they
touch ask with :func:`require`. The table is ``data/people/permissions.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from geo_registry.domain.errors import Forbidden
from geo_registry.domain.people import ROLE_TITLES, Actor, Permissions, Reach, Role
from geo_registry.services.accountability import withholding
from geo_registry.services.desk import Desk
from geo_registry.store import divisions, naming, subject_towns


def may(desk: Desk, act: str, *, town: str | None = None) -> bool:
    """Whether the person at the desk may do an act in a town (None: on what lies in no town)."""
    return desk.reference.permissions.allows(desk.actor, act, town)


def require(desk: Desk, act: str, *, town: str | None = None) -> None:
    """Raise :class:`Forbidden`, saying who may, unless the person may do the act in ``town``."""
    require_role(desk.reference.permissions, desk.actor, act)
    if not may(desk, act, town=town):
        raise _elsewhere(desk.reference.permissions, desk.actor, act, "")


def require_in_towns(
    connection: Connection,
    permissions: Permissions,
    actor: Actor,
    act: str,
    towns: Iterable[str | None],
) -> None:
    """As :func:`require`, in each of the towns; none of them counts as lying in no town."""
    require_role(permissions, actor, act)
    outside = [t for t in (set(towns) or {None}) if not permissions.allows(actor, act, t)]
    if outside:
        codes = {t for t in outside if t is not None}
        called = divisions.names_of(connection, codes)
        words = "、".join(called.get(c, c) for c in sorted(codes))
        raise _elsewhere(permissions, actor, act, words)


def require_on(
    connection: Connection, permissions: Permissions, actor: Actor, act: str, subject: str
) -> None:
    """As :func:`require`, on the thing of an id; one that is not there counts as in no town."""
    require_role(permissions, actor, act)
    if permissions.reach(actor, act) is Reach.TOWNS and actor.towns:
        towns = towns_of(connection, subject)
        require_in_towns(connection, permissions, actor, act, towns)


def require_subjects(connection: Connection, desk: Desk, act: str, subjects: Iterable[str]) -> None:
    """As :func:`require`, on each of several things (``place:12``) that the person may see."""
    subjects = list(subjects)
    withholding.require_seen(connection, desk, *subjects)
    for subject in subjects:
        require_on(connection, desk.reference.permissions, desk.actor, act, subject)


def require_role(permissions: Permissions, actor: Actor, act: str) -> None:
    """Raise :class:`Forbidden` where the role, or the key of the program, is not meant for it."""
    if permissions.reach(actor, act) is not Reach.NONE:
        return
    known = permissions.act(act)
    if known.of(actor.role) is not Reach.NONE:
        raise Forbidden(f"这个令牌不能用于“{known.title}”。", advice="请设立包含这项操作的令牌。")
    roles = [ROLE_TITLES[role] for role in Role if known.of(role) is not Reach.NONE]
    raise Forbidden(
        f"{ROLE_TITLES[actor.role]}不能做这件事：{known.title}。",
        advice=f"可以由{'、'.join(roles)}办理。" if roles else "",
    )


def towns_of(connection: Connection, subject: str) -> frozenset[str | None]:
    """The towns in which a thing lies; a place may be named by its permanent id too."""
    kind, _, rest = subject.partition(":")
    if kind == "place":
        found = naming.place_named(connection, rest.strip())
        subject = f"place:{found}"
    return subject_towns.towns_of(connection, subject)


def _elsewhere(permissions: Permissions, actor: Actor, act: str, where: str) -> Forbidden:
    title = permissions.act(act).title
    return Forbidden(
        f"{actor.name}负责的镇街不包括{where or '这里（或它不在任何一个镇街）'}，不能做：{title}。",
        advice="请由负责该镇街的人或全区的人办理；负责范围由管理员设定。",
    )
