"""A survey in another coordinate system is stopped before anything is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.errors import Refused
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services import sample
from geo_registry.services.importing import Source, Summary
from geo_registry.services.importing_cemeteries import Kind, Terms, import_cemeteries
from geo_registry.store.database import LOCAL_USER, transaction


@pytest.fixture
def imported(engine: Engine, data: Path, reference: Reference, profile: Profile) -> Any:
    """Import the sample's GCJ-02 survey into the sample district, as a person would."""
    with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
        sample.load(connection, data=data, reference=reference, profile=profile)

    def run(crs: str | None = None, **terms: Any) -> tuple[Summary, Any]:
        path = data / "boundaries" / "sample_371002_upload_gcj02.geojson"
        given = {"method_column": "method", "sigma_column": "sigma_m", **terms}
        with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
            summary = import_cemeteries(
                connection,
                Source(path, "cemeteries.survey"),
                Terms(Kind.SURVEY, date_column="surveyed_on", **given),
                reference=reference,
                crs=crs,
            )
            return summary, _surveyed(connection)

    return run


def _surveyed(connection: Connection) -> Any:
    return (
        connection.execute(
            text(
                "SELECT c.source_id FROM registry.survey s JOIN registry.cemetery c "
                "ON c.id = s.cemetery_id JOIN registry.import_batch b ON b.id = s.batch_id "
                "WHERE b.kind = 'cemeteries.survey' ORDER BY s.id"
            )
        )
        .scalars()
        .all()
    )


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM registry.survey")) or 0)


@pytest.mark.parametrize("linked", [{"id_column": "cemetery"}, {}])
def test_the_import_stops_asks_and_stores_nothing(
    engine: Engine, imported: Any, linked: dict[str, str]
) -> None:
    before = _count(engine)
    with pytest.raises(Refused, match=r"示例公墓六.*GCJ-02.*没有导入任何内容") as refused:
        imported(**linked)
    assert "--accept-crs" in refused.value.advice
    assert _count(engine) == before


def test_it_goes_on_with_the_right_system(imported: Any) -> None:
    summary, surveyed = imported(crs="GCJ-02")
    assert summary.counts["matched"] == 1
    assert surveyed == ["cemetery:6"]


def test_a_person_may_insist(imported: Any) -> None:
    summary, surveyed = imported(id_column="cemetery", accept_crs=True)
    assert summary.counts["surveys"] == 1
    assert surveyed == ["cemetery:6"]
