"""One interrupted road or two: what geometry alone says, and that near pairs are all of them."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString

from geo_registry.domain.nearness import connected_components, near_pairs
from geo_registry.domain.road import GAP_M, group_segments, interruption, interruptions
from geo_registry.domain.road_ends import free_ends, in_parts, separate_parts
from geo_registry.rules.example_places import drawn, road

REPOSITORY = Path(__file__).resolve().parents[2]
ON = date(2026, 11, 23)
EAST = LineString([(0, 0), (100, 0)])


def reason(other: LineString | MultiLineString, first: LineString = EAST) -> str | None:
    found = interruption(first, other, GAP_M)
    back = interruption(other, first, GAP_M)
    assert (found and found.reason) == (back and back.reason), "the order does not matter"
    return None if found is None else found.reason


def test_ends_in_line_face_each_other_up_to_the_limit() -> None:
    assert reason(LineString([(240, 0), (300, 0)])) == "facing"
    assert reason(LineString([(300, 0), (240, 0)])) == "facing", "drawn the other way about"
    assert reason(LineString([(251, 0), (300, 0)])) is None
    assert reason(LineString([(240, 30), (300, 40)])) == "facing", "the road bends a little"


def test_ends_that_look_past_each_other_are_two_roads() -> None:
    assert reason(LineString([(100, 100), (200, 100)])) is None
    assert reason(LineString([(180, 0), (180, 200)])) is None


def test_carriageways_lie_side_by_side() -> None:
    assert reason(LineString([(0, 20), (100, 20)])) == "parallel"
    assert reason(LineString([(0, 20), (60, 20)])) == "parallel", "a shorter one too"
    assert reason(LineString([(0, 60), (100, 60)])) is None


def test_ends_at_one_crossing_may_turn_a_corner() -> None:
    assert reason(LineString([(110, 12), (110, 200)])) == "junction"
    assert reason(LineString([(128, -10), (128, -200)])) is None


def test_places_without_lines_are_never_interrupted() -> None:
    assert interruption(None, EAST, GAP_M) is None
    assert interruption(shapely.Point(0, 0), EAST, GAP_M) is None
    assert interruption(LineString(), EAST, GAP_M) is None
    ring = LineString([(300, 0), (320, 0), (320, 20), (300, 0)])
    assert interruption(ring, EAST, GAP_M) is None


def test_a_digit_and_a_traditional_form_make_no_other_name() -> None:
    members = [
        drawn(road("1号路", number=1), (0, 0), (100, 0)),
        drawn(road("一号路", number=2), (200, 0), (300, 0)),
        drawn(road("二号路", number=3), (400, 0), (500, 0)),
    ]
    assert list(interruptions(members, ON, GAP_M)) == [("place:示例村-1", "place:示例村-2")]


def test_only_a_nameless_piece_joins_two_roads_that_end_at_it() -> None:
    a = drawn(road("文化路", number=1), (0, 0), (100, 0))
    b = drawn(road("文化路", number=2), (100, 90), (0, 120))
    nameless = drawn(road(number=3), (100, 0), (130, 45), (100, 90))
    named = drawn(road("文明路", number=3), (100, 0), (130, 45), (100, 90))
    (found,) = interruptions([a, b, nameless], ON, GAP_M).values()
    assert (found.reason, round(found.gap_m)) == ("through", 90)
    assert interruptions([a, b, named], ON, GAP_M) == {}
    assert interruptions([], ON, GAP_M) == {}


def test_free_ends_are_those_where_no_piece_goes_on() -> None:
    ends = free_ends(MultiLineString([[(0, 0), (50, 0)], [(50, 0), (90, 0)]]))
    assert sorted(map(tuple, ends.points.tolist())) == [(0, 0), (90, 0)]
    order = np.argsort(ends.points[:, 0])
    assert np.allclose(ends.headings[order], [[-1, 0], [1, 0]])
    ring = LineString([(0, 0), (10, 0), (10, 10), (0, 0)])
    assert len(free_ends(ring).points) == 0
    fork = MultiLineString([[(0, 0), (50, 0)], [(50, 0), (90, 9)], [(50, 0), (90, -9)]])
    assert len(free_ends(fork).points) == 3


def test_a_road_falls_into_parts_where_the_gap_is_wide() -> None:
    together = MultiLineString([[(0, 0), (50, 0)], [(60, 0), (90, 0)]])
    apart = MultiLineString([[(0, 0), (50, 0)], [(60, 0), (90, 0)], [(200, 0), (300, 0)]])
    assert in_parts(np.array([together, apart, EAST], dtype=object), 25.0).tolist() == [
        False, True, False,
    ]  # fmt: skip
    assert [round(p.length) for p in separate_parts(apart, 25.0)] == [80, 100]


lines = st.lists(
    st.tuples(
        st.integers(0, 40), st.integers(0, 40), st.integers(-9, 9), st.integers(-9, 9),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=30,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(lines, st.sampled_from([0.0, 1.5, 6.0]))
def test_near_pairs_are_all_pairs_of_a_group_within_the_distance(rows, distance):
    shapes = np.array(
        [LineString([(x, y), (x + dx, y + dy + 0.25)]) for x, y, dx, dy, _ in rows], dtype=object
    )
    groups = np.array([g for *_, g in rows], dtype=np.int64)
    found = near_pairs(shapes, groups, np.arange(len(rows)), distance)
    expected = {
        (i, j)
        for i in range(len(rows))
        for j in range(i + 1, len(rows))
        if groups[i] == groups[j] and shapes[i].distance(shapes[j]) <= distance
    }
    assert {(i, j) for i, j in found.tolist()} == expected
    assert len(found) == len(expected)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 30), st.data())
def test_components_are_those_of_a_walk_over_the_graph(count, data):
    node = st.integers(0, count - 1)
    pairs = data.draw(st.lists(st.tuples(node, node), max_size=40))
    numbers = connected_components(count, np.array(pairs, dtype=np.int64).reshape(-1, 2))
    expected = list(range(count))
    for _ in range(count):
        for a, b in pairs:
            expected[a] = expected[b] = min(expected[a], expected[b])
    order = {label: i for i, label in enumerate(dict.fromkeys(expected))}
    assert numbers.tolist() == [order[label] for label in expected]


@pytest.mark.slow
def test_made_up_roads_are_grouped_without_a_fault() -> None:
    spec = importlib.util.spec_from_file_location(
        "synthetic_roads", REPOSITORY / "bench" / "synthetic_roads.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    made = module.synthetic_roads(50_000, areas=100, roads=6_000, broken=287)
    assert made.gaps > 8_000
    found = group_segments(made.names, made.lines, made.scopes)
    precision, recall, groups, roads = module.precision_and_recall(found, made.road)
    assert (precision, recall) == (1.0, 1.0)
    assert groups == roads == 6_287
