"""The cases and the inspection round of the sample district: worked by the services themselves.

``data/cases/sample.toml`` says who (a role of the sample's accounts) did what on which day; every
step passes the guards that any step passes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import Act, Matter
from geo_registry.domain.errors import Unreadable
from geo_registry.domain.people import Actor, Role
from geo_registry.services.cases import case_parties, inspection_rounds, opening_cases
from geo_registry.services.cases.case_acts import DECIDE, WORK
from geo_registry.services.cases.casework import Form
from geo_registry.services.cases.inspection_rounds import Round
from geo_registry.services.cases.opening_cases import Lead
from geo_registry.services.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference
    from geo_registry.store.cases import StoredCase

_PERSONS = ("owner", "inspector")
"""Facts that name a role in the file, and a person in the registry."""


@dataclass(frozen=True, slots=True)
class Office:
    """The sample's persons by role, and what they judge by."""

    people: Mapping[str, Actor]
    reference: Reference
    profile: Profile

    def desk(self, role: str, on: date) -> Desk:
        """The desk of a role on a day."""
        return Desk(self.people[role], on, self.reference, self.profile)


def write_cases(
    connection: Connection,
    path: Path,
    sites: Mapping[str, int],
    people: Mapping[Role, tuple[int, str]],
    reference: Reference,
    profile: Profile,
) -> int:
    """Write the sample's cases and rounds; ``sites`` are ids by key. Returns how many cases.

    Raises :class:`Unreadable` where the shipped file is missing or broken.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Unreadable(f"示例文件 {path.name} 缺失或已损坏。", advice="请重新安装。") from error
    actors = {str(role): Actor(number, name, role) for role, (number, name) in people.items()}
    office = Office(actors, reference, profile)
    for row in table["cases"]:
        _case(connection, office, dict(row), sites)
    for row in table["rounds"]:
        _round(connection, office, row, sites)
    return len(table["cases"])


def _case(
    connection: Connection, office: Office, row: dict[str, Any], sites: Mapping[str, int]
) -> None:
    desk = office.desk(row["by"], row["on"])
    lead = Lead(
        row["title"], row["source"], Matter(row["matter"]), sites[row["cemetery"]], sample=True
    )
    form = Form(row["reason"])
    if "closed_on" in row:
        case = opening_cases.adopt(
            connection, desk, lead, form, closed_on=row["closed_on"], closure=row["closure"]
        )
    else:
        case = opening_cases.open_lead(connection, desk, lead, form)
    tasks = sorted(row.get("tasks", ()), key=lambda t: t["on"])
    for step in row.get("steps", ()):
        while tasks and tasks[0]["on"] <= step["on"]:
            _task(connection, office, case, tasks.pop(0))
        _step(connection, office, case, dict(step))
    for task in tasks:
        _task(connection, office, case, task)


def _step(connection: Connection, office: Office, case: StoredCase, step: dict[str, Any]) -> None:
    act = Act(step.pop("act"))
    desk = office.desk(step.pop("by"), step.pop("on"))
    form = Form(step.pop("reason"))
    facts = {k: office.people[v].person if k in _PERSONS else v for k, v in step.items()}
    work = WORK.get(act) or DECIDE[act]
    work(connection, desk, case.id, form, **facts)


def _task(connection: Connection, office: Office, case: StoredCase, row: Mapping[str, Any]) -> None:
    made = case_parties.give_task(
        connection, office.desk(row["by"], row["on"]), case.id, row["department"],
        asked=row["asked"],
    )  # fmt: skip
    if "reply" in row:
        desk = office.desk(row["by"], row["replied_on"])
        case_parties.reply(connection, desk, made["id"], words=row["reply"])


def _round(
    connection: Connection, office: Office, row: Mapping[str, Any], sites: Mapping[str, int]
) -> None:
    wanted = Round(row["title"], row["begins_on"], row["ends_on"], towns=row["towns"], sample=True)
    desk = office.desk(row["by"], row["begins_on"])
    planned = inspection_rounds.plan(connection, desk, wanted)
    stops = {s["cemetery_id"]: s["id"] for s in planned["items"]}
    for stop in row["stops"]:
        inspection_rounds.record(
            connection, office.desk(stop["by"], stop["on"]), stops[sites[stop["cemetery"]]],
            outcome=stop["outcome"], note=stop.get("note", ""),
        )  # fmt: skip
