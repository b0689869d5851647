"""How a step of a case is taken: the case is held, the form checked, the step applied and kept.

Every act of :mod:`geo_registry.services.cases.working_cases` goes through :func:`take`, so that
stale forms, people outside their towns and steps out of order are refused in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import Act, Step
from geo_registry.domain.case_steps import advance
from geo_registry.domain.errors import BadRequest, Forbidden, NotFound, Refused, Stale
from geo_registry.services.accountability.attachments import attachments_of
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID
from geo_registry.store import cases
from geo_registry.store.cases import StoredCase
from geo_registry.store.database import SYSTEM

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Form:
    """What a person fills in for any step.

    ``version`` is the version of the case that the form was made from (None: whatever is there),
    ``on`` the day of the step (None: the day of the desk), ``attachments`` ids of what is attached.
    """

    reason: str
    version: int | None = None
    on: date | None = None
    attachments: tuple[int, ...] = ()


def held(connection: Connection, desk: Desk, case_id: int, version: int | None) -> StoredCase:
    """A case, held until the transaction ends, by somebody who answers for its town.

    Raises :class:`NotFound`, :class:`Refused`, and :class:`Stale` with what is there now.
    """
    found = found_case(connection, case_id, for_update=True)
    require_town(desk, found.row.town_code)
    if version is not None and version != found.case.version:
        raise stale(found)
    return found


def found_case(connection: Connection, case_id: int, *, for_update: bool = False) -> StoredCase:
    """A case by its number; :class:`NotFound`."""
    known = 0 < case_id <= LARGEST_ID
    found = cases.find_case(connection, case_id, for_update=for_update) if known else None
    if found is None:
        raise NotFound(f"没有编号为 {case_id} 的案件。")
    return found


def stale(found: StoredCase) -> Stale:
    """That somebody was faster, with the case as it is now."""
    last = found.steps[-1]
    return Stale(
        f"案件 {found.number} 刚被{last.name}办了“{last.step.act.word}”"
        f"（{last.step.on}），现在是“{found.case.state.word}”。您的内容没有保存。",
        current={
            "id": found.id,
            "number": found.number,
            "version": found.case.version,
            "state": str(found.case.state),
            "state_title": found.case.state.word,
            "due_on": found.case.due_on,
            "last_step": {
                "act": str(last.step.act),
                "act_title": last.step.act.word,
                "on": last.step.on,
                "by": last.name,
                "reason": last.step.reason,
            },
        },
        advice="请对照现在的内容后重新填写。",
    )


def require_town(desk: Desk, town: str | None) -> None:
    """:class:`Forbidden` where the person does not answer for a town."""
    if not desk.actor.covers(town):
        raise Forbidden(
            f"{desk.actor.name}不负责这个镇街的案件，不能办理。",
            advice="请由负责该镇街的人员办理。",
        )


def require_person(desk: Desk) -> None:
    """:class:`Refused` where it is no person who acts: rules make findings, people make cases."""
    if desk.person == SYSTEM:
        raise Refused("案件只能由人登记；系统只提出问题。")


def take(
    connection: Connection,
    desk: Desk,
    found: StoredCase,
    act: Act,
    form: Form,
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> StoredCase:
    """Apply a step to a held case and keep it; the case afterwards. Raises as :func:`advance`."""
    if act is not Act.LAPSE:
        require_person(desk)
    given = {k: v for k, v in (facts or {}).items() if v not in (None, "", (), [])}
    if form.attachments:
        _require_attached(connection, found.subject, form.attachments)
        given["attachments"] = list(form.attachments)
    written = {k: v.isoformat() if isinstance(v, date) else v for k, v in given.items()}
    step = Step(act, form.on or desk.on, desk.person, form.reason.strip(), written)
    case = advance(
        found.case, step, today=desk.on, months=desk.reference.case_terms.look_back_months
    )
    cases.append_step(connection, found.id, case, step, changes or {})
    return found_case(connection, found.id)


def _require_attached(connection: Connection, subject: str, numbers: tuple[int, ...]) -> None:
    """A step may only name what is attached to its case."""
    own = {a.id for a in attachments_of(connection, subject)}
    missing = [n for n in numbers if n not in own]
    if missing:
        raise NotFound(f"这件案件没有编号为 {missing[0]} 的附件。", advice="请先把文件添加到案件。")


def due(desk: Desk, term: str, start: date) -> date:
    """The last day of a clock of ``data/cases/terms.toml`` that starts on a day."""
    known = desk.reference.case_terms.terms.get(term)
    if known is None:
        raise BadRequest(f"data/cases/terms.toml 没有“{term}”这个时限。")
    return known.deadline(start, desk.reference.calendar).due
