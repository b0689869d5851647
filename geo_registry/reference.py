"""Loads the tables shipped in ``data/``: characters, generics, readings, district profiles."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo_registry.domain.errors import NotFound
from geo_registry.domain.reference import Parameter, Profile, Reference


@lru_cache
def load(data: Path) -> Reference:
    """The reference tables below ``data``; one object a folder and process.

    The version is a hash of the files' content, so that a verdict can say what it rests on.
    """
    names = data / "names"
    characters = _rows(names / "tgscc_8105.tsv")
    tables = tomllib.loads((names / "generics.toml").read_text("utf-8"))
    readings = {
        r["text"]: tuple(r["reading"].replace("v", "ü").split())
        for r in _rows(names / "readings.tsv")
    }
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
        readings=readings,
        longest_reading=max(map(len, readings)),
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


def _longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(words), key=lambda w: (-len(w), words.index(w))))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
