"""Loads the tables shipped in ``data/``: characters, generics, readings, district profiles."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo_registry.domain.errors import NotFound
from geo_registry.domain.reference import Parameter, Profile, Reference, Spelling


@lru_cache
def load(data: Path) -> Reference:
    """The reference tables below ``data``; one object a folder and process.

    The version is a hash of the files' content, so that a verdict can say what it rests on.
    """
    names = data / "names"
    characters = _rows(names / "tgscc_8105.tsv")
    tables = tomllib.loads((names / "generics.toml").read_text("utf-8"))
    standard = {r["char"]: int(r["level"]) for r in characters}
    return Reference(
        version=_version(names),
        standard_characters=standard,
        character_readings={
            r["char"]: tuple(r["readings_tghz2013"].replace(",", " ").split()) for r in characters
        },
        simplified=_simplified(characters, standard),
        generics={k: _longest_first(v) for k, v in tables["generics"].items()},
        organisation_suffixes=_longest_first(tables["committees"]["organisation_suffixes"]),
        community_suffixes=tuple(tables["committees"]["community_suffixes"]),
        modifiers=tuple(tables["modifiers"]["words"]),
        readings=_readings(names / "readings.tsv"),
        local_readings=_readings(names / "readings_local.tsv"),
        priors=_priors(names / "reading_priors.tsv"),
        spelling=_spelling(names / "romanisation_exceptions.tsv", tables),
    )


@lru_cache
def load_profile(data: Path, code: str) -> Profile:
    """The profile of a district; :class:`NotFound` where there is none."""
    path = data / "profiles" / f"{code}.toml"
    if not path.exists():
        known = "、".join(sorted(p.stem for p in path.parent.glob("*.toml")))
        raise NotFound(f"没有行政区划代码为 {code} 的地区设置；现有：{known}。")
    table = tomllib.loads(path.read_text("utf-8"))
    return Profile(
        code=table["code"],
        name=table["name"],
        central_meridian=table["central_meridian"],
        legal_county_members=_parameter(table["legal_county_members"]),
        managed_towns=_parameter(table["managed_towns"]),
        min_households=_parameter(table["min_households"]),
        parameters={k: _parameter(v) for k, v in table.get("parameters", {}).items()},
    )


def _parameter(table: dict[str, Any]) -> Parameter:
    value = table["value"]
    return Parameter(
        title=table["title"],
        value=tuple(value) if isinstance(value, list) else value,
        source=table["source"],
        confirmed=table["confirmed"],
        note=table.get("note", ""),
    )


def _simplified(characters: list[dict[str, str]], standard: dict[str, int]) -> dict[str, str]:
    """Traditional form → standard form, left out where one traditional form has two."""
    forms: dict[str, set[str]] = {}
    for row in characters:
        for form in row["traditional"]:
            if form not in standard:
                forms.setdefault(form, set()).add(row["char"])
    return {form: next(iter(found)) for form, found in forms.items() if len(found) == 1}


def _readings(path: Path) -> dict[str, tuple[str, ...]]:
    """Character or phrase → toned syllables; the file writes ü as v, as input methods do."""
    return {r["text"]: tuple(r["reading"].replace("v", "ü").split()) for r in _rows(path)}


def _priors(path: Path) -> dict[str, dict[str, tuple[int, ...]]]:
    priors: dict[str, dict[str, tuple[int, ...]]] = {}
    for row in _rows(path):
        counts = tuple(int(row[p]) for p in ("first", "middle", "last", "only"))
        priors.setdefault(row["char"], {})[row["reading"]] = counts
    return priors


def _spelling(path: Path, tables: dict[str, Any]) -> Spelling:
    rows = _rows(path)

    def texts(kind: str) -> list[str]:
        return [row["text"] for row in rows if row["kind"] == kind]

    return Spelling(
        names={r["text"]: tuple(r["words"].split()) for r in rows if r["kind"] == "name"},
        starts=_longest_first(texts("start")),
        numerals=frozenset(texts("numeral")),
        er=frozenset(texts("er")),
        generics={k: _longest_first(v) for k, v in tables["spelling"]["generics"].items()},
        modifiers=frozenset(tables["spelling"]["modifiers"]),
    )


def _longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(words), key=lambda w: (-len(w), words.index(w))))


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table; lines that begin with # carry notices."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
