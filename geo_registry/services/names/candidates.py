"""Several candidates for one place: judged in one go, ranked, each with a sentence why it is there.

First the one with the least weighty finding, then the fewest and lightest findings, then the
shorter name, then the order in which they were written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.finding import Severity
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.toponym import Toponym
from geo_registry.rules.comparing import compared_scopes
from geo_registry.services.names import checking
from geo_registry.services.names.checking import Located, NameCheck
from geo_registry.services.names.rule_verdicts import NOT_COMPARED, word

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

MAX_CANDIDATES = 20
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Rival:
    """Another candidate of the same list that a rule sets against this one."""

    name: str
    rule_id: str
    title: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """One candidate: its check, its place in the list (1 is best), why, and its rivals."""

    rank: int
    check: NameCheck
    why: str
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """What was written and cannot be a name: its position in the list from 1, and why."""

    position: int
    written: str
    message: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ranked candidates, what could not be judged, and notes on the list itself."""

    ranked: tuple[Ranked, ...]
    unusable: tuple[Unusable, ...]
    notes: tuple[str, ...]


def check_names(
    connection: Connection,
    names: Sequence[str],
    *,
    place_class: str,
    at: str | None = None,
    point: tuple[float, float] | None = None,
    reference: Reference,
    profile: Profile,
    on: date,
) -> Comparison:
    """Judge up to :data:`MAX_CANDIDATES` names for one place and rank them, changing nothing.

    A name that is none is listed as unusable and does not stop the others; a name that is written
    twice is judged once. Raises :class:`BadRequest` for an empty or too long list, or where not
    one of the names can be judged, and as :func:`~geo_registry.services.names.checking.check_name`.
    """
    if not names:
        raise BadRequest("没有填写候选名称，请至少填写一个。")
    if len(names) > MAX_CANDIDATES:
        raise BadRequest(
            f"一次最多比较 {MAX_CANDIDATES} 个候选名称，这里有 {len(names)} 个。",
            advice="请先删去明显不合适的，或分几次核对。",
        )
    toponyms, unusable, notes = _read(names, place_class, reference)
    located = checking.locate(connection, at, point, profile)
    checks = checking.check_each(
        connection, toponyms, located, reference=reference, profile=profile, on=on
    )
    rivals = _rivals(toponyms, located, Gazetteer(on, reference, profile))
    order = sorted(range(len(checks)), key=lambda i: (*_weight(checks[i]), i))
    unseen = [_unseen(c) for c in checks]
    ranked: list[Ranked] = []
    for number, i in enumerate(order, 1):
        # What could not be compared for any of them tells no candidate from another.
        more = unseen[i] - min(unseen)
        why = _why(checks[i], ranked[-1].check if ranked else None, more)
        ranked.append(Ranked(number, checks[i], why, rivals[i]))
    return Comparison(tuple(ranked), tuple(unusable), tuple(notes))


def _read(
    names: Sequence[str], place_class: str, reference: Reference
) -> tuple[list[Toponym], list[Unusable], list[str]]:
    toponyms: dict[str, Toponym] = {}
    written: Counter[str] = Counter()
    unusable: list[Unusable] = []
    checking.require_class(place_class)
    for position, name in enumerate(names, 1):
        try:
            toponym = checking.toponym_of(name, place_class, reference)
        except BadRequest as error:
            shown = "".join(c for c in name if c.isprintable())[:_SHOWN]
            shown += "…" if len(name) > _SHOWN else ""
            unusable.append(Unusable(position, shown, str(error)))
            continue
        toponyms.setdefault(toponym.full, toponym)
        written[toponym.full] += 1
    if not toponyms:
        if len(names) == 1:
            raise BadRequest(unusable[0].message)
        raise BadRequest(
            f"{len(names)} 个候选名称都不能核对。",
            advice="；".join(f"第 {u.position} 个：{u.message}" for u in unusable[:3]),
        )
    notes = [
        f"“{name}”写了 {times} 次，只核对一次。" for name, times in written.items() if times > 1
    ]
    return list(toponyms.values()), unusable, notes


