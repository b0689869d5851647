"""A coarser survey does not weaken what a better one measured, unless it would see the change."""

from __future__ import annotations

from datetime import date

import shapely

from geo_registry.domain.cemetery import METHODS, Approval, Cemetery, CemeteryType, Survey
from geo_registry.domain.claims import follow
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.encroachment import Level
from geo_registry.domain.standing import Standing, standing

PLANE = WorkPlane(123)
X, Y = 422_200.0, 4_152_400.0


def land(west: float = 0.0, east: float = 100.0) -> shapely.Polygon:
    return shapely.box(X + west, Y, X + east, Y + 60)


def survey(number: int, method: str, extent, *, complete: bool = True) -> Survey:
    known = METHODS[method]
    return Survey(
        number, date(2020 + number, 6, 1), method, extent, known.accuracy, known.grade,
        complete_trace=complete, recorded_order=number,
    )  # fmt: skip


def approval(number: int, extent, since: date | None = None, effect: str = "grants") -> Approval:
    return Approval(number, effect, extent, METHODS["cad"].accuracy, "A", since)


def outside(*surveys: Survey, approvals: tuple[Approval, ...] = ()) -> tuple[Standing, ...]:
    granted = (approval(1, land()), *approvals)
    site = Cemetery("cemetery:1", "示例", CemeteryType.RURAL_PUBLIC, granted, surveys)
    return standing(follow(site, PLANE), granted, PLANE)


RTK = survey(1, "rtk", land(east=110))


def test_a_walk_that_sees_the_same_land_leaves_it_confirmed():
    (found,) = outside(RTK, survey(2, "phone", land(east=111)))
    assert found.strip.level is Level.CONFIRMED
    assert found.assessed.survey == RTK
    assert found.remark == "之后 2022-06-01 的测量（手机步测，±3 m）精度不足以改变这一结论。"


def test_a_walk_too_coarse_to_see_it_does_not_make_it_vanish():
    (found,) = outside(RTK, survey(2, "phone_trees", land()))
    assert found.strip.level is Level.CONFIRMED
    assert [s.id for s in found.later] == [2]


def test_several_coarse_surveys_change_nothing_either():
    (found,) = outside(RTK, survey(2, "phone_trees", land()), survey(3, "phone", land(east=109)))
    assert (found.assessed.survey.id, len(found.later)) == (1, 2)


def test_an_image_that_would_have_seen_it_says_that_it_is_gone():
    assert outside(survey(1, "rtk", land(east=140)), survey(2, "satellite", land())) == ()


def test_land_given_up_for_the_most_part_rests_on_the_survey_that_saw_it():
    (found,) = outside(survey(1, "rtk", land(east=140)), survey(2, "satellite", land(east=113)))
    assert (found.strip.level, found.assessed.survey.id) == (Level.SUSPECTED, 2)
    assert found.remark == ""


def test_land_that_looks_larger_stays_confirmed_and_asks_for_a_survey():
    (found,) = outside(RTK, survey(2, "satellite", land(east=150)))
    assert found.strip.level is Level.CONFIRMED
    assert "可能已扩大到约 3,0" in found.remark


def test_land_on_another_side_is_suspected_beside_it():
    east, west = outside(RTK, survey(2, "satellite", land(west=-20, east=110)))
    assert (east.strip.side, east.strip.level) == ("东侧", Level.CONFIRMED)
    assert (west.strip.side, west.strip.level) == ("西侧", Level.SUSPECTED)


def test_a_survey_that_can_confirm_decides_whatever_came_before():
    assert outside(RTK, survey(2, "rtk", land())) == ()
    (found,) = outside(RTK, survey(2, "phone", land(east=110)), survey(3, "rtk", land(east=105)))
    assert (found.assessed.survey.id, found.later) == (3, ())


def test_a_partial_trace_says_nothing_about_land_it_did_not_walk():
    (found,) = outside(RTK, survey(2, "rtk", land(west=0, east=60), complete=False))
    assert (found.strip.level, found.assessed.survey.id) == (Level.CONFIRMED, 1)


def test_where_land_was_approved_in_between_the_newest_decides():
    more = approval(2, land(east=112), date(2022, 1, 1), "adds")
    assert outside(RTK, survey(2, "phone", land(east=110)), approvals=(more,)) == ()


def test_without_a_survey_nothing_lies_outside():
    assert outside() == ()
