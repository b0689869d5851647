"""Reports: the same question gives the same bytes, and whatever is altered is found."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from geo_registry import reference as reference_tables
from geo_registry.cli import commands
from geo_registry.domain.errors import RegistryError, Unavailable, Unreadable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.formats import paper_pdf
from geo_registry.services.names import candidates, reporting
from geo_registry.services.names.report_verifying import differences, rerun, verify
from geo_registry.services.names.reporting import Report
from geo_registry.store.database import LOCAL_USER, read, transaction

ON = date(2026, 11, 23)
VILLAGE = "371002109201"
Make = Callable[[str], Report]


@pytest.fixture
def make(sample_engine: Engine, reference: Reference, profile: Profile) -> Make:
    def made(name: str) -> Report:
        with read(sample_engine) as connection:
            return reporting.name_report(
                connection, name=name, place_class="road", at=VILLAGE,
                reference=reference, profile=profile, on=ON,
            )  # fmt: skip

    return made


def _rezipped(raw: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as written,
    ):
        for name in given.namelist():
            written.writestr(name, change(name, given.read(name)))
    return made.getvalue()


def test_the_same_question_gives_the_same_report_even_after_it_was_issued(
    make: Make, sample_engine: Engine
) -> None:
    first = make("团结路")
    with transaction(sample_engine, person=LOCAL_USER, reason="签发") as connection:
        reporting.issue(connection, first)
        reporting.issue(connection, first)
    again = make("团结路")
    assert again.sha256 == first.sha256
    for file_format in reporting.MEDIA_TYPES:
        raw = reporting.rendered(first, file_format)
        assert reporting.rendered(again, file_format) == raw
        assert verify(raw).intact
    assert make("金山路").sha256 != first.sha256


def test_a_report_says_what_it_rests_on(make: Make) -> None:
    content = make("团结路").content
    assert content["check"]["verdict"] == "违反"
    assert all(r["rule_id"] and r["rule_version"] for r in content["check"]["rules"])
    assert content["reference_version"]
    assert content["registry"]["revision"] > 0
    assert content["registry"]["sample"] is True
    assert "legal_county_members" in {p["key"] for p in content["parameters"]}
    assert content["check"]["compared"]["scopes"][0]["names"] > 0
    assert "第九条" in json.dumps(content["check"]["findings"][0]["basis"], ensure_ascii=False)


def test_altered_json_is_found(make: Make) -> None:
    raw = reporting.rendered(make("团结路"), "json")
    found = verify(raw.replace("违反".encode(), "通过".encode(), 1))
    assert not found.intact
    assert "校验码" in found.faults[0]


def test_altered_words_in_a_docx_are_found(make: Make) -> None:
    raw = reporting.rendered(make("团结路"), "docx")

    def forge(name: str, body: bytes) -> bytes:
        return body.replace("违反".encode(), "通过".encode()) if "document.xml" in name else body

    found = verify(_rezipped(raw, forge))
    assert not found.intact
    assert any("通过" in fault for fault in found.faults)


def test_altered_content_inside_a_docx_is_found(make: Make) -> None:
    raw = reporting.rendered(make("团结路"), "docx")

    def forge(name: str, body: bytes) -> bytes:
        return body.replace("违反".encode(), "通过".encode()) if "customXml" in name else body

    assert not verify(_rezipped(raw, forge)).intact


def test_a_docx_that_was_only_saved_again_stays_genuine(make: Make) -> None:
    raw = reporting.rendered(make("团结路"), "docx")
    found = verify(_rezipped(raw, lambda _name, body: body))
    assert found.intact
    assert "另存" in found.notes[0]


def test_hidden_words_and_pictures_in_a_docx_are_found(make: Make) -> None:
    raw = reporting.rendered(make("团结路"), "docx")
    for added in (b"<w:rPr><w:vanish/>", b"<w:drawing/><w:rPr>"):

        def forge(name: str, body: bytes, added: bytes = added) -> bytes:
            return body.replace(b"<w:rPr>", added, 1) if name == "word/document.xml" else body

        assert not verify(_rezipped(raw, forge)).intact


def test_any_altered_byte_of_a_pdf_is_found(make: Make) -> None:
    raw = reporting.rendered(make("团结路"), "pdf")
    for position in range(40, len(raw) - 1, len(raw) // 23):
        forged = raw[:position] + bytes([raw[position] ^ 0x15]) + raw[position + 1 :]
        try:
            assert not verify(forged).intact, position
        except Unreadable:
            continue


def test_a_pdf_set_elsewhere_is_compared_by_its_words(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = make("团结路")
    raw = reporting.rendered(report, "pdf")
    monkeypatch.setattr(paper_pdf, "SERIF", paper_pdf.SANS)
    found = verify(raw)
    assert found.intact
    assert "逐页核对" in found.notes[0]


def test_without_a_chinese_font_the_pdf_names_the_package_and_docx_still_works(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = make("团结路")
    monkeypatch.setattr(paper_pdf, "SERIF", ())
    monkeypatch.setattr(paper_pdf, "SANS", ())
    with pytest.raises(Unavailable, match="fonts-noto-cjk"):
        reporting.rendered(report, "pdf")
    assert verify(reporting.rendered(report, "docx")).intact


def test_a_name_on_a_forbidden_list_cannot_be_submitted(
    sample_engine: Engine, data: Path, profile: Profile, tmp_path: Path
) -> None:
    own = '[[entry]]\nwords = ["甲乙丙"]\nsource = "本局名单（测试）"\n'
    (tmp_path / "state_leader.toml").write_text(own, "utf-8")
    with read(sample_engine) as connection:
        compared = candidates.check_names(
            connection, ["甲乙丙路", "金山路"], place_class="road", at=VILLAGE,
            reference=reference_tables.load(data, tmp_path), profile=profile, on=ON,
        )  # fmt: skip
    best, forbidden = compared.ranked
    assert (best.check.toponym.full, best.check.blocked) == ("金山路", False)
    assert forbidden.check.blocked
    assert "不能提交" in forbidden.check.summary
    assert "不能提交" in forbidden.why
    unseen = {v.rule_id for v in best.check.rules if v.verdict == "未比对"}
    assert "pn.lex.state_leader" not in unseen
    assert "pn.lex.company" in unseen


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"{}", b"[1]", b"PK\x03\x04", b"%PDF-1.7 nothing", b"\xff\xfe\x00"]
)
def test_what_is_no_report_cannot_be_read(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        verify(raw)


def test_asked_again_a_report_tells_what_differs_now(
    make: Make, sample_engine: Engine, reference: Reference, profile: Profile
) -> None:
    report = make("团结路")
    with read(sample_engine) as connection:
        assert rerun(connection, report, reference=reference, profile=profile, on=ON) == []
    before = dict(report.content) | {"day": "2026-01-01"}
    assert differences(before, report.content) == ["day：2026-01-01 → 2026-11-23"]


def test_names_with_marks_of_other_languages_are_set_as_they_are(make: Make) -> None:
    for name in (
        "#let x = 1路",
        "<w:t>&路",
        "$x$_*路*",
        "\\u0000路",
        "\ue000路",
        "\ufffe路",
        "\U0002ebf0\U000323af路",
    ):
        report = make(name)
        for file_format in ("pdf", "docx"):
            assert verify(reporting.rendered(report, file_format)).intact, name


def test_the_command_line_makes_and_verifies_a_report(
    sample_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", sample_database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path))
    run = CliRunner().invoke
    out = tmp_path / "报告.json"
    made = run(commands, ["report", "name", "团结路", "--at", VILLAGE, "--out", str(out)])
    assert made.exit_code == 0, made.output
    good = run(commands, ["report", "verify", str(out), "--rerun"])
    assert good.exit_code == 0, good.output
    assert "本登记库签发：本机用户" in good.output
    assert "结果相同" in good.output
    out.write_text(out.read_text("utf-8").replace("违反", "通过", 1), "utf-8")
    bad = run(commands, ["report", "verify", str(out)])
    assert bad.exit_code == 5
    assert "通过" in bad.output
    out.write_bytes(b"nothing")
    assert isinstance(run(commands, ["report", "verify", str(out)]).exception, Unreadable)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "至少填写一个"),
        ([f"文化{i}路" for i in range(21)], "最多比较 20 个"),
        (["文化路", "--class", "spaceport"], "spaceport"),
        (["路" * 10_000], "10000 个字"),
    ],
)
def test_the_command_line_refuses_what_cannot_be_compared(
    sample_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], words: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", sample_database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path))
    refused = CliRunner().invoke(commands, ["check-name", *arguments, "--at", VILLAGE])
    assert isinstance(refused.exception, RegistryError)
    assert words in str(refused.exception)


def test_the_command_line_ranks_candidates_and_survives_sql(
    sample_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", sample_database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path))
    names = ["团结路", "金山路", "金山路", "'; DROP TABLE registry.place; --"]
    ranked = CliRunner().invoke(commands, ["check-name", *names, "--at", VILLAGE])
    assert ranked.exit_code == 0, ranked.output
    assert ranked.output.index("金山路") < ranked.output.index("违反  团结路")
    assert "只核对一次" in ranked.output
