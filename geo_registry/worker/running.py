"""Running one job for one day: once, in one transaction, whoever else tries."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Engine

from geo_registry import reference as reference_tables
from geo_registry.domain.errors import RegistryError
from geo_registry.domain.people import Actor, Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.desk import Desk, Shelf, shelf_of
from geo_registry.services.jobs import Job, pending
from geo_registry.settings import Settings
from geo_registry.store import job_runs
from geo_registry.store.database import SYSTEM, read, transaction

_log = logging.getLogger("geo_registry.worker")
ACTOR = Actor(SYSTEM, "系统", Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Workplace:
    """What jobs work with: the registry, what they judge by, and where files are kept."""

    engine: Engine
    reference: Reference
    profile: Profile
    shelf: Shelf

    @classmethod
    def of(cls, settings: Settings, engine: Engine) -> Workplace:
        """The workplace of this installation."""
        return cls(
            engine,
            reference_tables.load_for(settings),
            reference_tables.load_profile(settings.data, settings.profile),
            shelf_of(settings),
        )

    def desk(self, day: date) -> Desk:
        """The desk of the service itself on a day."""
        return Desk(ACTOR, day, self.reference, self.profile, self.shelf)


def due(place: Workplace, now: datetime | None = None) -> list[tuple[Job, date]]:
    """The jobs that are due now, with the day each is to run for."""
    with read(place.engine) as connection:
        return list(pending(connection, now or datetime.now(UTC)))


def run(place: Workplace, job: Job, day: date) -> str | None:
    """Run a job for a day and return its words; None where it has run for that day.

    Its work and the note that it is done are one transaction. Where it fails, nothing of it stays
    but the note that it failed, and the error goes on.
    """
    try:
        with transaction(
            place.engine, person=SYSTEM, reason=f"定时任务：{job.title} {day}"
        ) as connection:
            if not job_runs.claim(connection, job.name, day):
                return None
            words = job.run(connection, place.desk(day))
            job_runs.finish(connection, job.name, day, words)
    except Exception as error:
        known = isinstance(error, RegistryError)
        words = str(error) if known else f"程序出错：{type(error).__name__}，详情见日志。"
        with transaction(
            place.engine, person=SYSTEM, reason=f"定时任务没有完成：{job.title} {day}"
        ) as connection:
            job_runs.fail(connection, job.name, day, words[:500])
        raise
    _log.info("%s %s: %s", job.name, day, words)
    return words