def _rivals(
    toponyms: Sequence[Toponym], located: Located, empty: Gazetteer
) -> list[tuple[Rival, ...]]:
    """What the rules say of the candidates among themselves, as if all were registered."""
    if len(toponyms) < 2:
        return [()] * len(toponyms)
    # They share every scope, also those that were not stated: it is one place they are for.
    kinds = compared_scopes(toponyms[0].place_class, empty.reference, empty.profile)
    located = replace(located, scopes=dict.fromkeys(kinds, CANDIDATE) | dict(located.scopes))
    subjects = [f"{CANDIDATE}:{i}" for i in range(len(toponyms))]
    places = [checking.as_candidate(t, located, s) for t, s in zip(toponyms, subjects, strict=True)]
    called = dict(zip(subjects, (t.full for t in toponyms), strict=True))
    return [
        _rivals_of(
            replace(
                empty,
                places=(
                    replace(place, subject=CANDIDATE),
                    *(p for p in places if p.subject != place.subject),
                ),
            ),
            called,
        )
        for place in places
    ]


def _rivals_of(slice_: Gazetteer, called: dict[str, str]) -> tuple[Rival, ...]:
    found: dict[str, Rival] = {}
    for finding in checking.judge(slice_):  # the weightiest first
        for subject in finding.subjects:
            if subject in called:
                found.setdefault(
                    called[subject],
                    Rival(called[subject], finding.rule_id, finding.title, word(finding.severity)),
                )
    return tuple(found.values())


def _weight(check: NameCheck) -> tuple[int, ...]:
    """What a candidate is ranked by; less is better."""
    counts = Counter(f.severity for f in check.findings)
    worst = -check.severity.rank if check.severity else -len(Severity)
    return (worst, *(counts[s] for s in Severity), len(check.toponym.full))


def _unseen(check: NameCheck) -> int:
    return sum(v.verdict == NOT_COMPARED for v in check.rules)


def _why(check: NameCheck, better: NameCheck | None, unseen: int) -> str:
    """One sentence: what the candidate has against it, and what puts it below the one before."""
    open_ = f"（另有 {unseen} 项未能比对）" if unseen else ""
    if check.blocked:
        said = f"有禁止情形，不能提交：{_titles(check)}"
    elif check.findings:
        said = f"有 {_counted(check)}：{_titles(check)}"
    else:
        said = "没有发现问题"
    if better is None:
        return f"{said}{open_}。"
    if _weight(check)[:-1] != _weight(better)[:-1]:
        return f"{said}{open_}，排在“{better.toponym.full}”之后。"
    tie = (
        "字数较多" if len(check.toponym.full) > len(better.toponym.full) else "字数相同，按填写顺序"
    )
    return f"{said}{open_}，与“{better.toponym.full}”相当，{tie}，排在其后。"


def _counted(check: NameCheck) -> str:
    counts = Counter(word(f.severity) for f in check.findings)
    return "、".join(f"{number} 处{title}" for title, number in counts.items())


def _titles(check: NameCheck) -> str:
    titles = list(dict.fromkeys(f.title for f in check.findings))
    return "、".join(titles[:3]) + (f"等 {len(titles)} 项" if len(titles) > 3 else "")


def answer(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain values, for the API and for ``--json``."""
    return {
        "items": [
            {
                "rank": r.rank,
                "why": r.why,
                "rivals": [
                    {
                        "name": x.name,
                        "rule_id": x.rule_id,
                        "title": x.title,
                        "verdict": x.verdict,
                    }
                    for x in r.rivals
                ],
                **checking.answer(r.check),
            }
            for r in comparison.ranked
        ],
        "unusable": [
            {"position": u.position, "written": u.written, "message": u.message}
            for u in comparison.unusable
        ],
        "notes": list(comparison.notes),
    }
