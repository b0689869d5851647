"""Departments in a case (联合办理): who takes part, what each is asked, what each answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case_steps import MAX_WORDS
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.services.cases.casework import due, held, require_person, require_town
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID
from geo_registry.store import case_parties
from geo_registry.store.cases import find_case

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.cases import StoredCase

ROLES: Mapping[str, str] = {"lead": "牵头", "assist": "配合", "receive": "接收移送"}
TASK_STATES: Mapping[str, str] = {"open": "待答复", "done": "已答复", "withdrawn": "已撤回"}


def join(
    connection: Connection,
    desk: Desk,
    case_id: int,
    department: str,
    *,
    role: str = "assist",
    contact: str = "",
) -> dict[str, Any]:
    """Let a department take part in a live case. Raises :class:`Conflict` where it does already."""
    title = desk.reference.case_terms.title_of("departments", department)
    if role not in ROLES:
        raise BadRequest(f"不认识“{role[:20]}”。可用：{_listed(ROLES)}。")
    found = _live(connection, desk, case_id)
    for party in case_parties.parties(connection, case_id):
        if party["department"] == department:
            raise Conflict(f"{title}已经参加办理案件 {found.number}。")
        if party["role"] == role == "lead":
            other = desk.reference.case_terms.title_of("departments", party["department"])
            raise Conflict(f"案件 {found.number} 已由{other}牵头。")
    case_parties.insert_party(
        connection, case_id=case_id, department=department, role=role,
        contact=_short(contact, "联系人"), joined_on=desk.on,
    )  # fmt: skip
    return next(
        p for p in parties_of(connection, desk, case_id) if p["department"] == department
    )  # fmt: skip


def give_task(
    connection: Connection,
    desk: Desk,
    case_id: int,
    department: str,
    *,
    asked: str,
    due_on: date | None = None,
) -> dict[str, Any]:
    """Ask a department for something by a day; it takes part in the case from then on.

    Raises :class:`Conflict` where it was asked the very same and has not answered.
    """
    if not asked.strip() or len(asked) > MAX_WORDS:
        raise BadRequest(f"请写明要{department[:20]}做什么（不超过 {MAX_WORDS} 字）。")
    last = due_on or due(desk, "task", desk.on)
    if last < desk.on:
        raise BadRequest(f"答复期限 {last} 已经过去。")
    title = desk.reference.case_terms.title_of("departments", department)
    _live(connection, desk, case_id)
    twice = case_parties.same_task(connection, case_id, department, asked.strip())
    if twice is not None:
        raise Conflict(
            f"同一件事已经交办{title}（编号 {twice}），还没有答复，没有重复交办。",
            advice="要催办的，请等答复期限过后督办；确是另一件事的，请写得有所区别。",
        )
    known = {p["department"] for p in case_parties.parties(connection, case_id)}
    if department not in known:
        join(connection, desk, case_id, department)
    number = case_parties.insert_task(
        connection, case_id=case_id, department=department, asked=asked.strip(),
        given_on=desk.on, due_on=last, given_by=desk.person,
    )  # fmt: skip
    return _task(connection, desk, number)


def reply(
    connection: Connection,
    desk: Desk,
    task_id: int,
    *,
    words: str,
    number: str = "",
    on: date | None = None,
) -> dict[str, Any]:
    """Record what a department answered; :class:`Conflict` where somebody recorded it before."""
    if not words.strip() or len(words) > MAX_WORDS:
        raise BadRequest(f"请写明答复内容（不超过 {MAX_WORDS} 字）。")
    task = _own_task(connection, desk, task_id)
    day = on or desk.on
    if day > desk.on:
        raise BadRequest(f"答复日期 {day} 还没有到。")
    if day < task["given_on"]:
        raise Refused(f"答复日期 {day} 早于交办日期 {task['given_on']}。")
    _end(
        connection, task, state="done", reply=words.strip(), replied_on=day,
        reply_number=_short(number, "文号"), recorded_by=desk.person,
    )  # fmt: skip
    return _task(connection, desk, task_id)


def withdraw_task(connection: Connection, desk: Desk, task_id: int) -> dict[str, Any]:
    """Take a task back that is not answered yet."""
    task = _own_task(connection, desk, task_id)
    _end(connection, task, state="withdrawn", recorded_by=desk.person)
    return _task(connection, desk, task_id)


def parties_of(connection: Connection, desk: Desk, case_id: int) -> list[dict[str, Any]]:
    """The departments of a case in words."""
    called = desk.reference.case_terms.departments
    return [
        {
            **party,
            "department_title": called.get(party["department"], party["department"]),
            "role_title": ROLES[party["role"]],
        }
        for party in case_parties.parties(connection, case_id)
    ]


def tasks_of(connection: Connection, desk: Desk, case_id: int) -> list[dict[str, Any]]:
    """The tasks of a case in words."""
    return [_described(t, desk) for t in case_parties.tasks(connection, case_id=case_id)]


def late_tasks(connection: Connection, desk: Desk) -> list[dict[str, Any]]:
    """What departments have not answered in time, for the towns of the person."""
    called = desk.reference.case_terms.departments
    return [
        {**t, "department_title": called.get(t["department"], t["department"])}
        for t in case_parties.late_tasks(connection, desk.on)
        if desk.actor.covers(t["town_code"])
    ]


def _live(connection: Connection, desk: Desk, case_id: int) -> StoredCase:
    require_person(desk)
    found = held(connection, desk, case_id, None)
    if not found.case.state.live:
        raise Refused(f"案件 {found.number} 已经{found.case.state.word}，不能再交办。")
    return found


def _own_task(connection: Connection, desk: Desk, task_id: int) -> dict[str, Any]:
    require_person(desk)
    known = 0 < task_id <= LARGEST_ID
    rows = case_parties.tasks(connection, task_id=task_id) if known else []
    if not rows:
        raise NotFound(f"没有编号为 {task_id} 的交办事项。")
    found = find_case(connection, rows[0]["case_id"])
    require_town(desk, found.row.town_code if found else None)
    return rows[0]


def _end(connection: Connection, task: dict[str, Any], **values: Any) -> None:
    if not case_parties.end_task(connection, task["id"], **values):
        raise Conflict(
            f"这件交办事项{TASK_STATES[task['state']]}"
            f"（{task['recorded_by'] or '他人'}登记），不能再改。"
        )


def _task(connection: Connection, desk: Desk, task_id: int) -> dict[str, Any]:
    return _described(case_parties.tasks(connection, task_id=task_id)[0], desk)


def _described(task: dict[str, Any], desk: Desk) -> dict[str, Any]:
    called = desk.reference.case_terms.departments
    return {
        **task,
        "department_title": called.get(task["department"], task["department"]),
        "state_title": TASK_STATES[task["state"]],
        "late": task["state"] == "open" and task["due_on"] < desk.on,
    }


def _short(words: str, title: str) -> str:
    if len(words) > 200:
        raise BadRequest(f"{title}请控制在 200 字以内。")
    return words.strip()


def _listed(table: Mapping[str, str]) -> str:
    return "、".join(f"{k}（{v}）" for k, v in table.items())
