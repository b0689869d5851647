"""Pieces become roads: names, gaps, junctions, order, and a synthetic district with known truth."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_registry.domain.nearness import connected_components
from geo_registry.domain.road import group_segments


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(points)


def grouped(*pieces: tuple[str | None, shapely.LineString | None], scope: str = "a") -> list[int]:
    names = [name for name, _ in pieces]
    lines = np.array([geometry for _, geometry in pieces], dtype=object)
    return group_segments(names, lines, [scope] * len(names)).tolist()


def test_pieces_of_one_name_that_meet_are_one_road():
    assert grouped(
        ("文化路", line((0, 0), (50, 0))),
        ("文化路", line((50, 0), (90, 0))),
        ("金山路", line((90, 0), (90, 50))),
    ) == [0, 0, 1]


def test_a_gap_under_two_metres_is_digitising_and_a_longer_one_is_not():
    first = line((0, 0), (50, 0))
    assert grouped(("文化路", first), ("文化路", line((51.9, 0), (90, 0)))) == [0, 0]
    assert grouped(("文化路", first), ("文化路", line((52.1, 0), (90, 0)))) == [0, 1]


def test_the_same_name_far_apart_is_two_roads():
    assert grouped(("文化路", line((0, 0), (50, 0))), ("文化路", line((800, 0), (900, 0)))) == [
        0,
        1,
    ]


def test_a_side_piece_joins_in_the_middle_of_a_segment():
    assert grouped(("文化路", line((0, 0), (100, 0))), ("文化路", line((50, 0), (50, 40)))) == [
        0,
        0,
    ]


def test_one_name_in_two_scopes_is_two_roads():
    lines = np.array([line((0, 0), (50, 0)), line((50, 0), (90, 0))], dtype=object)
    assert group_segments(["文化路", "文化路"], lines, ["a", "b"]).tolist() == [0, 1]


def test_nameless_pieces_continue_each_other_only_where_nothing_else_arrives():
    a, b, c = line((0, 0), (50, 0)), line((50, 0), (90, 0)), line((50, 0), (50, 40))
    assert grouped((None, a), ("", b)) == [0, 0]
    assert grouped((None, a), (None, b), (None, c)) == [0, 1, 2]
    assert grouped((None, a), (None, b), ("文化路", c)) == [0, 1, 2]


def test_nameless_pieces_do_not_join_where_one_passes_along():
    assert grouped((None, line((0, 0), (100, 0))), (None, line((50, 0), (50, 40)))) == [0, 1]


def test_nameless_pieces_meet_in_either_direction():
    assert grouped((None, line((50, 0), (0, 0))), (None, line((50, 0), (90, 0)))) == [0, 0]


def test_a_missing_or_empty_line_is_a_road_of_its_own():
    empty = shapely.LineString()
    assert grouped(("文化路", None), ("文化路", empty), (None, None)) == [0, 1, 2]
    assert group_segments([], np.array([], dtype=object), []).tolist() == []


def test_long_chains_come_together():
    count = 5_000
    chain = np.column_stack([np.arange(count - 1), np.arange(1, count)])
    shuffled = np.random.default_rng(1).permutation(count)
    assert connected_components(count, shuffled[chain]).max() == 0


pieces = st.lists(
    st.tuples(
        st.sampled_from(["甲路", "乙路", None]),
        st.tuples(st.integers(0, 6), st.integers(0, 6)),
        st.sampled_from([(1, 0), (0, 1), (1, 1)]),
        st.sampled_from(["x", "y"]),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(pieces, st.randoms(use_true_random=False))
def test_the_grouping_does_not_depend_on_order_or_direction(rows, random):
    def partition(rows):
        lines = np.array(
            [
                line((10 * x, 10 * y), (10 * (x + dx), 10 * (y + dy)))
                for _, (x, y), (dx, dy), _ in rows
            ],
            dtype=object,
        )
        numbers = group_segments([r[0] for r in rows], lines, [r[3] for r in rows])
        return numbers.tolist(), lines

    before, _ = partition(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    after, _ = partition([rows[i] for i in order])
    pairs_before = {(i, j) for i in order for j in order if before[i] == before[j]}
    pairs_after = {(order[i], order[j]) for i in order for j in order if after[i] == after[j]}
    assert pairs_before == pairs_after


def synthetic_district(roads: int, seed: int):
    """Roads of 2–8 pieces, some with gaps below 2 m, some truly broken 500–1500 m apart."""
    random = np.random.default_rng(seed)
    names, scopes, lines, truth, broken = [], [], [], [], 0
    for number in range(roads):
        x, y = 4_000.0 * (number % 200), 300.0 * (number // 200)
        break_at = random.integers(1, 4) if random.random() < 0.05 else None
        broken += break_at is not None
        part = 0
        for piece in range(int(random.integers(4, 9))):
            if piece == break_at:
                x += random.uniform(500, 1500)
                part = 1
            elif random.random() < 0.2:
                x += random.uniform(0.2, 1.8)
            length = random.uniform(20, 150)
            lines.append(line((x, y), (x + length / 2, y + 3), (x + length, y)))
            x += length
            names.append(f"路{number % 5_000}")
            scopes.append(number // 5_000)
            truth.append((number, part))
    return names, np.array(lines, dtype=object), scopes, truth, broken


def test_a_synthetic_district_is_grouped_exactly():
    names, lines, scopes, truth, broken = synthetic_district(8_000, seed=7)
    order = np.random.default_rng(3).permutation(len(names))
    numbers = group_segments([names[i] for i in order], lines[order], [scopes[i] for i in order])
    found: dict[int, set[tuple[int, int]]] = {}
    for number, i in zip(numbers.tolist(), order, strict=True):
        found.setdefault(number, set()).add(truth[i])
    assert all(len(group) == 1 for group in found.values())
    assert len(found) == len(set(truth)) == 8_000 + broken
