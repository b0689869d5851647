"""A leader asks half a year later what was known then: the same numbers come out."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from geo_registry.cli import commands
from geo_registry.domain.naming import CHINA
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.desk import Desk
from geo_registry.services.findings import waiving
from geo_registry.services.reports import figures, ledgers
from geo_registry.services.reports.figures import Wanted
from geo_registry.services.reports.ledgers import Activity
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, read, transaction

DECEMBER = datetime.now(CHINA).date()
JUNE = DECEMBER - timedelta(days=183)
MAY = JUNE - timedelta(days=31)


def test_what_was_known_in_june_is_told_in_december(
    sample_engine: Engine,
    sample_database: str,
    profile: Profile,
    reference: Reference,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def told(on: date, known_on: date | None = None) -> dict[str, Any]:
        wanted = Wanted(on, MAY, known_on)
        with read(sample_engine) as connection:
            found = figures.measure(connection, wanted, profile=profile, reference=reference)
        return {f["id"]: f for f in found["figures"]}

    # Everything that the register holds was entered in May.
    with sample_engine.begin() as connection:
        connection.execute(text("ALTER TABLE registry.history DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE registry.history SET at = at - make_interval(days => :days)"),
            {"days": (DECEMBER - MAY).days},
        )
        connection.execute(text("ALTER TABLE registry.history ENABLE TRIGGER USER"))

    # On 1 June the leader is told these numbers.
    june = told(JUNE)
    assert june["findings_open"]["value"] > 0
    assert june["roads_named"]["value"] > 0
    assert told(JUNE, JUNE) == june
    assert {f["value"] for f in told(JUNE, MAY - timedelta(days=1)).values()} == {0}

    # Then people work: a finding is waived, an activity of May comes in late, a road is retired.
    desk = Desk(LOCAL_ACTOR, DECEMBER, reference, profile)
    with transaction(sample_engine, person=LOCAL_USER, reason="下半年的工作") as connection:
        finding = connection.scalar(
            text("SELECT min(id) FROM registry.finding WHERE state = 'open'")
        )
        waiving.waive(
            connection, finding, reason="两村相距很远，已公示", expires_on=None, on=DECEMBER,
            person=LOCAL_USER,
        )  # fmt: skip
        ledgers.record_activity(
            connection, Activity("乡村地名讲座", JUNE - timedelta(days=5), 60), desk=desk
        )
        connection.execute(
            text(
                "UPDATE registry.place SET status = 'retired' WHERE id = (SELECT min(p.id) FROM "
                "registry.place p JOIN registry.place_name n ON n.place_id = p.id "
                "WHERE p.place_class = 'road' AND p.status = 'in_use')"
            )
        )

    # In December the numbers are others, also those of the same period as it is known now …
    now = told(JUNE)
    assert now["findings_waived"]["value"] == june["findings_waived"]["value"] + 1
    assert now["findings_open"]["value"] == june["findings_open"]["value"] - 1
    assert now["activities"]["value"] == june["activities"]["value"] + 1
    assert now["roads_named"]["value"] == june["roads_named"]["value"] - 1
    # … but what was known on 1 June is what was told on 1 June: every figure, part and town.
    assert told(JUNE, JUNE) == june
    assert told(JUNE, DECEMBER) == now

    # The command line says the same.
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", sample_database)
    asked = ["figures", "--on", f"{JUNE}", "--since", f"{MAY}", "--known-on", f"{JUNE}", "--json"]
    answer = CliRunner().invoke(commands, asked)
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert {f["id"]: f["value"] for f in said["figures"]} == {
        name: figure["value"] for name, figure in june.items()
    }
