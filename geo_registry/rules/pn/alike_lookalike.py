"""Two names of one scope differ in one character that is taken for another (形近).

Why: 大平 and 太平 are one name to whoever reads a worn sign, a stamp or a scan.
Fix: choose a character that cannot be misread, or give the reason why this one is kept.
Not a finding: names of a series (一村/二村, 东村/西村, 大庄/小庄), two characters that differ at a
time, and characters that merely share a part. The table of pairs is judged by hand; likeness is
not transitive, so each pair of names is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Cluster, Gazetteer, NamedPlace
from geo_registry.domain.identity import Pair, Scope, ordered_pair
from geo_registry.domain.name_columns import NameColumns, Rows
from geo_registry.domain.place import NameKind
from geo_registry.domain.reference import Reference
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.toponym import series_of, spoken_part
from geo_registry.rules.comparing import compared_scopes, members_in_words
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import local

COMPARED = ("committee_seat", "road", "estate", "building")
KINDS = (NameKind.STANDARD, NameKind.PROPOSED)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield the pairs of names of one area that are alike but for one look-alike character."""
    for place_class in COMPARED:
        seen: set[Pair] = set()
        # Narrow to wide: what lies in one village is not said again of its town.
        for scope in compared_scopes(place_class, gazetteer.reference, gazetteer.profile):
            for cluster in gazetteer.clusters(
                place_class, scope=scope, key="lookalike", kinds=KINDS
            ):
                yield from _hits(cluster, place_class, gazetteer.reference, seen)


def _hits(
    cluster: Cluster, place_class: str, reference: Reference, seen: set[Pair]
) -> Iterator[Hit]:
    """One hit for each two writings, with all the places that bear them."""
    part = spoken_part(place_class)
    written: dict[str, list[NamedPlace]] = {}
    for member in cluster.members:
        written.setdefault(getattr(member.name.toponym.keys, part), []).append(member)
    for one, other in combinations(sorted(written), 2):
        differing = reference.lookalikes.differing(one, other)
        toponyms = (written[one][0].name.toponym, written[other][0].name.toponym)
        if len(differing) != 1 or series_of(*toponyms):
            continue
        pairs = {
            ordered_pair(a.place.subject, b.place.subject)
            for a in written[one]
            for b in written[other]
            if cluster.thing(a.place.subject) != cluster.thing(b.place.subject)
        } - seen
        seen |= pairs
        if pairs:
            members = [*written[one], *written[other]]
            yield _hit(cluster.scope, place_class, (one, other), differing[0], pairs, members)


def _hit(
    scope: Scope,
    place_class: str,
    names: tuple[str, str],
    characters: tuple[str, str],
    pairs: set[Pair],
    members: list[NamedPlace],
) -> Hit:
    subjects = tuple(sorted({subject for pair in pairs for subject in pair}))
    return Hit(
        scope=scope,
        key=f"{place_class} {' '.join(names)}",
        subjects=subjects,
        pairs=tuple(sorted(pairs)),
        facts={
            "members": members_in_words(m for m in members if m.place.subject in subjects),
            "characters": "”和“".join(characters),
            "names": list(names),
            "rank": len(subjects),
        },
    )


def screen(names: NameColumns) -> Rows:
    """The rows whose name looks like another one of their area."""
    return names.sharing("lookalike", differing=spoken_part(names.place_class))


RULE = Rule(
    id="pn.alike.lookalike",
    version=1,
    title="形近",
    check=check,
    guidance=Guidance(
        why="牌子旧了、印章糊了、扫描件不清时，只差一个形近字的两个名称就是一个名称。",
        fix="换一个不会看错的字；已有的名称，请核对是否登记错字。",
        exempt="一村与二村、东村与西村、大庄与小庄是成组命名；只是偏旁相同、不会看错的字不算。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "“{characters}”字形相近，容易看错：{members}。仅供参考。",
        ),
    },
    basis=(local("核名惯例", "避免形近是通行做法，不是法律要求"),),
    applies_to=COMPARED,
    fires_on=(
        Example("大平、太平", places(seat("大平村委会", "甲镇"), seat("太平村委会", "乙镇"))),
        Example("侯庄、候庄", places(seat("侯庄村委会", "甲镇"), seat("候庄村委会", "乙镇"))),
        Example("拟用名只差一个形近字", places(proposed("水兴路"), road("永兴路"))),
    ),
    silent_on=(
        Example("大庄、小庄是成组命名", places(seat("大庄村委会"), seat("小庄村委会"))),
        Example("一村、二村是成组命名", places(seat("建设一村村委会"), seat("建设二村村委会"))),
        Example("张家、王家不会看错", places(seat("张家村委会"), seat("王家村委会"))),
        Example("曲像由，由像甲，曲不像甲", places(road("曲家路"), road("甲家路", number=2))),
        Example("写法相同的归入重名", places(road("永兴路"), road("永兴路", number=2))),
    ),
    doc=__doc__,
    screen=screen,
)
