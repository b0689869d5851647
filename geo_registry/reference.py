"""Loads the tables shipped in ``data/``: characters, generics, readings, district profiles."""

from __future__ import annotations

import csv
import gzip
import hashlib
import tomllib
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path
from typing import Any

import opencc

from geo_registry.domain.calendar import Calendar, calendar_of
from geo_registry.domain.case_terms import CaseTerms, case_terms
from geo_registry.domain.collecting import without_collector
from geo_registry.domain.dialect import mergers
from geo_registry.domain.eco_burial import eco_kinds
from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.fees import fee_terms
from geo_registry.domain.figure import defects, figures
from geo_registry.domain.login import login_limits
from geo_registry.domain.lookalike import lookalikes
from geo_registry.domain.name_forms import DivisionCodes, NameForms, size_limits
from geo_registry.domain.national import ClassCode
from geo_registry.domain.people import permissions
from geo_registry.domain.plot import plot_limits
from geo_registry.domain.procedure import Procedure, procedure_of
from geo_registry.domain.reference import (
    Parameter,
    Parts,
    Profile,
    Reference,
    Spelling,
    UniquenessScope,
)
from geo_registry.domain.secrecy import clearances
from geo_registry.domain.subsidy import Scheme, subsidy_schemes
from geo_registry.domain.wordlist import WordList, word_list
from geo_registry.settings import Settings


def load_for(settings: Settings) -> Reference:
    """The tables of an installation: what is shipped, and the lists that the bureau keeps."""
    return load(settings.data, settings.home / "lists")


