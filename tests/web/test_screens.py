"""Every page on the three screens it is used on: kept for people to look at, usable by all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
SIZES = {"office": (1366, 768), "wide": (1920, 1080), "phone": (390, 844)}
# Name → address and what stands there once the page is complete.
PAGES = {
    "map": ("/map", ".legend .head"),
    "map-day": ("/map?on=2019-06-30&faint=roads:40", ".tools .time"),
    "map-print": ("/map/print", ".sheet .legend"),
    "name-check": (
        "/name-check?name=文化路、金山路&class=road&at=division:nbs:371002101",
        ".rules",
    ),
    "findings": ("/findings", ".list-table .row"),
    "finding": ("/findings?rule=cm.bound.exceeds_approved", ".list-table .row"),
    "cemeteries": ("/cemeteries", ".list-table .row"),
    "cemetery": ("/cemeteries/4", ".chart svg"),
    "plots": ("/cemeteries/1?tab=plots", ".list-table .row"),
    "eco-burials": ("/cemeteries/eco-burials", ".list-table .row"),
    "subsidies": ("/cemeteries/subsidies?subsidy=1", ".drawer .subsidy"),
    "subsidy-years": ("/cemeteries/subsidies?view=years&year=2024", ".drawer table"),
    "charges": ("/cemeteries/charges?charge=4", ".drawer .charge"),
    "charge-new": ("/cemeteries/charges?add=1", ".drawer form"),
    "fee-lists": ("/cemeteries/charges?view=lists&list=1", ".drawer table"),
    "fee-list-new": ("/cemeteries/charges?view=lists&add=1", ".drawer form"),
    "proposals": ("/proposals", ".board, .lanes, .card"),
    "proposal": ("/proposals?view=table&proposal=1", ".drawer .proposal"),
    "proposal-new": ("/proposals?new=1", ".drawer form"),
    "proposal-batch": ("/proposals?batch=1", ".drawer .batch"),
    "contributions": ("/contributions?contribution=1", ".drawer .contribution"),
    "cases": ("/cases?ended=1", ".list-table .row"),
    "cases-board": ("/cases?view=board", ".board, .lane"),
    "case": ("/cases/1", "h1"),
    "case-new": ("/cases/new?point=122.05,37.42", ".picker .foot"),
    "rounds": ("/cases/rounds", ".list-table .row"),
    "round-new": ("/cases/rounds?add=1", ".drawer form"),
    "round": ("/cases/rounds/1", ".stops"),
    "statistics": ("/statistics", "table"),
    "ledger": ("/statistics/ledger", ".list-table .row"),
    "activities": ("/statistics/activities", ".el-empty"),
    "permissions": ("/users?part=permissions", "table"),
    "tokens": ("/users?part=tokens", "form, button"),
    "history": ("/history?table=case_step", ".group summary"),
    "exchange": ("/exchange", "code"),
    "boundary-upload": ("/cemeteries/upload", ".el-upload"),
    "rules": ("/rules", ".list-table .row"),
    "settings": ("/rules?view=settings", ".settings li"),
    "system": ("/system", ".el-descriptions"),
    "help": ("/help", "article h2"),
    "missing": ("/nowhere", "main"),
}
WIDER_THAN_A_PHONE = {"map-print"}  # a sheet of paper scrolls


def faults(page: Any) -> list[str]:
    """What axe-core finds to be serious, each with the element it is about."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
        ".filter(v => ['serious', 'critical'].includes(v.impact))"
        ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))"
    )
    return [str(fault) for fault in found]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_its_screen_and_is_usable_by_all(visit: Open, size: str) -> None:
    seen = visit(SIZES[size])
    wrong = []
    for name, (address, complete) in PAGES.items():
        seen.go(address)
        seen.page.locator(complete).first.wait_for()
        if name == "finding":
            seen.page.locator(".list-table .row").first.click()
            seen.page.locator(".drawer .message").wait_for()
        seen.picture(f"{name}-{size}")
        wide = seen.page.evaluate("document.documentElement.scrollWidth")
        if wide > SIZES[size][0] and name not in WIDER_THAN_A_PHONE:
            wrong.append(f"{name}: {wide} pixels wide")
        if size != "wide":
            wrong += [f"{name}: {fault}" for fault in faults(seen.page)]
    assert wrong == []
