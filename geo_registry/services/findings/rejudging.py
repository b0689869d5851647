"""Judging single things anew after a decision about them, without waiting for the next scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from geo_registry.domain.finding import FindingState
from geo_registry.rules import rule
from geo_registry.services.findings.scanning import rows_of
from geo_registry.store import findings, gazetteer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference


def rejudge(
    connection: Connection,
    subjects: Sequence[str],
    rules: Sequence[str],
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> list[int]:
    """Run rules that look at one thing at a time, and return the ids of the findings they leave.

    ``subjects`` are places and committee seats; findings of these rules about one of them alone are
    brought up to date, what the rule no longer sees is gone. Nothing happens before the first scan,
    which would say it all anyway.
    """
    run_id = findings.last_run(connection)
    if run_id is None or not subjects:
        return []
    loaded = gazetteer.of_subjects(
        connection, subjects, reference=reference, profile=profile, on=on
    )
    fresh = [
        found
        for each in rules
        for found in rule(each).run(loaded)
        if len(found.subjects) == 1 and found.subjects[0] in subjects
    ]
    waivers = findings.waivers(connection, rules=rules)
    findings.upsert(connection, list(rows_of(connection, loaded, fresh, waivers)), run_id=run_id)
    seen = {f.fingerprint for f in fresh}
    known = findings.about(connection, rules, subjects)
    findings.mark_gone(
        connection,
        [s.id for s in known if s.fingerprint not in seen and s.state is not FindingState.GONE],
    )
    return [s.id for s in known if s.fingerprint in seen]