@lru_cache
@without_collector()
def load(data: Path, lists: Path | None = None) -> Reference:
    """The reference tables below ``data``; one object a folder and process.

    ``lists`` is the folder of the word lists and tables (readings, splits, dialect) that the bureau
    keeps itself; a missing file is an empty list. The version is a hash of the content of all
    files, so that a verdict can say what it rests on. Raises :class:`BadRequest` for a list that
    cannot be read.
    """
    names = data / "names"
    characters = _rows(names / "tgscc_8105.tsv")
    tables = tomllib.loads((names / "generics.toml").read_text("utf-8"))
    uniqueness = tomllib.loads((names / "uniqueness.toml").read_text("utf-8"))
    standard = {r["char"]: int(r["level"]) for r in characters}
    return Reference(
        version=_version(names, lists),
        keys_version=_keys_version(names, lists),
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
        local_readings=_readings(names / "readings_local.tsv", _own(lists, "readings_local.tsv")),
        priors=_priors(names / "reading_priors.tsv"),
        spelling=_spelling(names / "romanisation_exceptions.tsv", tables),
        annotations=frozenset(tables["brackets"]["annotations"]),
        splits=_splits(names / "splits_local.tsv", _own(lists, "splits_local.tsv")),
        dialect=mergers(_rows(names / "dialect.tsv") + _rows_if_any(_own(lists, "dialect.tsv"))),
        lookalikes=lookalikes(_rows(names / "lookalikes.tsv")),
        uniqueness=_uniqueness(uniqueness["scopes"], "uniqueness.toml"),
        generic_names=frozenset(uniqueness["ranked_last"]["generic_names"]),
        numbering=uniqueness["ranked_last"]["numbering"],
        forms=_forms(names),
        wordlists=_wordlists(names / "wordlists", lists),
        plot_limits=plot_limits(
            tomllib.loads((data / "cemeteries/plot_limits.toml").read_text("utf-8")),
            "plot_limits.toml",
        ),
        eco_kinds=eco_kinds(_toml(data / "eco_burial/kinds.toml"), "kinds.toml"),
        subsidy_schemes=_schemes(data / "eco_burial/subsidies.toml", lists),
        defects=defects(_toml(data / "figures/defects.toml")),
        figures=figures(_toml(data / "figures/figures.toml"), "figures.toml"),
        fee_terms=fee_terms(_toml(data / "fees/terms.toml"), "terms.toml"),
        permissions=permissions(_toml(data / "people/permissions.toml"), "permissions.toml"),
        clearances=clearances(_toml(data / "people/secrecy.toml"), "secrecy.toml"),
        login_limits=login_limits(_toml(data / "people/login.toml"), "login.toml"),
        calendar=_calendar(data / "calendar", lists),
        procedure=_procedure(data / "procedure/naming.toml", lists),
        case_terms=_case_terms(data / "cases/terms.toml", lists),
        division_codes=partial(division_codes, data),
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
        uniqueness=_uniqueness(table.get("uniqueness", []), path.name),
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


@lru_cache
def division_codes(data: Path) -> DivisionCodes:
    """The codes of both lists in ``data/divisions``; read once a process, about 4 MB."""
    folder = data / "divisions"
    listed = dict(_codes(folder / "divisions_mca2026.csv.gz"))
    abolished = {code: name for code, name in listed.items() if name.endswith("（撤销）")}
    statistical = {
        code: name
        for code, name in _codes(folder / "divisions_nbs2023.csv.gz")
        if code not in listed
    }
    return DivisionCodes(
        frozenset(listed.keys() - abolished.keys()),
        statistical,
        abolished,
        "民政部行政区划名录 2026-09-11、统计用区划代码 2023-06-30",
    )


def _codes(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        return []
    lines = gzip.decompress(path.read_bytes()).decode("utf-8-sig").splitlines()
    return [(row["code"], row["name"]) for row in csv.DictReader(lines)]


def _forms(names: Path) -> NameForms:
    tables = tomllib.loads((names / "name_forms.toml").read_text("utf-8"))
    words, broken = tables["words"], tables["broken"]
    return NameForms(
        telling={k: _longest_first(v) for k, v in tables["telling"].items()},
        stacking={k: _longest_first(v) for k, v in tables["stacking"].items()},
        idiomatic=_longest_first(words["idiomatic"]),
        sizes=size_limits(tables["size"]),
        english=frozenset(tables["english"]["words"]),
        components=frozenset(broken["components"]),
        mistaken=broken["mistaken"],
        lost=frozenset(broken["lost"]),
        quasi_divisions=_longest_first(words["quasi_divisions"]),
        dates=frozenset(words["dates"]),
        committees=frozenset(words["committees"]),
        local_characters=frozenset(r["char"] for r in _rows(names / "local_characters.tsv")),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _schemes(shipped: Path, lists: Path | None) -> tuple[Scheme, ...]:
    """The shipped subsidies, each replaced by the bureau's own of the same id; then its others."""
    own_path = _own(lists, shipped.name)
    found = {s.id: s for s in subsidy_schemes(_toml(shipped), shipped.name)}
    if own_path is not None:
        own = subsidy_schemes(_own_list(own_path), str(own_path))
        found |= {s.id: s for s in own}
    return tuple(found.values())


def _calendar(shipped: Path, lists: Path | None) -> Calendar:
    """The shipped years, and those that the bureau entered (``lists/calendar/<year>.toml``)."""
    own = sorted((lists / "calendar").glob("*.toml")) if lists else []
    files = {path.name: path for path in (*sorted(shipped.glob("*.toml")), *own)}
    return calendar_of((path.name, _own_list(path)) for path in files.values())


def _procedure(shipped: Path, lists: Path | None) -> Procedure:
    """The procedure of naming, with the bureau's own rows (``lists/naming.toml``)."""
    own = _own(lists, shipped.name)
    return procedure_of(_toml(shipped), _own_list(own) if own else None, str(own or shipped.name))


def _case_terms(shipped: Path, lists: Path | None) -> CaseTerms:
    """The shipped terms of cases, or the bureau's own file (``lists/case_terms.toml``)."""
    own = _own(lists, "case_terms.toml")
    return case_terms(_toml(shipped) if own is None else _own_list(own), (own or shipped).name)


_PARTS = ("full", "stem", "core")
_SOUNDS = ("none", "toned", "toneless", "dialect")
_AREAS = ("", "village", "town", "built_up", "legal_county", "stat_county", "province", "nation")


def _uniqueness(rows: list[dict[str, Any]], file: str) -> tuple[UniquenessScope, ...]:
    """The rows of a table of uniqueness, one for each kind of sound.

    Raises :class:`BadRequest` for a word that the table does not know, naming the row.
    """
    found = []
    for number, row in enumerate(rows, start=1):
        sounds = _listed(row["sound"])
        scope, fallback = row["scope"], row.get("fallback", "")
        for word, known in (
            (row["part"], _PARTS),
            *((sound, _SOUNDS) for sound in sounds),
            (scope, _AREAS),
            (fallback, _AREAS),
        ):
            if word not in known:
                raise BadRequest(
                    f"{file} 第 {number} 条重名范围中的“{word}”不认识。",
                    advice=f"可用：{'、'.join(k for k in known if k)}。",
                )
        found += [
            UniquenessScope(
                place_classes=_listed(row["class"]),
                scope=scope,
                part=row["part"],
                sound=sound,
                rule=row["rule"],
                basis=row["basis"],
                fallback=fallback,
                local=row.get("local", False),
                confirmed=row.get("confirmed", True),
            )
            for sound in sounds
        ]
    return tuple(found)


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _simplified(characters: list[dict[str, str]], standard: dict[str, int]) -> dict[str, str]:
    """Traditional or variant form → standard form, of what stands outside the standard table.

    By the standard table, where that gives one form; else by the character table of OpenCC.
    """
    forms: dict[str, set[str]] = {}
    for row in characters:
        for form in row["traditional"]:
            if form not in standard:
                forms.setdefault(form, set()).add(row["char"])
    by_table = {form: next(iter(found)) for form, found in forms.items() if len(found) == 1}
    return _simplified_by_opencc(standard) | by_table


_UNIFIED = (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))
"""The ideographs of the basic plane; the rarer planes have no everyday traditional forms."""


def _simplified_by_opencc(standard: dict[str, int]) -> dict[str, str]:
    outside = [c for c in map(chr, _UNIFIED) if c not in standard]
    # One character a line, so that OpenCC looks at each by itself and never at a phrase.
    converted = opencc.OpenCC("t2s").convert("\n".join(outside)).split("\n")
    return {a: b for a, b in zip(outside, converted, strict=True) if a != b}


def _readings(path: Path, own: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Character or phrase → toned syllables; the file writes ü as v, as input methods do."""
    rows = _rows(path) + _rows_if_any(own)
    return {r["text"]: tuple(r["reading"].replace("v", "ü").split()) for r in rows}


def _splits(path: Path, own: Path | None) -> dict[str, dict[str, Parts]]:
    """Stem → class → its parts. Raises :class:`BadRequest` where they do not make up the name."""
    found: dict[str, dict[str, Parts]] = {}
    for row in _rows(path) + _rows_if_any(own):
        parts = (row["specific"], row["modifier"], row["generic"])
        if "".join(parts) != row["name"] or not parts[0]:
            raise BadRequest(
                f"splits_local.tsv 中“{row['name']}”的专名、修饰成分、通名拼起来不是这个名称。",
                advice="三部分依次相接，须与名称一字不差（不含村委会等后缀），专名不能为空。",
            )
        found.setdefault(row["name"], {})[row["class"]] = parts
    return found


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
        # As csv.DictReader, in half the time: every start of a command reads these tables.
        header, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [dict(zip_longest(header, row[: len(header)], fillvalue="")) for row in rows if row]


def _wordlists(shipped: Path, lists: Path | None) -> dict[str, WordList]:
    found = {}
    for path in sorted(shipped.glob("*.toml")):
        own = lists / path.name if lists else None
        found[path.stem] = word_list(
            path.stem,
            tomllib.loads(path.read_text("utf-8")),
            _own_list(own) if own and own.is_file() else None,
            file=str(own or ""),
        )
    return found


def _own_list(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadRequest(
            f"本局词表 {path} 读不出来：{error}。",
            advice="请按文件开头的说明改正，并存为 UTF-8 文本；也可先把文件移走，视为空名单。",
        ) from error


def _own(lists: Path | None, file: str) -> Path | None:
    """The bureau's own table of that name, where it keeps one."""
    return lists / file if lists and (lists / file).is_file() else None


def _rows_if_any(path: Path | None) -> list[dict[str, str]]:
    return _rows(path) if path else []


KEYS_EDITION = 2
"""Counted up when the code computes other keys, parts or spellings from the same tables."""

_KEY_TABLES = (
    "tgscc_8105.tsv", "generics.toml", "name_forms.toml", "readings.tsv", "readings_local.tsv",
    "reading_priors.tsv", "romanisation_exceptions.tsv", "splits_local.tsv", "dialect.tsv",
    "lookalikes.tsv",
)  # fmt: skip


def _keys_version(folder: Path, lists: Path | None) -> str:
    """A hash of all that stored keys depend on: tables, dictionaries, the way they are computed."""
    digest = hashlib.sha256(f"edition {KEYS_EDITION}".encode())
    for package in ("opencc", "pypinyin"):
        digest.update(f"{package} {version(package)}".encode())
    for file in _KEY_TABLES:
        digest.update(file.encode() + b"\0" + (folder / file).read_bytes())
        own = _own(lists, file)
        digest.update(own.read_bytes() if own else b"")
    return digest.hexdigest()[:12]


def _version(folder: Path, lists: Path | None = None) -> str:
    digest = hashlib.sha256()
    for path in sorted(lists.glob("*.t*")) if lists else ():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache
def class_codes(data: Path) -> tuple[ClassCode, ...]:
    """The known class codes of the national database and of GB/T 18521 (``class_codes.toml``)."""
    table = tomllib.loads((data / "names" / "class_codes.toml").read_text("utf-8"))
    return tuple(ClassCode(r["scheme"], r["code"], r["title"], r["class"]) for r in table["codes"])
