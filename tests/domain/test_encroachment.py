"""Encroachment: the worked examples, area errors, and the calibration of the verdict."""

from __future__ import annotations

import importlib.util
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo_registry.domain.area_error import Outline, gradient, noise_factor, variance
from geo_registry.domain.area_gain import corner_errors
from geo_registry.domain.boundary_tests import (
    DEFAULT,
    approved_parts,
    depth_test,
)
from geo_registry.domain.cemetery import Accuracy, Approval, Survey, Zone
from geo_registry.domain.claimed_land import claim_error_m2, claim_of, opened
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.encroachment import Level, assess, detection_limit_m, noise_floor_m2
from geo_registry.domain.errors import BadRequest, Unreadable
from geo_registry.domain.partition import approved_afterwards, partition
from geo_registry.domain.rings import clean

PLANE = WorkPlane(123)
DAY = date(2024, 9, 1)
X, Y = 422_200.0, 4_152_400.0
INDEPENDENT = replace(DEFAULT, correlation_m=0.0)


def rectangle(x0: float, x1: float, y0: float = 0.0, y1: float = 60.0) -> shapely.Polygon:
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


A = rectangle(0, 100)


def approval(extent=A, sigma=0.1, **changes) -> Approval:
    return replace(Approval(1, "grants", extent, Accuracy(sigma), "A", None), **changes)


def survey(extent, sigma=0.5, shift=0.0, **changes) -> Survey:
    return replace(Survey(1, DAY, "rtk", extent, Accuracy(sigma, shift), "A"), **changes)


def depth_of(extension: float, sigma_a: float, sigma_b: float):
    parts = approved_parts([approval(sigma=sigma_a)], Accuracy(sigma_b))
    return parts, depth_test(parts, rectangle(0, 100 + extension))


# case: extension, σ_A, σ_B, noise floor, |C_ks|, |C_kc|, low95, k*, p_b
WORKED = {
    "W1": (10, 0.1, 0.5, 52.83, 534.894, 510.200, 549.673, 19.569, 0.0, "confirmed"),
    "W2": (1, 0.1, 1.5, 155.76, 0, 0, 0, 0.540, 1.0, "within"),
    "W3": (4, 0.1, 1.5, 155.76, 48.051, 0, 91.621, 2.536, 0.0337, "suspected"),
    "W4": (10, 0.1, 3.0, 311.00, 216.739, 71.371, 303.736, 3.081, 0.0062, "confirmed"),
    "W5": (5, 0.05, 0.05, 7.33, 290.972, 287.547, 293.021, None, 0.0, "confirmed"),
    "W6": (0, 0.1, 0.5, 52.83, 0, 0, 0, 0, 1.0, "within"),
}


@pytest.mark.parametrize("case", WORKED)
def test_the_worked_examples_of_the_depth_test(case):
    ext, sa, sb, floor, core_s, core_c, low, k, p, word = WORKED[case]
    parts, depth = depth_of(ext, sa, sb)
    assert depth.core_suspected.area == pytest.approx(core_s, abs=2e-3)
    assert depth.core_confirmed.area == pytest.approx(core_c, abs=2e-3)
    assert depth.core_95.area == pytest.approx(low, abs=2e-3)
    assert noise_floor_m2(A, parts, Accuracy(sb)) == pytest.approx(floor, abs=0.02)
    assert depth.p_bound == pytest.approx(p, abs=1e-4)
    if k is None:
        assert depth.k_observed > 50
    else:
        assert depth.k_observed == pytest.approx(k, abs=1e-3)
    assert (depth.suspected, depth.confirmed) == (
        word in {"suspected", "confirmed"},
        word == "confirmed",
    )


@pytest.mark.parametrize(
    ("perimeter", "k_s", "k_c"),
    [(100, 1.960, 2.807), (320, 2.128, 2.935), (1000, 2.519, 3.245), (5000, 3.038, 3.675)],
)
def test_the_threshold_grows_with_the_perimeter(perimeter, k_s, k_c):
    extent = shapely.box(0, 0, perimeter / 4, perimeter / 4)
    depth = depth_test(approved_parts([approval(extent)], Accuracy(0.5)), extent)
    assert depth.k_suspected == pytest.approx(k_s, abs=1e-3)
    assert depth.k_confirmed == pytest.approx(k_c, abs=1e-3)


