"""Who may have a name: what the rules say of it, and that nobody else got it in the same moment.

The rules explain; the locks guarantee. A lock on scope and key is held from before the check until
the transaction ends, so that of two clerks who give one name at once the second sees the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import TYPE_CHECKING

from geo_registry.domain.errors import Conflict, Refused
from geo_registry.domain.finding import Finding, Severity
from geo_registry.domain.identity import CANDIDATE, Scope
from geo_registry.domain.naming import CHINA, EVENT_TITLES, EventKind
from geo_registry.domain.place import PLACE_CLASSES, NameKind
from geo_registry.services.accountability import withholding
from geo_registry.services.names import checking
from geo_registry.store import areas, divisions, naming
from geo_registry.store.places import lock_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference, UniquenessScope
    from geo_registry.domain.toponym import Toponym
    from geo_registry.services.names.checking import NameCheck
    from geo_registry.store.naming import HeldPlace, Taken


def moment(at: datetime) -> str:
    """A moment as it is said to a person, in the time of China."""
    local = at.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def require_free(
    connection: Connection,
    place: HeldPlace,
    toponym: Toponym,
    *,
    on: date,
    reference: Reference,
    profile: Profile,
    hidden: AbstractSet[str] = frozenset(),
) -> None:
    """Lock the name in every scope in which it must be the only one, then look who has it.

    Raises :class:`Conflict`, saying by whom and when it was given, where another place of the
    scope bears a given name with the same key on the day or later; not by whom, where it is
    among what is ``hidden`` from the person.
    """
    rows = _rows(place, reference, profile)
    wanted = sorted((scope, row.part, getattr(toponym.keys, row.part)) for scope, row in rows)
    for scope, part, key in wanted:
        lock_name(connection, scope, f"{part}:{key}")
    families = {(scope, row.part): row.place_classes for scope, row in rows}
    for scope, part, key in wanted:
        taken = naming.given_elsewhere(
            connection,
            part=part,
            key=key,
            column=_COLUMNS.get(scope.kind, "county"),
            codes=areas.prefixes(scope, profile),
            families=families[scope, part],
            place_id=place.id,
            on=on,
        )
        if taken is not None and key and f"place:{taken.place_id}" in hidden:
            raise Conflict(
                f"“{toponym.full}”不能使用：{withholding.WITHHELD}", advice=withholding.ADVICE
            )
        if taken is not None and key:
            raise Conflict(
                _taken_in_words(connection, taken), advice="请另拟名称，或与对方核对后再办。"
            )


_COLUMNS = {"village": "village", "town": "town", "built_up": "built_up", "batch": "batch"}


def _rows(
    place: HeldPlace, reference: Reference, profile: Profile
) -> list[tuple[Scope, UniquenessScope]]:
    """The rows of the table of uniqueness that speak of the place, with the area of each."""
    scopes = scopes_of(place, profile)
    found = []
    for row in profile.compared(reference.uniqueness):
        if row.sound != "none" or not row.concerns(place.place_class):
            continue
        for kind in (row.scope, row.fallback, "batch"):
            if kind == "nation":
                found.append((Scope("nation", ""), row))
                break
            if kind in scopes:
                found.append((Scope(kind, scopes[kind]), row))
                break
    return found


def scopes_of(place: HeldPlace, profile: Profile) -> dict[str, str]:
    """The areas a place lies in, by kind."""
    codes = place.codes
    found = areas.scopes_of_codes(codes["village"], codes["town"], codes["county"], profile)
    return found | {k: v for k in ("built_up", "batch") if (v := codes[k]) is not None}


def _taken_in_words(connection: Connection, taken: Taken) -> str:
    called = divisions.names_of(connection, [c for c in (taken.town_code, taken.village_code) if c])
    where = "".join(called.get(c or "", "") for c in (taken.town_code, taken.village_code))
    title = PLACE_CLASSES.get(taken.place_class, taken.place_class)
    by = f"由{taken.person}" if taken.person else ""
    authority = f"（{taken.authority}）" if taken.authority else ""
    bearer = f"{where}的{title}" if where else title
    return (
        f"“{taken.full}”已{by}于{moment(taken.at)}{authority}批准给{bearer}"
        f"（编号 place:{taken.place_id}）。"
    )


def require_undecided(connection: Connection, place: HeldPlace, proposal: int) -> None:
    """Raise :class:`Conflict` where somebody has decided the proposal, saying who and how."""
    row = next((n for n in place.life.names if n.id == proposal), None)
    if row is None or row.kind is not NameKind.PROPOSED or row.superseded_at is None:
        return
    decided = naming.decided_by(connection, proposal)
    if decided is None:
        raise Conflict(f"拟用名“{row.full}”已于{moment(row.superseded_at)}办结。")
    kind = EventKind(decided["kind"])
    who = f"已由{decided['person']}于{moment(decided['recorded_at'])}"
    if kind in {EventKind.NAMED, EventKind.RENAMED} and decided["name"] == row.full:
        raise Conflict(f"“{row.full}”{who}批准给这处地方（编号 {place.subject}），不必重复批准。")
    raise Conflict(f"拟用名“{row.full}”{who}办理{EVENT_TITLES[kind]}，不再待批。")


# ---- what the rules say -------------------------------------------------------------------------


def judged(
    connection: Connection,
    place: HeldPlace,
    toponym: Toponym,
    *,
    on: date,
    reference: Reference,
    profile: Profile,
) -> NameCheck:
    """The verdict on a name for a place, as ``check-name`` gives it."""
    located = checking.locate(connection, place.subject, None, profile)
    (check,) = checking.check_each(
        connection, [toponym], located, reference=reference, profile=profile, on=on
    )
    return check


def standing_against(check: NameCheck, own: str) -> list[Finding]:
    """The findings that stand against giving the name to ``own``.

    Left out: what rests on the names of the place itself, and on proposals of others that nobody
    has approved; of two pending proposals the first one approved wins.
    """
    found = []
    for finding, against in zip(check.findings, check.against, strict=True):
        others = set(finding.subjects) - {CANDIDATE, own}
        decided = any(c.subject != own and c.kind is not NameKind.PROPOSED for c in against)
        alone = set(finding.subjects) == {CANDIDATE}
        if alone or decided or (others and not against):
            found.append(finding)
    return found


def require_fit(
    check: NameCheck, own: str, despite: str, hidden: AbstractSet[str] = frozenset()
) -> tuple[Finding, ...]:
    """Raise :class:`Refused` where a rule forbids the name; return what was overruled.

    ``block`` is never overruled; ``error`` is where the clerk writes why (``despite``).
    """
    against = [withholding.worded(f, hidden) for f in standing_against(check, own)]
    blocked = [f for f in against if f.severity is Severity.BLOCK]
    wrong = [f for f in against if f.severity is Severity.ERROR]
    if blocked:
        raise Refused(
            f"“{check.toponym.full}”属于禁止情形：{_messages(blocked)}", advice=_basis(blocked)
        )
    if wrong and not despite.strip():
        raise Refused(
            f"“{check.toponym.full}”不符合规定：{_messages(wrong)}",
            advice=f"{_basis(wrong)}请另拟名称；确需使用的，请写明理由后再办。",
        )
    return tuple(wrong)


def _messages(findings: Iterable[Finding]) -> str:
    return "".join(f"{f.message.rstrip('。')}（{f.rule_id}）。" for f in findings)


def _basis(findings: Iterable[Finding]) -> str:
    named = list(dict.fromkeys(str(b) for f in findings for b in f.basis))
    return f"依据：{'、'.join(named)}。" if named else ""
