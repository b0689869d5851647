"""Photos in dossiers: named by hash, printed small, kept, and an exchanged one is found."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image
from shapely import box
from sqlalchemy import Engine

from geo_registry.domain.reference import Profile, Reference
from geo_registry.formats.paper_reading import photos_of
from geo_registry.formats.photos import LONGEST_PX, read_photo
from geo_registry.services.accountability import attachments
from geo_registry.services.desk import Desk, Shelf
from geo_registry.services.dossiers import dossier_verifying, dossiers
from geo_registry.services.names import reporting
from geo_registry.services.names.reporting import Report
from geo_registry.store.cemeteries import insert_approvals, insert_cemeteries, insert_surveys
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, read, transaction
from geo_registry.store.rows import ApprovalRow, CemeteryRow, SurveyRow

BASE = box(122.15, 37.43, 122.151, 37.431)
WIDE = box(122.15, 37.43, 122.1515, 37.431)
TAKEN = "2026:05:01 09:30:00"


def _photo(colour: str, *, told: bool = True, kind: str = "JPEG") -> bytes:
    """A picture larger than is printed, turned by the camera, with time and position."""
    image = Image.new("RGB", (1600, 1000), colour)
    exif = Image.Exif()
    if told:
        exif[ExifTags.Base.Orientation] = 6
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = TAKEN
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (37.0, 25.0, 48.0),
                ExifTags.GPS.GPSLongitudeRef: "E", ExifTags.GPS.GPSLongitude: (122.0, 9.0, 0.0),
            }
        )  # fmt: skip
    written = io.BytesIO()
    image.save(written, kind, exif=exif)
    return written.getvalue()


@dataclass(frozen=True)
class Site:
    """A cemetery with a survey, and how to ask about it."""

    engine: Engine
    site: int
    survey: int
    desk: Desk
    shelf: Shelf

    @property
    def tables(self) -> Mapping[str, Any]:
        return {"reference": self.desk.reference, "profile": self.desk.profile}

    def dossier(self) -> Report:
        with read(self.engine) as connection:
            return dossiers.dossier(
                connection, self.site, **self.tables, on=self.desk.on, shelf=self.shelf
            )

    def attach(self, subject: str, content: bytes, name: str, title: str = "", **more: str) -> None:
        with transaction(self.engine, person=LOCAL_USER, reason="附照片") as connection:
            given = {"kind": "photo", **more}
            attachments.attach(
                connection, subject, content, file_name=name, title=title, desk=self.desk,
                **given,
            )  # fmt: skip

    def check(self, raw: bytes, path: Path) -> dossier_verifying.Checked:
        path.write_bytes(raw)
        return dossier_verifying.check_file(path, **self.tables)


@pytest.fixture
def site(engine: Engine, reference: Reference, profile: Profile, tmp_path: Path) -> Site:
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        (made,) = insert_cemeteries(connection, [CemeteryRow("示例公墓", "rural_public")])
        insert_approvals(
            connection, [ApprovalRow(made, BASE, 0.1, 0.07, "A", valid_from=date(2010, 1, 1))]
        )
        (survey,) = insert_surveys(
            connection, [SurveyRow(made, date(2026, 5, 1), WIDE, "rtk", 0.05, 0.03, "A")]
        )
    shelf = Shelf(tmp_path / "home")
    # The day is far ahead: attachments carry the time of the machine.
    desk = Desk(LOCAL_ACTOR, date(2099, 1, 1), reference, profile, shelf)
    return Site(engine, made, survey, desk, shelf)


@pytest.fixture
def photographed(site: Site) -> Site:
    site.attach(f"cemetery:{site.site}", _photo("green"), "大门.jpg", "大门")
    site.attach(f"survey:{site.survey}", _photo("red", told=False, kind="PNG"), "北侧.png")
    site.attach(f"cemetery:{site.site}", _photo("black"), "密.jpg", secrecy="secret")
    site.attach(f"cemetery:{site.site}", _photo("white"), "批复.jpg", kind="reply")
    return site


def test_the_content_names_hashes_time_and_place(photographed: Site) -> None:
    first, second = photographed.dossier().content["inputs"]["photos"]
    assert first["sha256"] == hashlib.sha256(_photo("green")).hexdigest()
    assert (first["title"], first["taken_at"]) == ("大门", "2026-05-01T09:30:00")
    assert first["position"] == ["122.15", "37.43"]
    assert (second["subject"], second["taken_at"], second["position"]) == (
        f"survey:{photographed.survey}", "", None,
    )  # fmt: skip
    assert len(reporting.rendered(photographed.dossier(), "json")) < 40_000


def test_worked_out_again_it_has_the_same_hash(photographed: Site) -> None:
    made = photographed.dossier()
    assert photographed.dossier().sha256 == made.sha256
    again = dossiers.worked_out_again(made.content, **photographed.tables)
    assert again.sha256 == made.sha256
    with read(photographed.engine) as connection:
        told = dossier_verifying.rerun(
            connection, made, **photographed.tables, shelf=photographed.shelf
        )
    assert told == []


@pytest.mark.parametrize("suffix", ["pdf", "docx"])
def test_papers_show_the_photos_and_verify_without_the_registry(
    photographed: Site, tmp_path: Path, suffix: str
) -> None:
    made = photographed.dossier()
    raw = dossiers.rendered(made, suffix, photographed.shelf)
    assert raw == dossiers.rendered(made, suffix, photographed.shelf)
    named = {p["shown_sha256"] for p in made.content["inputs"]["photos"]}
    assert named <= photos_of(raw, suffix).keys()
    found = photographed.check(raw, tmp_path / f"档案.{suffix}")
    assert found.intact, found.answer()


def test_an_exchanged_photo_is_found(photographed: Site, tmp_path: Path) -> None:
    made = photographed.dossier()
    shown = made.content["inputs"]["photos"][0]["shown_sha256"]
    pdf = dossiers.rendered(made, "pdf", photographed.shelf)
    jpeg = photos_of(pdf, "pdf")[shown]
    altered = jpeg[:-40] + bytes(b ^ 1 for b in jpeg[-40:-2]) + jpeg[-2:]
    assert not photographed.check(pdf.replace(jpeg, altered), tmp_path / "改.pdf").intact
    docx = dossiers.rendered(made, "docx", photographed.shelf)
    swapped = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(swapped, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry, altered if body == jpeg else body)
    assert not photographed.check(swapped.getvalue(), tmp_path / "改.docx").intact


def test_an_issued_dossier_is_printed_alike_when_the_original_is_gone(photographed: Site) -> None:
    made = photographed.dossier()
    pdf = dossiers.rendered(made, "pdf", photographed.shelf)
    with transaction(photographed.engine, person=LOCAL_USER, reason="出具") as connection:
        dossiers.issue(connection, made, photographed.shelf)
    for photo in made.content["inputs"]["photos"]:
        original = attachments.raw_files.path_of(photographed.shelf.home, photo["sha256"])
        original.unlink()
    assert dossiers.rendered(made, "pdf", photographed.shelf) == pdf
    bare = dossiers.rendered(made, "docx")
    assert photos_of(bare, "docx").keys().isdisjoint(photos_of(pdf, "pdf"))


def test_without_photos_the_content_is_as_before(site: Site) -> None:
    with read(site.engine) as connection:
        bare = dossiers.dossier(connection, site.site, **site.tables, on=site.desk.on)
    assert site.dossier().sha256 == bare.sha256
    assert "photos" not in bare.content["inputs"]


def test_a_photo_is_upright_and_small_and_rubbish_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(_photo("blue"))
    photo = read_photo(path)
    assert photo is not None
    with Image.open(io.BytesIO(photo.jpeg)) as shown:
        assert shown.size == (LONGEST_PX * 1000 // 1600, LONGEST_PX)
        assert not shown.getexif()
    for rubbish in (b"", b"\xff\xd8\xff" + b"x" * 100, _photo("blue")[:500], b"GIF89a"):
        path.write_bytes(rubbish)
        assert read_photo(path) is None
