"""The gate that boundaries pass before they are stored: whether they lie in the system they claim.

A boundary that fits its registered extent (or the district) much better under another coordinate
system stops the whole import; a person looks, decides, and the answer is remembered with the hash
of the file. Nothing is ever converted on suspicion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from geo_registry.domain.crs import numbers_in
from geo_registry.domain.crs_words import title_of
from geo_registry.domain.errors import BadRequest, Refused
from geo_registry.services.boundaries.crs_examining import (
    DOUBTFUL,
    SWAPPED,
    CrsExamination,
    examine,
    keyed,
)
from geo_registry.store import uploads
from geo_registry.store.imports import Footprint
from geo_registry.store.uploads import CrsAnswer

MAX_REASON = 1000


class InDoubt(Refused):
    """Coordinates may be in another system than declared: a person is asked."""

    code = "crs_question"


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate knows of a file: its hash, the district, and whether a person vouches for it.

    ``accepted``: a person looked and says that the coordinates are right (``reason``: why).
    ``swapped``: the axes were exchanged on reading, because the sender said so.
    """

    sha256: str
    district: BaseGeometry | None = None
    accepted: bool = False
    reason: str = ""
    swapped: bool = False

    def check(
        self,
        connection: Connection,
        boundaries: Mapping[int, BaseGeometry],
        declared: str,
        linked: Mapping[int, Footprint],
        registered: Sequence[Footprint],
    ) -> None:
        """Let boundaries pass, or raise as :func:`refuse_other_systems`.

        Where a person vouches for coordinates that are in doubt, that is remembered with the hash.
        """
        if not self.accepted:
            refuse_other_systems(
                boundaries, declared, linked, registered, district=self.district,
                answers=remembered(connection, self.sha256), swapped=self.swapped,
            )  # fmt: skip
            return
        numbers = {row: numbers_in(extent, declared) for row, extent in boundaries.items()}
        found = examine(
            numbers, declared, linked, registered, district=self.district, swapped=self.swapped
        )
        if found.verdict == DOUBTFUL:
            why = self.reason.strip() or "导入时由经办人确认无误"
            uploads.insert_answer(
                connection,
                self.sha256,
                found.declared,
                found.declared,
                found.evidence,
                why[:MAX_REASON],
            )


def refuse_other_systems(
    boundaries: Mapping[int, BaseGeometry],
    declared: str,
    linked: Mapping[int, Footprint],
    registered: Sequence[Footprint],
    *,
    district: BaseGeometry | None = None,
    answers: Sequence[CrsAnswer] = (),
    swapped: bool = False,
) -> None:
    """Raise :class:`InDoubt` where boundaries look as if they were in another system than declared.

    And where they lie in another part of the country or the world. ``boundaries``: row of the file
    → extent in degrees; ``linked``: row → cemetery it names by its number or overlaps. Rows without
    one are compared with every registered cemetery around, and with the district. ``answers``: what
    people said of this file before.
    """
    answer = answer_for(answers, keyed(declared, swapped=swapped))
    if answer is not None and answer.stands:
        return
    if answer is not None:
        raise InDoubt(
            f"这份文件声明的坐标系是“{title_of(declared)}”，{_said(answer)}，"
            f"实为{title_of(answer.accepted_crs)}。没有导入任何内容。",
            advice=f"请加 {_option_of(answer.accepted_crs)} 导入。",
        )
    numbers = {row: numbers_in(extent, declared) for row, extent in boundaries.items()}
    found = examine(numbers, declared, linked, registered, district=district, swapped=swapped)
    if found.far:
        raise InDoubt(
            f"{found.far}没有导入任何内容。",
            advice="请核对坐标系、带号和经纬度的次序；经人核对确实在那里的，加 --accept-crs。",
        )
    if not found.doubts:
        return
    first = found.doubts[0]
    more = f"另有 {len(found.doubts) - 1} 条边界也是如此。" if len(found.doubts) > 1 else ""
    raise InDoubt(
        f"第 {first.row} 行（{first.name}）：{first.suspicion.message}{more}没有导入任何内容。",
        advice="坐标系有误的，用 --crs 写明后重新导入；经人核对无误的，加 --accept-crs。",
    )


def remembered(connection: Connection, sha256: str) -> list[CrsAnswer]:
    """What people said before of the coordinates of this file, latest first."""
    return uploads.answers_of(connection, sha256) if sha256 else []


def answer_for(answers: Sequence[CrsAnswer], declared: str) -> CrsAnswer | None:
    """The answer for a file as it is declared now, if there is one."""
    return next((a for a in answers if a.declared_crs == declared), None)


def follow(answers: Sequence[CrsAnswer], key: str) -> tuple[str, tuple[CrsAnswer, ...]]:
    """The system a file is in after what people answered, and the answers that lead there.

    A file said to be in another system may raise another question there, so answers form a chain.
    """
    used: list[CrsAnswer] = []
    while (said := answer_for(answers, key)) is not None and said not in used:
        used.append(said)
        key = said.accepted_crs
    return key, tuple(used)


def answer(
    connection: Connection, sha256: str, examined: CrsExamination, accepted: str, reason: str
) -> None:
    """Remember what a person says of a file, with the evidence that was shown.

    Booked on the person of the transaction. Raises :class:`BadRequest` for an answer that is none
    of the options, and without a reason.
    """
    possible = [o["accepted"] for o in examined.options if o["possible"]]
    if accepted not in possible:
        shown = "、".join(possible) or "无（请转换后重新上传）"
        raise BadRequest(f"坐标系不能答复为“{accepted[:60]}”。可选：{shown}。")
    if not reason.strip() or len(reason) > MAX_REASON:
        raise BadRequest(f"请写明确认坐标系的理由（不超过 {MAX_REASON} 字）。")
    uploads.insert_answer(
        connection, sha256, examined.declared, accepted, examined.evidence, reason.strip()
    )


def _said(answer: CrsAnswer) -> str:
    return f"{answer.at:%Y-%m-%d} {answer.by}已确认（{answer.reason[:60]}）"


def _option_of(system: str) -> str:
    plain = system.removeprefix(SWAPPED)
    return f"--crs {plain}" + (" --swap-axes" if plain != system else "")
