from __future__ import annotations

import gzip
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.errors import Unreadable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.imports import crosswalk, divisions
from geo_registry.store.cluster import Cluster
from geo_registry.store.database import LOCAL_USER, create_engine, transaction

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Registered:
    """A registry with both lists, loaded once for the module, and what the loading said."""

    engine: Engine
    loaded: divisions.Loaded


@pytest.fixture(scope="module")
def registered(
    cluster: Cluster, data: Path, reference: Reference, profile: Profile
) -> Iterator[Registered]:
    name = f"divisions_{uuid.uuid4().hex[:12]}"
    engine = create_engine(cluster.create_database(name, template="migrated_template"))
    with transaction(engine, person=LOCAL_USER, reason="测试") as opened:
        loaded = divisions.load(opened, data=data, reference=reference, profile=profile)
    yield Registered(engine, loaded)
    engine.dispose()
    cluster.drop_database(name)


@pytest.fixture
def loaded(registered: Registered) -> divisions.Loaded:
    return registered.loaded


@pytest.fixture
def divided(registered: Registered) -> Iterator[Connection]:
    with registered.engine.connect() as opened:
        yield opened


def _counts(connection: Connection, system: str) -> dict[int, int]:
    rows = connection.execute(
        text(
            "SELECT level, count(*) FROM registry.admin_division "
            "WHERE code_system = :system GROUP BY level"
        ),
        {"system": system},
    )
    return {level: count for level, count in rows}  # noqa: C416


def test_both_lists_are_there_down_to_towns(divided: Connection, loaded: divisions.Loaded) -> None:
    # 341 prefectures of the source are 333 with a name and 8 empty groups (counties that hang on
    # their province); only what has a code is a division.
    assert _counts(divided, "mca") == {1: 34, 2: 333, 3: 2847, 4: 38749}
    assert _counts(divided, "nbs") == {1: 31, 2: 342, 3: 2978, 4: 41352, 5: 569}
    assert loaded.villages == 569


def test_loading_twice_changes_nothing(
    divided: Connection,
    loaded: divisions.Loaded,
    data: Path,
    reference: Reference,
    profile: Profile,
) -> None:
    again = divisions.load(divided, data=data, reference=reference, profile=profile)
    assert again == divisions.Loaded()
    assert _counts(divided, "mca")[4] == 38749


def test_the_569_units_lie_in_20_towns_of_the_legal_district(
    divided: Connection, loaded: divisions.Loaded
) -> None:
    towns = divided.execute(
        text(
            "SELECT m.mca_code, count(*) FROM registry.admin_division v "
            "JOIN registry.division_match m ON m.nbs_code = v.parent_code "
            "WHERE v.level = 5 GROUP BY m.mca_code"
        )
    ).all()
    assert len(towns) == 20
    assert sum(count for _, count in towns) == 569
    assert all(code.startswith("371002") for code, _ in towns)


def test_one_code_stands_for_two_towns_and_names_decide(
    divided: Connection, loaded: divisions.Loaded
) -> None:
    def nbs_of(mca: str) -> list[str]:
        return list(
            divided.scalars(
                text("SELECT nbs_code FROM registry.division_match WHERE mca_code = :c"),
                {"c": mca},
            )
        )

    assert nbs_of("371002109") == ["371071108"]  # 初村镇
    assert nbs_of("371002106") == ["371002109"]  # 桥头镇
    assert set(nbs_of("371002")) == {"371002", "371071", "371072", "371073"}


def test_the_crosswalk_matches_most_towns_and_no_town_twice(
    divided: Connection, loaded: divisions.Loaded
) -> None:
    rows = divided.execute(
        text("SELECT mca_code, nbs_code, how FROM registry.division_match WHERE length(mca_code)=9")
    ).all()
    assert len({r[0] for r in rows}) == len({r[1] for r in rows}) == len(rows)
    assert len(rows) > 0.97 * 38749
    by_name = [r for r in rows if "name" in r[2]]
    other_code = sum(r[0] != r[1] for r in by_name)
    assert 0.2 < other_code / len(by_name) < 0.3
    assert loaded.conflicts == () or all("对应关系不明" in c for c in loaded.conflicts)


