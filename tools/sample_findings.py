"""Draws fired findings of the name rules for labelling, the same ones for the same seed.

    python tools/sample_findings.py --out to_label.tsv [--villages cn_villages_nbs2023.parquet]
        [--per-stratum 12] [--seed 371002] [--rule pn.lex.person …] [--counts]

Sets: ``huancui569``, the real committees of legal Huancui (shipped); with ``--villages``, the
national list of committees, also ``shandong`` and, for the rules on wording alone, ``nation``.
Each name is judged twice: as registered, and as if it were proposed against all the others
(``judged_as`` legacy, new). What is drawn: from every rule, set and way of judging the same number,
one finding a cluster; findings that data/labels/name_findings.tsv has already are left out.
docs/labels.md says how to label. The columns are those of that file.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars

from geo_registry.domain.finding import Finding
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.place import NameKind, Place, PlaceName
from geo_registry.domain.rule import Rule
from geo_registry.domain.toponym import parse
from geo_registry.reference import load, load_profile
from geo_registry.rules import catalogue
from geo_registry.services.rulebook.labels import COLUMNS, load_labels

DATA = Path(__file__).resolve().parent.parent / "data"
SEAT = "committee_seat"
ON = date(2026, 11, 24)
REFERENCE = load(DATA)
PROFILE = load_profile(DATA, "371002")
KEYS = ("full", "stem", "core", "toned", "toneless", "dialect", "lookalike")


@dataclass(frozen=True, slots=True)
class Fired:
    """A finding with the set it was drawn from and how the name was judged."""

    source: str
    judged_as: str
    finding: Finding

    @property
    def name(self) -> str:
        """The names the finding speaks of, in one line."""
        return "、".join(str(n) for n in self.finding.facts.get("names", ()))

    @property
    def identity(self) -> tuple[str, ...]:
        """The same names under the same rule are one thing to label, whichever of them is new."""
        return self.finding.rule_id, self.finding.outcome, self.name

    def row(self) -> list[str]:
        """The finding as a row of the table, its verdict left open."""
        found = self.finding
        message = re.sub(r"\s+", " ", found.message)
        return [
            found.rule_id, str(found.rule_version), found.outcome, self.judged_as, self.name, SEAT,
            str(found.scope), self.source, message, "", "", "", "",
        ]  # fmt: skip


def main() -> None:
    asked = _arguments()
    rules = [
        r
        for r in catalogue().values()
        if r.concerns(SEAT) and (not asked.rule or r.id in asked.rule)
    ]
    fired = list(_all_fired(asked.villages, rules))
    if asked.counts:
        for (rule, source, judged), number in sorted(_counts(fired).items()):
            print(f"{rule}\t{source}\t{judged}\t{number}")
        return
    known = {(x.rule, x.outcome, x.name) for x in load_labels(DATA)}
    drawn = _draw(fired, known, asked.per_stratum, asked.seed)
    with asked.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(f.row() for f in drawn)
    print(f"{len(drawn)} findings of {len(fired)} in {asked.out}", file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("to_label.tsv"))
    parser.add_argument("--villages", type=Path, help="the national list of committees")
    parser.add_argument("--per-stratum", type=int, default=12)
    parser.add_argument("--seed", type=int, default=371002)
    parser.add_argument("--rule", action="append", help="only this rule; can be repeated")
    parser.add_argument("--counts", action="store_true", help="only count what fires")
    return parser.parse_args()


def _all_fired(villages: Path | None, rules: Sequence[Rule]) -> Iterator[Fired]:
    shipped = polars.read_csv(DATA / "divisions/huancui_villages.csv", infer_schema=False)
    codes = next(c for c in ("nbs_code", "code") if c in shipped.columns)
    own = [
        _seat(name, code, PROFILE.code)
        for name, code in zip(shipped["name"].to_list(), shipped[codes].to_list(), strict=True)
    ]
    yield from _judged("huancui569", own, rules)
    if villages is None:
        return
    table = polars.read_parquet(villages).with_columns(polars.col("area_code").cast(polars.String))
    counties: dict[str, list[Place]] = defaultdict(list)
    for code, name, county in table.select("code", "name", "area_code").iter_rows():
        if county.startswith("37") and county not in PROFILE.legal_county_members.value:
            counties[county].append(_seat(name, code, county))
    for places in counties.values():
        yield from _judged("shandong", places, rules)
    wording = [r for r in rules if r.id.startswith("pn.lex.")]
    worth = _worth_a_look()
    for code, name, county in table.select("code", "name", "area_code").iter_rows():
        if not county.startswith("37") and worth.search(name):
            yield from _as_new("nation", _seat(name, code, county), (), wording)


def _seat(name: str, code: str, county: str) -> Place:
    return Place(
        subject=f"division:nbs:{code}",
        place_class=SEAT,
        names=(PlaceName(parse(name, SEAT, REFERENCE)),),
        scopes={
            "village": code, "town": code[:9], "legal_county": county, "province": county[:2],
        },
        located_in=code[:9],
    )  # fmt: skip


def _worth_a_look() -> re.Pattern[str]:
    """A name without such a word or run fires no rule on wording."""
    lists = REFERENCE.wordlists
    words = {w.text for found in lists.values() for w in found.words}
    pattern = lists["foreign"].settings["transliteration"]
    strong = f"[{pattern['strong']}]"
    run = f"{strong}[{pattern['strong']}{pattern['weak']}]*{strong}"
    return re.compile("|".join([*map(re.escape, words), run]))


def _gazetteer(places: Iterable[Place]) -> Gazetteer:
    return Gazetteer(on=ON, reference=REFERENCE, profile=PROFILE, places=tuple(places))


def _judged(source: str, places: list[Place], rules: Sequence[Rule]) -> Iterator[Fired]:
    """All findings among the places as they are, and of each as if it were proposed."""
    whole = _gazetteer(places)
    for rule in rules:
        for found in rule.run(whole):
            yield Fired(source, "legacy", found)
    index: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places:
        for key in KEYS:
            index[key, getattr(place.names[0].toponym.keys, key)].append(place)
    for place in places:
        keys = place.names[0].toponym.keys
        near = {p.subject: p for key in KEYS for p in index[key, getattr(keys, key)]}
        del near[place.subject]
        yield from _as_new(source, place, near.values(), rules)


def _as_new(
    source: str, place: Place, others: Iterable[Place], rules: Sequence[Rule]
) -> Iterator[Fired]:
    name = replace(place.names[0], kind=NameKind.PROPOSED)
    slice_ = _gazetteer((replace(place, subject=CANDIDATE, names=(name,)), *others))
    for rule in rules:
        for found in rule.run(slice_):
            if CANDIDATE in found.subjects:
                yield Fired(source, "new", found)


def _draw(
    fired: Sequence[Fired], known: set[tuple[str, ...]], number: int, seed: int
) -> list[Fired]:
    """The same number from every stratum; nothing twice, however it was judged."""
    strata: dict[tuple[str, str, str], dict[tuple[str, ...], Fired]] = defaultdict(dict)
    for f in fired:
        strata[f.finding.rule_id, f.source, f.judged_as].setdefault(f.identity, f)
    drawn: list[Fired] = []
    for stratum, found in sorted(strata.items()):
        generator = random.Random(f"{seed} {stratum}")
        options = sorted(
            (f for identity, f in found.items() if identity not in known),
            key=lambda f: (f.identity, str(f.finding.scope)),
        )
        chosen = generator.sample(options, min(number, len(options)))
        known = known | {f.identity for f in chosen}
        drawn += chosen
    return drawn


def _counts(fired: Iterable[Fired]) -> Counter[tuple[str, str, str]]:
    return Counter((f.finding.rule_id, f.source, f.judged_as) for f in fired)


if __name__ == "__main__":
    main()
