"""Eco-burials: registering one, voiding one that was registered by mistake, marking a cemetery.

A person is buried in one way: a second eco-burial of the same deceased is a conflict, by an index
of the store. No message repeats a name or number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from geo_registry.domain.eco_burial import MARK_TITLES, kind_words, title_of
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.services.cemeteries.burying import Dead, person_of
from geo_registry.services.cemeteries.plots import LARGEST_ID, require_code, require_site
from geo_registry.services.people import permitting
from geo_registry.store import deceased, eco_burials, plots
from geo_registry.store.eco_burials import EcoBurialRow, MarkRow
from geo_registry.store.papers import document_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.settings import Settings


@dataclass(frozen=True, slots=True)
class EcoBurying:
    """How, when and where; ``kind`` is a key or a word of ``data/eco_burial/kinds.toml``.

    ``place`` says in words where it lies in no registered cemetery (a sea area); ``confirmed_by``
    is the funeral home or cemetery that confirmed it; ``town_code`` the town that answers for it,
    by default that of the household registration.
    """

    kind: str
    buried_on: date | None = None
    cemetery_id: int | None = None
    place: str = ""
    confirmed_by: str = ""
    town_code: str | None = None


@dataclass(frozen=True, slots=True)
class EcoBuried:
    """The eco-burial that was written, its person, and whether that was there before."""

    id: int
    deceased_id: int
    known: bool
    kind_title: str


def register(
    connection: Connection, settings: Settings, who: Dead | int, how: EcoBurying, *, desk: Desk
) -> EcoBuried:
    """Register an eco-burial of a new person, or of a deceased that is registered (its id).

    Raises :class:`NotFound` for an unknown deceased or cemetery, :class:`BadRequest` for a kind,
    day, code or number that cannot be, :class:`Conflict` where the deceased has an eco-burial.
    """
    kind = kind_of(how.kind, desk)
    day = how.buried_on or desk.on
    if day > desk.on:
        raise BadRequest(f"安葬日期 {day} 还没有到。")
    _check_place(connection, how)
    if isinstance(who, Dead) and not who.id_number.strip():
        _refuse_twice(connection, who, EcoBurialRow(
            0, kind, desk.profile.code, day, how.cemetery_id, how.place.strip()
        ))  # fmt: skip
    deceased_id, known, died, hukou = _person(connection, settings, who)
    if died and died > day:
        raise BadRequest(f"安葬日期 {day} 早于死亡日期 {died}。")
    town = how.town_code or town_of(hukou)
    require_code(connection, town)
    permitting.require(desk, "eco_burials.register", town=town)
    row = EcoBurialRow(
        deceased_id, kind, desk.profile.code, day, how.cemetery_id, how.place.strip(),
        how.confirmed_by.strip(), town,
    )  # fmt: skip
    (made,) = eco_burials.insert_eco_burials(connection, [row])
    return EcoBuried(made, deceased_id, known, title_of(desk.reference.eco_kinds, kind))


def kind_of(word: str, desk: Desk) -> str:
    """The key of a kind from its key, title or another word for it."""
    kinds = desk.reference.eco_kinds
    found = kind_words(kinds.values()).get(word.strip())
    if found is None:
        known = "、".join(k.title for k in kinds.values())
        raise BadRequest(f"不认识安葬方式“{word[:20]}”。可用：{known}。")
    return found


def town_of(hukou_code: str | None) -> str | None:
    """The town of a household registration, where it is known that narrowly."""
    return hukou_code[:9] if hukou_code and len(hukou_code) >= 9 else None


def _check_place(connection: Connection, how: EcoBurying) -> None:
    if len(how.place) > 100 or len(how.confirmed_by) > 100:
        raise BadRequest("安葬地点、确认单位各不超过 100 个字。")
    if how.cemetery_id is not None and not plots.sites(connection, [how.cemetery_id]):
        raise NotFound(f"没有编号为 {how.cemetery_id} 的公墓。")


def _refuse_twice(connection: Connection, dead: Dead, row: EcoBurialRow) -> None:
    """A second click: without a number nothing else tells that it is the same person."""
    twice = eco_burials.same_eco_burial(connection, dead.name.strip(), dead.died_on, row)
    if twice is not None:
        raise Conflict(
            f"姓名、日期、地点都相同的生态安葬已经登记（eco_burial:{twice}），没有重复登记。",
            advice="确是另一位同名逝者的，请填写身份证号。",
        )


def _person(
    connection: Connection, settings: Settings, who: Dead | int
) -> tuple[int, bool, date | None, str | None]:
    """Id, whether it was there, day of death and registration of the deceased."""
    if isinstance(who, Dead):
        if not who.name.strip() or len(who.name) > 60:
            raise BadRequest("请填写逝者姓名（不超过 60 个字）。")
        require_code(connection, who.hukou_code)
        number, known = person_of(connection, settings, who)
        if known:
            deceased.complete(connection, number, died_on=who.died_on, hukou_code=who.hukou_code)
    else:
        number, known = who, True
    found = deceased.find(connection, number) if 0 < number <= LARGEST_ID else None
    if found is None:
        raise NotFound(f"没有编号为 {number} 的逝者。")
    return number, known, found["died_on"], found["hukou_code"]


def void(connection: Connection, eco_burial_id: int, *, why: str, desk: Desk) -> None:
    """Void an eco-burial that was registered by mistake; it stays in the history.

    Raises :class:`Refused` while an application rests on it, :class:`Conflict` where it is void.
    """
    inside = 0 < eco_burial_id <= LARGEST_ID
    found = eco_burials.lock_eco_burial(connection, eco_burial_id) if inside else None
    if found is None:
        raise NotFound(f"没有编号为 {eco_burial_id} 的生态安葬记录。")
    if found["voided_on"] is not None:
        raise Conflict(f"这条生态安葬记录已于 {found['voided_on']} 作废。")
    if found["application"] is not None:
        raise Refused(
            f"补助申请 {found['application']} 以这条记录为依据，不能作废。",
            advice="请先撤回申请；已发放的，先登记追回。",
        )
    if not why.strip() or len(why) > 500:
        raise BadRequest("请写明作废的原因（不超过 500 个字，不写姓名）。")
    permitting.require(desk, "eco_burials.register", town=found["town_code"])
    eco_burials.void(connection, eco_burial_id, on=desk.on, why=why.strip())


# ---- marks of cemeteries ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarkPaper:
    """The paper by which a cemetery bears a mark; empty where nobody has it."""

    number: str = ""
    authority: str = ""
    dated_on: date | None = None


def mark(
    connection: Connection,
    cemetery_id: int,
    *,
    since: date,
    paper: MarkPaper,
    desk: Desk,
    kind: str = "eco_pilot",
) -> None:
    """Mark a cemetery from a day on, e.g. as a pilot of eco-burial (生态安葬试点).

    Raises :class:`Conflict` where it bears the mark already.
    """
    title = mark_title(kind)
    require_site(connection, cemetery_id)
    if since > desk.on:
        raise BadRequest(f"标注日期 {since} 还没有到。")
    document = None
    if paper.number or paper.authority:
        document = document_of(
            connection, title=f"{title}（公墓 {cemetery_id}）", number=paper.number.strip(),
            authority=paper.authority.strip(), dated_on=paper.dated_on,
        )  # fmt: skip
    eco_burials.insert_marks(connection, [MarkRow(cemetery_id, kind, since, None, document)])


def unmark(
    connection: Connection, cemetery_id: int, *, until: date, desk: Desk, kind: str = "eco_pilot"
) -> None:
    """End a mark: ``until`` is the first day without it."""
    title = mark_title(kind)
    require_site(connection, cemetery_id)
    if until > desk.on:
        raise BadRequest(f"取消日期 {until} 还没有到。")
    if not eco_burials.end_mark(connection, cemetery_id, kind, until):
        raise Conflict(f"这处公墓在 {until} 以前没有“{title}”标注，没有变化。")


def mark_title(kind: str) -> str:
    """The mark in Chinese; :class:`BadRequest` for one nobody knows."""
    if kind not in MARK_TITLES:
        raise BadRequest(f"不认识标注“{kind[:20]}”。可用：{'、'.join(MARK_TITLES)}。")
    return MARK_TITLES[kind]
