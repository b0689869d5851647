"""The crosswalk between civil-affairs and statistical codes: which line is which in the other.

A quarter of the towns of one name have other codes in the other list, and one code may stand for
two different towns, so names decide first and codes only where no name does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from geo_registry.store.rows import MatchRow

Codes = Mapping[str, str]
"""Code → name."""

_SUFFIXES = ("街道办事处", "办事处", "街道", "民族乡", "镇", "乡", "苏木")


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """What was matched, and what could not be decided (never guessed)."""

    matches: tuple[MatchRow, ...]
    conflicts: tuple[str, ...]
    """Chinese sentences: several candidates of equal right."""
    unmatched_mca: tuple[str, ...]
    unmatched_nbs: tuple[str, ...]


def stem_of(name: str) -> str:
    """A town's name without its rank, while two characters remain.

    >>> stem_of("孙家疃街道办事处"), stem_of("桥头镇"), stem_of("南乡")
    ('孙家疃', '桥头', '南乡')
    """
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def build(mca: Codes, nbs: Codes, members: Mapping[str, str]) -> Crosswalk:
    """Match provinces, prefectures and counties by code, towns inside their county by name.

    ``members``: statistical county code → the legal county it is part of (development zones that
    the statistics count by themselves). Confidence: A one name inside one county; B the same name
    but for its rank, or one name inside the prefecture where the county is only statistical;
    C nothing but an equal code under another name.
    """
    upper = [
        MatchRow(c, c, "code+name" if name == nbs[c] else "code", "A" if name == nbs[c] else "B")
        for c, name in mca.items()
        if len(c) < 9 and c in nbs
    ]
    upper += [
        MatchRow(legal, part, "profile", "B")
        for part, legal in members.items()
        if part != legal and legal in mca and part in nbs
    ]
    towns = _Towns(mca, nbs, members)
    matches = (*upper, *towns.match())
    seen_mca = {m.mca_code for m in matches}
    seen_nbs = {m.nbs_code for m in matches}
    return Crosswalk(
        matches=matches,
        conflicts=tuple(towns.conflicts),
        unmatched_mca=tuple(c for c in mca if c not in seen_mca),
        unmatched_nbs=tuple(c for c in nbs if c not in seen_nbs),
    )


class _Towns:
    """The towns not matched yet, pass by pass from the strongest evidence to the weakest."""

    def __init__(self, mca: Codes, nbs: Codes, members: Mapping[str, str]) -> None:
        self.mca = {c: n for c, n in mca.items() if len(c) == 9}
        self.nbs = {c: n for c, n in nbs.items() if len(c) == 9}
        self.members = members
        counties = {c for c in mca if len(c) == 6}
        self.statistical_only = {c for c in nbs if len(c) == 6} - counties
        self.conflicts: list[str] = []

    def match(self) -> Iterator[MatchRow]:
        yield from self._pass("name", "A", self._county, lambda name: name)
        yield from self._pass("stem", "B", self._county, stem_of)
        yield from self._pass("name in prefecture", "B", self._prefecture, lambda name: name)
        yield from self._same_code()

    def _county(self, code: str) -> str:
        return self.members.get(code[:6], code[:6])

    def _prefecture(self, code: str) -> str:
        """Group by prefecture what hangs on a statistical county, and the legal rest."""
        return code[:4]

    def _pass(
        self, how: str, grade: str, area: Callable[[str], str], written: Callable[[str], str]
    ) -> Iterator[MatchRow]:
        left = _grouped(self.mca, area, written)
        right = _grouped(self.nbs, area, written)
        for key in sorted(left.keys() & right.keys()):
            ours, theirs = left[key], right[key]
            if how == "name in prefecture":
                theirs = [c for c in theirs if c[:6] in self.statistical_only]
                if not theirs:
                    continue
            if len(ours) == len(theirs) == 1:
                same = "code+" if ours[0] == theirs[0] else ""
                yield self._settle(ours[0], theirs[0], f"{same}{how}", grade)
            else:
                yield from self._equal_codes(ours, theirs, how, grade)

    def _equal_codes(
        self, ours: list[str], theirs: list[str], how: str, grade: str
    ) -> Iterator[MatchRow]:
        """Several of one name in one county: an equal code decides, the rest is a conflict."""
        for code in sorted(set(ours) & set(theirs)):
            yield self._settle(code, code, f"code+{how}", grade)
        ours = [c for c in ours if c in self.mca]
        theirs = [c for c in theirs if c in self.nbs]
        if ours and theirs:
            self.conflicts.append(
                f"民政 {_list(ours, self.mca)} 与统计 {_list(theirs, self.nbs)} 对应关系不明"
            )

    def _same_code(self) -> Iterator[MatchRow]:
        """An equal code under another name: of 279 measured, 257 were one town renamed."""
        disputed = "".join(self.conflicts)
        for code in sorted(self.mca.keys() & self.nbs.keys()):
            if code not in disputed:
                yield self._settle(code, code, "code", "C")

    def _settle(self, ours: str, theirs: str, how: str, grade: str) -> MatchRow:
        del self.mca[ours], self.nbs[theirs]
        return MatchRow(ours, theirs, how, grade)


def _grouped(
    codes: Codes, area: Callable[[str], str], written: Callable[[str], str]
) -> dict[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, name in codes.items():
        groups[area(code), written(name)].append(code)
    return groups


def _list(codes: Iterable[str], names: Codes) -> str:
    return "、".join(f"{c} {names[c]}" for c in sorted(codes))
