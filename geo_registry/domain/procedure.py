"""The procedure of naming as data: steps, papers, approvers, clocks (``data/procedure``).

Every row says by which law and whether that is confirmed. A confirmed row holds people back; any
other reminds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from geo_registry.domain.calendar import Term, term_of
from geo_registry.domain.errors import BadRequest


class ProposalKind(StrEnum):
    """What a proposal asks for."""

    NAME = "name"
    RENAME = "rename"
    MERGE = "merge"
    ABOLISH = "abolish"
    CORRECT = "correct"


KIND_TITLES: Mapping[ProposalKind, str] = {
    ProposalKind.NAME: "命名",
    ProposalKind.RENAME: "更名",
    ProposalKind.MERGE: "合并",
    ProposalKind.ABOLISH: "注销",
    ProposalKind.CORRECT: "更正",
}


class Step(StrEnum):
    """The steps of a proposal in their order; the last four follow the decision in any order."""

    PRECHECK = "precheck"
    HEAR = "hear"
    REVIEW = "review"
    CONSULT = "consult"
    ENDORSE = "endorse"
    DECIDE = "decide"
    FILE = "file"
    ANNOUNCE = "announce"
    SIGN = "sign"


STEP_TITLES: Mapping[Step, str] = {
    Step.PRECHECK: "预核",
    Step.HEAR: "征求村民和专家意见",
    Step.REVIEW: "镇街审核",
    Step.CONSULT: "公示",
    Step.ENDORSE: "内部审核",
    Step.DECIDE: "批复",
    Step.FILE: "备案",
    Step.ANNOUNCE: "公告",
    Step.SIGN: "设置地名标志",
}


def _concerns(classes: Sequence[str], place_class: str) -> bool:
    return any(c == "*" or place_class == c or place_class.startswith(c + ".") for c in classes)


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of some kinds of proposal; ``customary`` ones may be passed over with a reason."""

    id: str
    classes: tuple[str, ...]
    kinds: tuple[ProposalKind, ...]
    required: frozenset[Step]
    customary: frozenset[Step]
    source: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in their order."""
        return tuple(s for s in Step if s in self.required or s in self.customary)


@dataclass(frozen=True, slots=True)
class PaperNeed:
    """A paper that belongs into a dossier before a step; ``protected``: of protected names only."""

    id: str
    title: str
    classes: tuple[str, ...]
    kinds: tuple[ProposalKind, ...]
    by: Step
    basis: str
    confidence: str
    confirmed: bool
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Approver:
    """Who may approve names of some classes; ``pattern`` is found in the authority's name."""

    id: str
    classes: tuple[str, ...]
    title: str
    pattern: re.Pattern[str]
    basis: str
    confidence: str
    confirmed: bool
    note: str = ""

    def fits(self, authority: str) -> bool:
        """Whether an authority of this name may approve."""
        return self.pattern.search(authority.strip()) is not None


@dataclass(frozen=True, slots=True)
class Clock:
    """A term between two days of a proposal; ``authority``: for which approvers, empty: for all."""

    term: Term
    starts: str
    ends: str
    authority: frozenset[str] = frozenset()


_NOT_SET = Term("consultation", "公示", 0)


@dataclass(frozen=True, slots=True)
class Procedure:
    """All of it. ``authorities`` tell who an authority is, by its name, the first that fits."""

    courses: tuple[Course, ...] = ()
    papers: tuple[PaperNeed, ...] = ()
    approvers: tuple[Approver, ...] = ()
    authorities: tuple[tuple[str, re.Pattern[str]], ...] = ()
    clocks: tuple[Clock, ...] = ()
    consultation: Term = _NOT_SET
    announced: tuple[str, ...] = ()
    """The fields an announcement must have."""
    sources: Mapping[str, str] = field(default_factory=dict)

    def course(self, kind: ProposalKind, place_class: str) -> Course:
        """The steps of a proposal; :class:`BadRequest` where no row fits."""
        for row in self.courses:
            if kind in row.kinds and _concerns(row.classes, place_class):
                return row
        raise BadRequest(f"办理程序中没有“{KIND_TITLES[kind]}”（{place_class}）的步骤。")

    def papers_of(
        self, kind: ProposalKind, place_class: str, *, protected: bool
    ) -> tuple[PaperNeed, ...]:
        """The papers that belong into a dossier."""
        return tuple(
            p
            for p in self.papers
            if kind in p.kinds
            and _concerns(p.classes, place_class)
            and (protected or not p.protected)
        )

    def approver(self, place_class: str) -> Approver | None:
        """Who may approve names of a class; None where nothing is known."""
        return next((a for a in self.approvers if _concerns(a.classes, place_class)), None)

    def authority(self, name: str) -> str:
        """Who an authority is: ``government``, ``place_names`` or ``department``."""
        return next((i for i, p in self.authorities if p.search(name)), "department")


NO_PROCEDURE = Procedure()


def procedure_of(
    table: Mapping[str, Any], own: Mapping[str, Any] | None = None, file: str = "naming.toml"
) -> Procedure:
    """The procedure from its file and the bureau's own rows, which replace those of their id.

    :class:`BadRequest`, naming the file, where a row cannot be read.
    """
    own = own or {}

    def rows(name: str, key: str = "id") -> list[Mapping[str, Any]]:
        mine = {r[key]: r for r in own.get(name, [])}
        kept = [mine.pop(r[key], r) for r in table[name]]
        return [*mine.values(), *kept]

    try:
        return Procedure(
            courses=tuple(map(_course, rows("course"))),
            papers=tuple(map(_paper, rows("paper"))),
            approvers=tuple(map(_approver, rows("approver"))),
            authorities=tuple((r["id"], re.compile(r["pattern"])) for r in rows("authority")),
            clocks=tuple(_clock(r, file) for r in rows("clock", "key")),
            consultation=term_of(
                {"key": "consultation", "title": "公示"}
                | dict(own.get("consultation", table["consultation"])),
                file,
            ),
            announced=tuple(table["announcement"]["fields"]),
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise BadRequest(
            f"办理程序 {file} 读不出来（{error}）。",
            advice="请按 data/procedure/naming.toml 的写法改正。",
        ) from error


def _kinds(row: Mapping[str, Any]) -> tuple[ProposalKind, ...]:
    return tuple(ProposalKind(k) for k in row["kinds"])


def _steps(names: Iterable[str]) -> frozenset[Step]:
    return frozenset(Step(n) for n in names)


def _course(row: Mapping[str, Any]) -> Course:
    return Course(
        row["id"], tuple(row["classes"]), _kinds(row), _steps(row["required"]),
        _steps(row["customary"]), row.get("source", ""),
    )  # fmt: skip


def _paper(row: Mapping[str, Any]) -> PaperNeed:
    return PaperNeed(
        row["id"], row["title"], tuple(row["classes"]), _kinds(row), Step(row["by"]),
        row["basis"], row["confidence"], row["confirmed"], row.get("protected", False),
    )  # fmt: skip


def _approver(row: Mapping[str, Any]) -> Approver:
    return Approver(
        row["id"], tuple(row["classes"]), row["title"], re.compile(row["pattern"]), row["basis"],
        row["confidence"], row["confirmed"], row.get("note", ""),
    )  # fmt: skip


def _clock(row: Mapping[str, Any], file: str) -> Clock:
    return Clock(term_of(row, file), row["from"], row["ends"], frozenset(row["authority"]))