@pytest.mark.parametrize(("sigma", "limit"), [(0.5, 1.73), (1.5, 5.30), (3, 10.98), (5, 19.1)])
def test_the_detection_limit(sigma, limit):
    parts = approved_parts([approval(sigma=0.0)], Accuracy(sigma))
    assert detection_limit_m(parts, 2.128) == pytest.approx(limit, abs=0.06)


@pytest.mark.parametrize(
    ("sigma_a", "shift", "sigma_b", "error"),
    [
        (0.1, 0, 0.5, 22.664),
        (0.1, 0.3, 0.5, 25.675),
        (0.1, 0.5, 0.5, 30.299),
        (0.05, 0, 0.5, 22.364),
    ],
)
def test_the_standard_error_of_a_claim(sigma_a, shift, sigma_b, error):
    known, observed = Accuracy(sigma_b, shift), rectangle(0, 110)
    parts = approved_parts([approval(sigma=sigma_a)], known)
    claim = claim_of(parts, observed, depth_test(parts, observed).core_suspected)
    assert claim.area == pytest.approx(600)
    found = claim_error_m2(claim, corner_errors(observed, parts, known, INDEPENDENT))
    assert found == pytest.approx(error, abs=1e-3)


def test_the_gradient_of_the_first_worked_example():
    outline = Outline.of(rectangle(0, 110))
    form = gradient(outline, rectangle(100, 110))
    at = dict(zip((outline.start - complex(X, Y)).tolist(), form.tolist(), strict=True))
    assert at[110 + 0j] == pytest.approx(30 - 9.5455j, abs=1e-3)
    assert at[60j] == pytest.approx(0.4545j, abs=1e-3)


@pytest.mark.parametrize(
    ("spacing", "correlation", "error"),
    [
        (1e9, 0, 116.619),
        (10, 0, 54.772),
        (10, 1, 54.77),
        (10, 10, 77.4),
        (10, 30, 110.3),
        (10, 60, 119.3),
    ],
)
def test_the_error_of_an_area(spacing, correlation, error):
    extent = shapely.segmentize(A, spacing)
    outline = Outline.of(extent)
    found = variance(outline, gradient(outline, extent), Accuracy(1.0), correlation)
    assert math.sqrt(found) == pytest.approx(error, abs=0.06)


def test_a_shift_never_changes_an_area_and_multipolygons_count_every_part():
    two = shapely.MultiPolygon([rectangle(0, 10), rectangle(50, 80)])
    outline = Outline.of(two)
    form = gradient(outline, two)
    assert len(outline.start) == 8
    assert variance(outline, form, Accuracy(1.0, 1.0)) == pytest.approx(0.0, abs=1e-12)
    assert variance(outline, form, Accuracy(1.0)) == pytest.approx((60**2 + 100) + (60**2 + 900))


def test_the_noise_factor_runs_from_independent_vertices_to_a_pure_shift():
    assert noise_factor(Accuracy(1.0)) == pytest.approx(0.8116, abs=1e-4)
    assert noise_factor(Accuracy(1.0, 1.0)) == pytest.approx(1.0)


def test_mitred_opening_keeps_a_strip_exactly():
    assert opened(rectangle(100, 110), 3.0).area == pytest.approx(600.0, abs=1e-6)


# --- the verdict ----------------------------------------------------------------------------------


def test_the_verdicts_of_both_tests_together():
    expected = {"W1": "confirmed", "W2": "within_tolerance", "W3": "suspected", "W4": "suspected"}
    for case, word in (expected | {"W5": "confirmed", "W6": "none"}).items():
        ext, sa, sb = WORKED[case][:3]
        found = assess([approval(sigma=sa)], survey(rectangle(0, 100 + ext), sb), PLANE)
        assert found.verdict == word, case


