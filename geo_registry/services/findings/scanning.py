"""Scanning: every rule over every slice, reconciled with what is known by fingerprint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry.domain.finding import Finding, FindingState, Waiver, state_of
from geo_registry.domain.identity import Pair, Scope
from geo_registry.rules import catalogue, rule
from geo_registry.services.reports.overview import parameters
from geo_registry.services.rulebook.rule_pages import describe_basis
from geo_registry.store import areas, built_up, findings, gazetteer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.gazetteer import Gazetteer
    from geo_registry.domain.reference import Profile, Reference
    from geo_registry.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """What a scan found. ``by_rule`` counts findings seen, new, waived and gone, by rule id.

    ``severities`` are those of the open findings of this run; ``notes`` are Chinese sentences a
    person must know to read the figures; ``parameters`` the settings they rest on.
    """

    run_id: int
    scopes: tuple[str, ...]
    by_rule: Mapping[str, Mapping[str, Any]]
    severities: Mapping[str, int]
    notes: tuple[str, ...]
    parameters: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class _Seen:
    """What the slices gave so far."""

    rows: dict[str, findings.FindingRow] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    partial: set[str] = field(default_factory=set)
    """Fingerprints of what a slice shows in part only; another slice may hold all of it."""
    lies_in: areas.LiesIn = field(default_factory=dict)
    seats: Counter[str] = field(default_factory=Counter)


def scan(
    connection: Connection,
    *,
    scopes: Sequence[Scope] | None = None,
    rules: Sequence[str] | None = None,
    reference: Reference,
    profile: Profile,
    on: date,
    person: int,
    advance: Callable[[int], None] | None = None,
) -> ScanSummary:
    """Run rules over slices of the registry and reconcile: new ∪ seen again ∪ gone.

    Left out, ``scopes`` are everything registered and ``rules`` the whole catalogue. Only findings
    of the rules and scopes scanned may become gone. A finding whose own scope is wider than the
    slice has been seen in part only: it is left as it is and the summary says so. ``advance``
    hears of each slice.
    """
    chosen = [rule(r) for r in rules] if rules else list(catalogue().values())
    slices = list(scopes) if scopes else gazetteer.scopes(connection, profile)
    run_id = findings.open_run(
        connection, scopes=slices, rules=[r.id for r in chosen], day=on, person=person
    )
    known = findings.stored(connection, rules=[r.id for r in chosen])
    waivers = findings.waivers(connection, rules=[r.id for r in chosen])
    seen = _Seen(lies_in=built_up.divisions_of(connection))
    for part in slices:
        loaded = gazetteer.load(connection, part, reference=reference, profile=profile, on=on)
        _run_rules(connection, part, loaded, chosen, waivers, seen)
        if advance is not None:
            advance(1)
    findings.upsert(connection, list(seen.rows.values()), run_id=run_id)
    everything = scopes is None
    gone = [
        s
        for s in known
        if s.state is not FindingState.GONE
        and s.fingerprint not in seen.rows
        and _was_looked_at(s, slices, seen, profile, everything=everything)
    ]
    findings.mark_gone(connection, [s.id for s in gone])
    summary = _summary(
        run_id, slices, chosen, seen, known, gone, _notes(connection, slices, seen, profile, on),
        profile,
    )  # fmt: skip
    findings.close_run(
        connection, run_id, counts={k: dict(v) for k, v in summary.by_rule.items()},
        notes=summary.notes,
    )  # fmt: skip
    return summary


def waived_until(
    rule_id: str, pairs: Iterable[Pair], waivers: Sequence[Waiver], on: date
) -> tuple[FindingState, date | None]:
    """The state the waivers give a finding on a day, and the last day on which it holds."""
    pairs = list(pairs)
    if state_of(rule_id, pairs, waivers, on) is FindingState.OPEN:
        return FindingState.OPEN, None
    ends = [
        max(w.expires_on or findings.FOREVER for w in waivers if w.covers(rule_id, pair, on))
        for pair in pairs
    ]
    return FindingState.WAIVED, min(ends)


def _run_rules(
    connection: Connection,
    part: Scope,
    loaded: Gazetteer,
    rules: Sequence[Rule],
    waivers: Sequence[Waiver],
    seen: _Seen,
) -> None:
    seen.loaded |= {p.subject for p in loaded.places} | {c.subject for c in loaded.cemeteries}
    seen.loaded |= {g.subject for g in loaded.graves} | {c.subject for c in loaded.cases}
    seen.seats[str(part)] = sum(p.is_a("committee_seat") for p in loaded.places)
    fresh: list[Finding] = []
    for each in rules:
        for found in each.run(loaded):
            if not _inside(found.scope, part, loaded.profile, seen.lies_in):
                seen.partial.add(found.fingerprint)
            elif found.fingerprint not in seen.rows:
                fresh.append(found)
    for row in rows_of(connection, loaded, fresh, waivers):
        seen.rows[row.finding.fingerprint] = row


def rows_of(
    connection: Connection,
    loaded: Gazetteer,
    fresh: Iterable[Finding],
    waivers: Sequence[Waiver],
) -> Iterator[findings.FindingRow]:
    """Findings of a slice as they are written: in words, in degrees, and as the waivers have it."""
    fresh = list(fresh)
    called = areas.names(connection, {f.scope for f in fresh}, loaded.profile)
    places = {p.subject: p for p in loaded.places}
    sites = {c.subject: c for c in loaded.cemeteries}
    others: dict[str, Any] = {g.subject: g for g in loaded.graves}
    others |= {c.subject: c for c in loaded.cases} | {c.subject: c for c in loaded.subsidies}
    for found in fresh:
        members = [places.get(s) or sites.get(s) or others.get(s) for s in found.subjects]
        within = [dict(m.scopes or {}) for m in members if m is not None]
        towns = sorted({s["town"] for s in within if "town" in s})
        state, until = waived_until(found.rule_id, found.pairs, waivers, loaded.on)
        yield findings.FindingRow(
            finding=found,
            basis=[describe_basis(b) for b in found.basis],
            scope_name=called[found.scope],
            town_codes=towns,
            managed=not towns or any(loaded.profile.manages(t) for t in towns),
            geometry=None if found.where is None else loaded.plane.to_degrees(found.where),
            marks=_marks(found, loaded, places),
            state=state,
            waived_until=until,
        )


def _marks(found: Finding, loaded: Gazetteer, places: Mapping[str, Any]) -> Any:
    """Where the map shows a finding: on the land it speaks of, else on each of its places."""
    shapes = [found.where]
    if found.where is None:
        shapes = [places[s].geometry for s in found.subjects if s in places]
    points = [
        s.point_on_surface() for s in shapes if s is not None and not shapely.is_empty(s)
    ]  # fmt: skip
    if not points:
        return None
    return loaded.plane.to_degrees(shapely.MultiPoint(points))


_OF_DIVISIONS = ("nation", "province")
"""Kinds of scope in which names of divisions are compared: a county comes with all its likes."""


def _inside(scope: Scope, part: Scope, profile: Profile, lies_in: areas.LiesIn) -> bool:
    """Whether the slice holds all of the scope, so that what was found in it is complete."""
    if scope.kind in _OF_DIVISIONS and part.kind == "legal_county":
        return True
    if scope.kind in areas.AREA_KINDS or scope.kind == "built_up":
        return areas.covers(part, scope, profile, lies_in)
    if part.kind == "cemetery" and scope.kind == "cemetery":
        return part.code.rpartition(":")[2] == scope.code.rpartition(":")[2]
    return True


def _was_looked_at(
    known: findings.Stored,
    slices: Sequence[Scope],
    seen: _Seen,
    profile: Profile,
    *,
    everything: bool,
) -> bool:
    if known.scope.kind in areas.AREA_KINDS and known.scope.kind not in _OF_DIVISIONS:
        return any(areas.covers(part, known.scope, profile) for part in slices)
    if everything:
        return True
    return any(
        _inside(known.scope, part, profile, seen.lies_in)
        and seen.loaded.intersection(known.subjects)
        for part in slices
    )


def _notes(
    connection: Connection, slices: Sequence[Scope], seen: _Seen, profile: Profile, on: date
) -> list[str]:
    members = list(profile.legal_county_members.value)
    notes = []
    for part in slices:
        if part.kind != "stat_county" or part.code not in members or len(members) == 1:
            continue
        others = "、".join(m for m in members if m != part.code)
        total = gazetteer.count_seats(connection, members, on)
        notes.append(
            f"统计代码 {part.code} 只含 {seen.seats[str(part)]} 个村（居）委会，"
            f"法定的{profile.name}共 {total} 个（还包括统计代码 {others}）。"
            "村（居）委会名称要在整个法定区内比对，"
            f"跨代码的重名、同音在本次范围内看不到；请改用 --scope legal_county:{profile.code}。"
        )
    partial = len(seen.partial - seen.rows.keys())
    if partial:
        notes.append(
            f"另有 {partial} 个问题的比对范围大于本次检查的范围，本次只看到一部分，未更新。"
        )
    return notes


def _summary(
    run_id: int,
    slices: Sequence[Scope],
    rules: Sequence[Rule],
    seen: _Seen,
    known: Sequence[findings.Stored],
    gone: Sequence[findings.Stored],
    notes: Sequence[str],
    profile: Profile,
) -> ScanSummary:
    before = {s.fingerprint for s in known}
    ended = Counter(s.rule_id for s in gone)
    by_rule: dict[str, dict[str, Any]] = {}
    for each in rules:
        rows = [r for r in seen.rows.values() if r.finding.rule_id == each.id]
        by_rule[each.id] = {
            "title": each.title,
            "found": len(rows),
            "new": sum(r.finding.fingerprint not in before for r in rows),
            "waived": sum(r.state is FindingState.WAIVED for r in rows),
            "gone": ended[each.id],
            "severities": dict(Counter(str(r.finding.severity) for r in rows)),
        }
    severities = Counter(
        str(r.finding.severity) for r in seen.rows.values() if r.state is FindingState.OPEN
    )
    return ScanSummary(
        run_id,
        tuple(str(s) for s in slices),
        by_rule,
        dict(severities),
        tuple(notes),
        tuple(parameters(profile)),
    )
