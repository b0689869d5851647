"""Corrections of single names, and computing all stored keys anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.desk import Desk
from geo_registry.services.names import correcting, rekeying
from geo_registry.store import keys
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction

SAMPLE_DAY = date(2026, 11, 23)
REASON = "地名办 2026-01-05 实地询问"


@pytest.fixture
def desk(reference: Reference, profile: Profile) -> Desk:
    return Desk(LOCAL_ACTOR, SAMPLE_DAY, reference, profile)


@pytest.fixture
def road(sample_engine: Engine) -> int:
    """The row of the current name of some road in the sample."""
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        return int(
            connection.scalar(
                text(
                    "SELECT min(id) FROM registry.place_name WHERE name_class LIKE 'road%' "
                    "AND char_length(full_name) = 3 AND generic = '路' AND modifier = ''"
                )
            )
        )


def _row(connection: Connection, name_id: int) -> dict[str, object]:
    found = connection.execute(
        text("SELECT * FROM registry.place_name WHERE id = :i"), {"i": name_id}
    )
    return dict(found.mappings().one())


def test_a_corrected_split_changes_keys_and_spelling_and_is_in_the_history(
    sample_engine: Engine, desk: Desk, road: int
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        name = str(_row(connection, road)["full_name"])
        done = correcting.correct_split(
            connection,
            correcting.name_by_id(connection, road),
            (name[0], name[1], name[2]),
            reason=REASON,
            desk=desk,
        )
        row = _row(connection, road)
        assert (row["specific"], row["modifier"], row["split_confirmed"]) == (
            name[0], name[1], True,
        )  # fmt: skip
        assert row["romanized"] == done["romanized"]
        history = connection.execute(
            text(
                "SELECT before, after, person_id, reason FROM registry.history "
                "WHERE table_name = 'place_name' AND row_id = :i ORDER BY id DESC LIMIT 1"
            ),
            {"i": road},
        ).one()
        assert (history.person_id, history.reason) == (LOCAL_USER, REASON)


def test_a_confirmed_reading_wins_and_survives_new_tables(
    sample_engine: Engine, reference: Reference, desk: Desk, road: int
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        stored = correcting.name_by_id(connection, road)
        done = correcting.confirm_reading(connection, stored, "pō bó lu4", reason=REASON, desk=desk)
        assert done["romanized"] == "Pōbó Lù"
        other = replace(reference, keys_version="another", lookalikes=replace(reference.lookalikes))
        rekeying.rekey(connection, other)
        row = _row(connection, road)
        assert (row["key_toneless"], row["reading_confirmed"]) == ("po bo lu", True)


@pytest.mark.parametrize(
    ("syllables", "said"),
    [
        ("pō", "音节"),
        ("pō bó lù lù", "音节"),
        ("pō xyz1 lù", "不是普通话音节"),
        ("pō bó 9", "不是普通话音节"),
        ("'; DROP", "音节"),
        ("", "音节"),
    ],
)
def test_a_reading_that_does_not_fit_is_refused_with_the_reason(
    sample_engine: Engine, desk: Desk, road: int, syllables: str, said: str
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        stored = correcting.name_by_id(connection, road)
        with pytest.raises(BadRequest, match=said):
            correcting.confirm_reading(connection, stored, syllables, reason=REASON, desk=desk)
        with pytest.raises(BadRequest, match="依据"):
            correcting.confirm_reading(connection, stored, "pō bó lù", reason=" ", desk=desk)


def test_what_somebody_confirmed_is_replaced_only_on_purpose(
    sample_engine: Engine, desk: Desk, road: int
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:

        def confirm(syllables: str, *, replace: bool = False) -> None:
            stored = correcting.name_by_id(connection, road)
            correcting.confirm_reading(
                connection, stored, syllables, reason=REASON, desk=desk, replace=replace
            )

        confirm("pō bó lù")
        confirm("pō bó lù")
        with pytest.raises(Conflict, match="已经有人确认"):
            confirm("pò bó lù")
        confirm("pò bó lù", replace=True)
        assert _row(connection, road)["reading"] == ["po4", "bo2", "lu4"]
        with pytest.raises(NotFound):
            correcting.name_by_id(connection, 10**12)
        with pytest.raises(NotFound):
            correcting.name_of(connection, "place:999999999")


def test_the_reading_of_a_committee_seat_is_confirmed_and_its_split_is_not_changed_here(
    sample_engine: Engine, reference: Reference, desk: Desk
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        code, spoken = connection.execute(
            text(
                "SELECT code, spoken FROM registry.admin_division WHERE level = 5 "
                "AND code_system = 'nbs' AND char_length(spoken) = 2 ORDER BY code LIMIT 1"
            )
        ).one()
        stored = correcting.name_of(connection, f"division:nbs:{code}")
        assert stored.spoken == spoken
        correcting.confirm_reading(connection, stored, ["pō", "yú"], reason=REASON, desk=desk)
        rekeying.rekey(connection, reference)
        again = correcting.name_of(connection, f"division:nbs:{code}")
        assert again.reading == ("po1", "yu2")
        with pytest.raises(BadRequest, match="splits_local"):
            correcting.correct_split(connection, again, (spoken,), reason=REASON, desk=desk)


def test_rekeying_brings_stored_keys_to_the_tables_and_touches_only_what_changed(
    sample_engine: Engine, reference: Reference, road: int
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        said: list[str] = []
        first = rekeying.rekey(connection, reference, said.append)
        assert first.names > 0
        assert first.changed == 0  # stored names are what the domain computes
        assert str(first.names) in said[-1]
        assert rekeying.is_current(connection, reference)
        connection.execute(
            text("UPDATE registry.place_name SET key_lookalike = 'x' WHERE id = :i"), {"i": road}
        )
        name = correcting.name_by_id(connection, road)
        own = replace(
            reference,
            keys_version="another",
            local_readings={name.full[:2]: ("po1", "yu2")},
        )
        assert not rekeying.is_current(connection, own)
        again = rekeying.rekey(connection, own)
        assert again.changed >= 1
        row = _row(connection, road)
        assert str(row["key_toneless"]).startswith("po yu")
        assert row["key_lookalike"] == reference.lookalikes.key(name.full)
        assert keys.version(connection) == "another"


def test_a_decision_that_new_tables_no_longer_fit_is_kept_and_named(
    sample_engine: Engine, reference: Reference, road: int
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        connection.execute(
            text(
                "UPDATE registry.place_name SET reading_confirmed = true, "
                "reading = ARRAY['po1'], reading_from = ARRAY['confirmed'] WHERE id = :i"
            ),
            {"i": road},
        )
        done = rekeying.rekey(connection, reference)
        assert len(done.kept) == 1
        assert _row(connection, road)["reading"] == ["po1"]


def _open_finding(connection: Connection, subject: str) -> str | None:
    found = connection.scalar(
        text(
            "SELECT state FROM registry.finding WHERE subjects = ARRAY[:s] "
            "AND rule_id = 'pn.roman.reading_unconfirmed'"
        ),
        {"s": subject},
    )
    return None if found is None else str(found)


def test_a_confirmed_reading_ends_the_question_and_taken_back_asks_again(
    sample_engine: Engine, desk: Desk
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        subject = connection.scalar(
            text(
                "SELECT subjects[1] FROM registry.finding WHERE state = 'open' "
                "AND rule_id = 'pn.roman.reading_unconfirmed' ORDER BY id LIMIT 1"
            )
        )
        stored = correcting.name_of(connection, subject)
        before = correcting.preview(stored, reference=desk.reference)
        asked = [s for s in before["syllables"] if s["doubtful"]]
        assert asked
        assert all(len(s["choices"]) > 1 for s in asked)
        said = " ".join(s["reading"] for s in before["syllables"])
        done = correcting.confirm_reading(connection, stored, said, reason=REASON, desk=desk)
        assert {s["source"] for s in done["syllables"]} == {"confirmed"}
        assert _open_finding(connection, subject) == "gone"
        stored = correcting.name_of(connection, subject)
        after = correcting.release_reading(connection, stored, desk=desk)
        assert after == before
        assert _open_finding(connection, subject) == "open"
        with pytest.raises(Conflict, match="没有人确认过"):
            correcting.release_reading(
                connection, correcting.name_of(connection, subject), desk=desk
            )


def test_what_a_correction_would_make_is_shown_and_nothing_is_written(
    sample_engine: Engine, desk: Desk, road: int
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        row = _row(connection, road)
        stored = correcting.name_by_id(connection, road, hold=False)
        name = stored.full
        as_it_is = correcting.preview(stored, reference=desk.reference)
        assert as_it_is["romanized"] == row["romanized"]
        assert (as_it_is["split_from"], as_it_is["split_open"]) == ("proposed", True)
        would = correcting.preview(
            stored, parts=tuple(name), syllables="pō bó lù", reference=desk.reference
        )
        assert (would["romanized"], would["split_from"]) == ("Pō Bólù", "confirmed")
        with pytest.raises(BadRequest) as refused:
            correcting.preview(stored, syllables="pō", reference=desk.reference)
        assert refused.value.field == "syllables"
        assert _row(connection, road) == row


def test_a_split_that_is_taken_back_is_what_the_tables_say(
    sample_engine: Engine, desk: Desk, road: int
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="测试") as connection:
        row = _row(connection, road)
        stored = correcting.name_by_id(connection, road)
        correcting.correct_split(connection, stored, tuple(stored.full), reason=REASON, desk=desk)
        stored = correcting.name_by_id(connection, road)
        correcting.release_split(connection, stored, desk=desk)
        assert _row(connection, road) == row
