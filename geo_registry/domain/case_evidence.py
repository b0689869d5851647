"""What a measurement must be able to show before it closes a case: closed is not fixed."""

from __future__ import annotations

from geo_registry.domain.case import Case, Measured, Observation


def must_see_m(case: Case) -> float | None:
    """The depth that a closing measurement must be able to see, metres; None if never measured.

    The original claim, or what a failed re-inspection still saw of it, whichever is shallower:
    a survey that is blind to the rest cannot say that the rest is gone.
    """
    seen = [m.depth_m for m in (case.claim, case.remeasured) if m is not None and m.depth_m > 0.0]
    return min(seen, default=None)


def why_not_removed(case: Case, seen: Observation | None) -> str:
    """Why an observation cannot show that the land was given back, in Chinese; empty if it can."""
    depth = must_see_m(case)
    if case.claim is None or depth is None:
        return "案件没有测得的超出范围，无从证明已经整改到位，请按其他理由销号，或先测量"
    if seen is None:
        return "整改后没有新的测量，请先到现场测量原超出地块"
    return _not_new(case, seen) or _too_coarse(case.claim, seen, depth) or _still_there(seen)


def _not_new(case: Case, seen: Observation) -> str:
    since = case.served_on or (case.claim.on if case.claim else None)
    if case.claim is not None and seen.survey == case.claim.survey:
        return "这次测量就是立案所依据的测量，请在整改后重新测量"
    if case.remeasured is not None and seen.on < case.remeasured.on:
        return f"测量日期 {seen.on} 早于上一次复查的测量（{case.remeasured.on}），请重新测量"
    if since is not None and seen.on < since:
        return f"测量日期 {seen.on} 早于整改通知送达日期 {since}，请在整改后重新测量"
    return ""


def _too_coarse(claim: Measured, seen: Observation, depth: float) -> str:
    if seen.grade > claim.grade:
        return (
            f"复查测量的等级（{seen.grade}）低于立案时的测量（{claim.grade}），"
            "请用同级或更高级的方法"
        )
    if not seen.complete:
        return "复查测量没有走完整圈，不能证明原超出地块已经恢复"
    if seen.detection_limit_m >= depth:
        return (
            f"这次测量只能发现 {seen.detection_limit_m:.1f} m 以上的超出，"
            f"而原超出深度为 {depth:.1f} m，看不出是否已经恢复，请用精度更高的方法测量"
        )
    return ""


def _still_there(seen: Observation) -> str:
    if seen.unlocated:
        return "复查测量显示面积仍大于批准面积，但不能确定在哪一侧，请重新测量"
    if not seen.clear:
        return (
            f"原超出地块上仍有约 {seen.remains_m2:,.0f} m² 超出批准范围"
            f"（最深 {seen.remaining_depth_m:.1f} m），没有整改到位"
        )
    return ""