def test_areas_are_geodesic():
    found = assess([approval()], survey(rectangle(0, 110)), PLANE)
    assert found.area_m2 == pytest.approx(599.911, abs=1e-3)
    assert found.approved_area_m2 == pytest.approx(5999.107, abs=1e-3)
    assert found.plane_area_m2 == pytest.approx(600)
    assert found.max_depth_m == pytest.approx(10)
    assert found.at_least_m2 <= found.area_m2


@pytest.mark.parametrize("change", [{"grade": "B"}, {"repaired": True}])
def test_weak_evidence_only_suspects(change):
    found = assess([approval()], survey(rectangle(0, 110), **change), PLANE)
    assert (found.geometric, found.verdict) == (Level.CONFIRMED, Level.SUSPECTED)
    assert found.reasons


def test_an_approval_drawn_as_a_sketch_only_suspects():
    found = assess([approval(grade="C")], survey(rectangle(0, 110)), PLANE)
    assert found.verdict is Level.SUSPECTED


def test_growth_all_round_under_a_bad_image_is_seen_by_the_area_alone():
    observed = rectangle(-1, 101, -1, 61)
    found = assess([approval(sigma=0.05)], survey(observed, 5.0, 4.99, grade="B"), PLANE)
    assert found.verdict is Level.SUSPECTED
    assert not found.located
    partial = survey(observed, 5.0, 4.99, complete_trace=False)
    assert assess([approval(sigma=0.05)], partial, PLANE).verdict is Level.WITHIN_TOLERANCE


def test_a_filled_courtyard_is_outside_and_a_hole_in_the_survey_is_not():
    yard = A.difference(rectangle(40, 60, 20, 40))
    found = assess([approval(yard)], survey(A), PLANE)
    assert found.verdict is Level.CONFIRMED
    assert found.max_depth_m == pytest.approx(10, abs=0.1)
    assert assess([approval()], survey(yard), PLANE).verdict is Level.NONE


def test_only_approvals_in_force_on_the_day_count():
    added = approval(rectangle(100, 110), id=2, effect="adds", valid_from=date(2024, 1, 1))
    later = replace(added, valid_from=date(2025, 1, 1))
    observed = survey(rectangle(0, 110))
    assert assess([approval(), added], observed, PLANE).verdict is Level.NONE
    found = assess([approval(), later], observed, PLANE)
    assert found.verdict is Level.CONFIRMED
    ((document, land),) = approved_afterwards(found.claim, [approval(), later], DAY)
    assert document.id == 2
    assert land.area == pytest.approx(600)
    replaced = approval(rectangle(0, 80), id=3, supersedes=1)
    assert assess([approval(), replaced], survey(A), PLANE).area_m2 == pytest.approx(1200, rel=1e-3)


def test_reduced_land_is_outside():
    reduced = approval(rectangle(80, 120), id=2, effect="reduces", sigma=0.2)
    found = assess([approval(), reduced], survey(A), PLANE)
    assert found.verdict is Level.CONFIRMED
    assert found.plane_area_m2 == pytest.approx(1200)


def test_each_side_is_judged_by_the_accuracy_of_its_own_approval():
    rough = approval(rectangle(-100, 0), id=2, effect="adds", sigma=5.0)
    precise_side = survey(rectangle(-100, 102), 0.1)
    rough_side = survey(rectangle(-102, 100), 0.1)
    assert assess([approval(), rough], precise_side, PLANE).verdict is Level.CONFIRMED
    assert assess([approval(), rough], rough_side, PLANE).verdict is Level.WITHIN_TOLERANCE


def test_without_an_approval_in_force_there_is_nothing_to_exceed():
    with pytest.raises(BadRequest, match="2024-09-01"):
        assess([], survey(A), PLANE)


def test_p_and_verdict_agree():
    for ext in np.linspace(0, 6, 25):
        found = assess([approval()], survey(rectangle(0, 100 + ext), 1.0), PLANE)
        assert found.verdict.found == (found.p_bound <= 0.10)


# --- partition and hygiene ------------------------------------------------------------------------


