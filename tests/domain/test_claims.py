"""The same strip keeps its name from survey to survey, whatever measured it."""

from __future__ import annotations

from datetime import date

import shapely

from geo_registry.domain.cemetery import Accuracy, Approval, Cemetery, CemeteryType, Survey
from geo_registry.domain.claims import follow
from geo_registry.domain.crs import WorkPlane

PLANE = WorkPlane(123)
APPROVED = shapely.box(422_200, 4_152_400, 422_300, 4_152_460)


def site(*extents):
    surveys = tuple(
        Survey(i, date(2018 + i, 5, 1), "rtk", extent, Accuracy(0.3), "A", recorded_order=i)
        for i, extent in enumerate(extents, 1)
    )
    approval = Approval(1, "grants", APPROVED, Accuracy(0.1), "A", date(2010, 1, 1))
    return Cemetery("cemetery:1", "示例公墓", CemeteryType.RURAL_PUBLIC, (approval,), surveys)


def grown(east=0.0, north=0.0, wobble=0.0):
    return shapely.union_all(
        [
            APPROVED,
            shapely.box(422_300, 4_152_400 + wobble, 422_300 + east, 4_152_450 - wobble),
            shapely.box(422_220, 4_152_460, 422_280, 4_152_460 + north),
        ]
    )


def test_a_strip_keeps_its_name_and_remembers_when_it_was_first_seen():
    history = follow(site(APPROVED, grown(8), grown(12, wobble=3)), PLANE)
    assert [len(a.strips) for a in history] == [0, 1, 1]
    (first,), (second,) = history[1].strips, history[2].strips
    assert first.key == second.key == "survey:2:东侧"
    assert (second.unseen_on, second.seen_on) == (date(2019, 5, 1), date(2020, 5, 1))


def test_a_new_strip_gets_a_name_of_its_own():
    history = follow(site(grown(8), grown(8, 9)), PLANE)
    assert {s.key for s in history[1].strips} == {"survey:1:东侧", "survey:2:北侧"}


def test_a_strip_that_disappears_and_returns_is_the_same():
    history = follow(site(grown(8), APPROVED, grown(9)), PLANE)
    assert [s.key for s in history[2].strips] == ["survey:1:东侧"]