def test_two_of_one_stem_are_a_conflict_and_not_a_guess() -> None:
    crossed = crosswalk.build(
        {"110101": "甲县", "110101001": "城关街道", "110101100": "城关镇"},
        {"110101": "甲县", "110101005": "城关乡"},
        {},
    )
    assert [m.how for m in crossed.matches] == ["code+name"]
    assert len(crossed.conflicts) == 1
    assert crossed.unmatched_nbs == ("110101005",)


def test_no_beginning_is_invented(divided: Connection, loaded: divisions.Loaded) -> None:
    begun, sources = divided.execute(
        text("SELECT count(valid_from), array_agg(DISTINCT source) FROM registry.admin_division")
    ).one()
    assert begun == 0
    assert len(sources) == 2


VILLAGES = "code,name,street_code,area_code\n371002101299,示例村委会,371002101,371002\n"


def test_a_village_table_in_gbk_comes_in(
    connection: Connection, reference: Reference, tmp_path: Path
) -> None:
    file = tmp_path / "villages.csv"
    file.write_bytes((VILLAGES + "3710021012,短村委会,371002101,371002\n").encode("gbk"))
    done = divisions.import_villages(connection, file, reference=reference)
    assert (done.rows, len(done.issues)) == (1, 1)
    assert "第 2 行" in done.issues[0].message
    assert divisions.import_villages(connection, file, reference=reference).rows == 0


@pytest.mark.parametrize(
    "content", [b"", b"PAR1 broken", b"a,b\n1,2\n", b"code,name,street_code\nx,y,z\n"]
)
def test_a_file_that_is_no_village_table_is_refused(
    connection: Connection, reference: Reference, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "villages.csv"
    file.write_bytes(content)
    with pytest.raises(Unreadable):
        divisions.import_villages(connection, file, reference=reference)
    assert _counts(connection, "nbs") == {}


def test_an_interrupted_import_leaves_nothing(
    engine: Engine, reference: Reference, tmp_path: Path
) -> None:
    file = tmp_path / "villages.csv"
    file.write_text(VILLAGES, "utf-8")

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        transaction(engine, person=LOCAL_USER, reason="测试") as opened,
    ):
        divisions.import_villages(opened, file, reference=reference, progress=interrupted)
    with engine.connect() as looked:
        assert _counts(looked, "nbs") == {}


@pytest.mark.shared
def test_the_national_village_table_comes_in_whole(
    connection: Connection, reference: Reference, shared: Path
) -> None:
    heard = Counter[str]()
    done = divisions.import_villages(
        connection,
        shared / "data/divisions/cn_villages_nbs2023.parquet",
        reference=reference,
        started=lambda n: heard.update(expected=n),
        progress=lambda n: heard.update(done=n),
    )
    assert done.rows == 620_573
    assert heard["expected"] == heard["done"] == 620_573


@pytest.mark.shared
def test_the_packed_lists_are_rebuilt_byte_for_byte(
    shared: Path, tmp_path: Path, data: Path
) -> None:
    source = shared / "data/divisions"
    subprocess.run(
        [
            *(sys.executable, REPOSITORY / "tools/build_reference_data.py", "--nbs", source),
            *("--mca", source / "mca2026", "--villages", source / "huancui_villages.csv"),
            *("--out", tmp_path),
        ],
        check=True,
        capture_output=True,
    )
    for built in tmp_path.iterdir():
        shipped = (data / "divisions" / built.name).read_bytes()
        if built.suffix == ".gz":
            assert gzip.decompress(built.read_bytes()) == gzip.decompress(shipped)
        else:
            assert built.read_bytes() == shipped