def test_a_claim_is_divided_without_counting_twice():
    claim = shapely.box(100, 0, 130, 60)
    zone = Zone("zone:1", "forest", "林地", shapely.box(90, 40, 120, 80))
    divided = partition(claim, [("cemetery:2", shapely.box(115, 0, 200, 60))], [zone])
    assert [s.extent.area for s in divided.neighbours] == [900]
    assert divided.unapproved.area == 900
    assert [(z.extent.area, z.unapproved.area) for z in divided.zones] == [(400, 300)]


def test_a_bow_tie_is_repaired_and_flagged():
    tie = clean(shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]))
    assert (tie.area_before_m2, tie.area_after_m2) == (0, 50)
    assert tie.material


def test_a_spike_vanishes():
    spike = [(0, 0), (10, 0), (10, 5), (20, 5), (10, 5), (10, 10), (0, 10)]
    repaired = clean(shapely.Polygon(spike))
    assert repaired.area_after_m2 == 100
    assert not repaired.material


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        shapely.Polygon(),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon([(0, 0), (1, 1), (2, 2)]),
        shapely.Polygon([(0, 0), (1, math.inf), (2, 0)]),
    ],
)
def test_what_is_no_boundary_is_refused_in_one_sentence(geometry):
    with pytest.raises(Unreadable, match="。"):
        clean(geometry)


# --- calibration ----------------------------------------------------------------------------------


def noisy(truth, model: str, sigma: float, random) -> shapely.Polygon:
    xy = shapely.get_coordinates(truth)[:-1]
    count = len(xy)
    if model == "shift":
        moved = random.normal(0, sigma, (1, 2)).repeat(count, axis=0)
    elif model == "independent":
        moved = random.normal(0, sigma, (count, 2))
    elif model == "mixed":
        part = sigma / math.sqrt(2)
        moved = random.normal(0, part, (1, 2)) + random.normal(0, part, (count, 2))
    else:
        outline = Outline.of(truth)
        decay = np.exp(-outline.distances(slice(None)) / 30.0)
        root = np.linalg.cholesky(decay + 1e-9 * np.eye(count))
        moved = sigma * root @ random.normal(size=(count, 2))
        xy = outline.corners
    return shapely.Polygon(xy + moved).buffer(0)


SHIFT_SHARE = {"shift": 1.0, "mixed": math.sqrt(0.5)}
MODELS = ("shift", "independent", "mixed", "correlated")


@pytest.fixture(scope="module")
def calibration():
    """The bench that prints the table of docs/encroachment.md; here with fewer draws."""
    path = Path(__file__).resolve().parents[2] / "bench" / "calibration.py"
    spec = importlib.util.spec_from_file_location("calibration", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("site", [(30, 20), (100, 60)])
def test_false_alarms_keep_their_rate(calibration, model, site):
    p = calibration.bounds(calibration.site(*site), model, draws=1000, seed=11)
    assert np.mean(p <= 0.10) <= 0.10
    assert np.mean(p <= 0.01) <= 0.01


@pytest.mark.slow
@pytest.mark.parametrize("model", ["heavy tails", "blunders"])
@pytest.mark.parametrize("site", [(100, 60), (600, 400)])
def test_single_blunders_and_heavy_tails_confirm_nothing(calibration, model, site):
    share = calibration.verdicts(calibration.site(*site), model, draws=500, seed=11)
    assert share["confirmed"] <= 0.01
    assert share["confirmed before"] > 0.05


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
def test_the_area_of_a_real_extension_is_estimated_without_bias(model):
    random = np.random.default_rng(23)
    truth = shapely.box(0, 0, 110, 60).segmentize(10)
    accuracy = Accuracy(1.0, SHIFT_SHARE.get(model, 0.0))
    parts = approved_parts([approval(shapely.box(0, 0, 100, 60), 1e-6)], accuracy)
    areas, covered = [], 0
    for _ in range(150):
        observed = noisy(truth, model, 1.0, random)
        core = depth_test(parts, observed, share=0.5).core_suspected
        claim = claim_of(parts, observed, core)
        error = claim_error_m2(claim, corner_errors(observed, parts, accuracy, DEFAULT))
        areas.append(claim.area)
        covered += abs(claim.area - 600) <= 1.96 * error
    assert np.mean(areas) == pytest.approx(600, rel=0.03)
    assert covered / 150 >= 0.90
