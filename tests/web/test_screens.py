"""Every page on the three screens it is used on: kept for people to look at, usable by all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

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
# What a page turns into: role, name → address, what is clicked in turn, what stands there then.
OPEN_FINDING = (".list-table .row >> nth=0", ".drawer .message")
STATES: dict[str, dict[str, tuple[str, tuple[str, ...], str]]] = {
    "approver": {
        "map-town": ("/map?subject=division:nbs:371002101", (), ".drawer dl"),
        "map-cemetery": ("/map?subject=cemetery:4", (), ".drawer dl"),
        "map-measure": ("/map", (".tools .tool >> nth=0",), ".tools .tool.on"),
        "findings-none": ("/findings?q=没有这样的东西", (), ".list-page .el-empty"),
        "findings-ticked": ("/findings", ("input[aria-label='选择第 1 行']",), ".bar"),
        "finding-rule": (
            "/findings?rule=pn.uniq.road_village",
            (*OPEN_FINDING, ".drawer summary >> nth=0"),
            ".drawer details[open]",
        ),
        "finding-waive": (
            "/findings?rule=pn.uniq.road_village",
            (*OPEN_FINDING, ".drawer button:has-text('豁免')"),
            "#waiver-reason",
        ),
        "name-bad": (
            "/name-check?name=2号塂路&class=road&at=division:nbs:371002101",
            (),
            ".rules",
        ),
        "name-none": ("/name-check", (), "form"),
        "proposals-table": ("/proposals?view=table", (), ".list-table .row"),
        "proposal-act": (
            "/proposals?view=table&proposal=1",
            (".drawer button:has-text('预核')",),
            ".drawer .act",
        ),
        "proposal-faults": (
            "/proposals?new=1",
            (".drawer button:has-text('提交申报')",),
            ".drawer .el-form-item__error",
        ),
        "case-step": ("/cases/1", ("button:has-text('整改进展')",), "form"),
        "case-notice": ("/cases/1", ("button:has-text('出具责令整改')",), ".notice"),
        "case-ended": ("/cases/4", (), "h1"),
        "case-new-faults": (
            "/cases/new",
            ("form button:has-text('登记')",),
            ".el-form-item__error",
        ),
        "round-stop": (
            "/cases/rounds/1",
            (".stops button:has-text('登记结果') >> nth=0",),
            ".stops form",
        ),
        "cemetery-findings": ("/cemeteries/4?tab=findings", (), ".finding"),
        "cemetery-papers": ("/cemeteries/4?tab=papers", (), "text=还没有出过边界档案"),
        "cemetery-unapproved": ("/cemeteries/9", (), "h1"),
        "eco-burial": (
            "/cemeteries/eco-burials",
            (".list-table .row >> nth=1",),
            ".drawer dl",
        ),
        "eco-burial-new": ("/cemeteries/eco-burials?add=1", (), ".drawer form"),
        "subsidy-step": (
            "/cemeteries/subsidies?subsidy=1",
            (".drawer button:has-text('追回')",),
            ".drawer form",
        ),
        "charge-faults": (
            "/cemeteries/charges?add=1",
            (".drawer form button:has-text('登记')",),
            ".drawer .el-form-item__error",
        ),
        "figure": ("/statistics/figures/roads_new", (), ".list-table .row"),
        "figures-below": ("/statistics", (".grid >> nth=3",), ".grid"),
        "activity-new": ("/statistics/activities", ("text=登记活动",), ".el-dialog form"),
        "teams": ("/statistics/activities?tab=teams", (), ".el-empty"),
        "rule": ("/rules/cm.bound.exceeds_approved", (), "h1"),
        "token-new": ("/users?part=tokens", ("text=新令牌",), "form"),
    },
    "administrator": {
        "accounts": ("/users", (), ".list-table .row"),
        "account": ("/users", (".list-table .row >> nth=0",), ".drawer .fact-table"),
        "account-new": ("/users?new=1", (), ".drawer form"),
        "login-events": ("/users?part=events", (), ".list-table"),
        "system-administrator": ("/system", (), ".el-descriptions"),
    },
    "volunteer": {
        "contribution-new": ("/contributions?new=1", (), ".drawer form"),
        "contributions-own": ("/contributions", (), ".list-page"),
    },
    "inspector": {
        "case-inspector": ("/cases/2", (), "h1"),
        "cases-mine": ("/cases?mine=1", (), ".list-page"),
    },
    "": {
        "login": ("/rules", ("button:has-text('登录')",), "[aria-label='试用']"),
        "users-nobody": ("/users", (), ".el-empty"),
        "contributions-nobody": ("/contributions", (), ".el-empty"),
        "cemetery-missing": ("/cemeteries/999", (), "[role=alert]"),
        "road-missing": ("/map?subject=road:0", (), "[role=alert]"),
    },
}
WIDER_THAN_A_PHONE = {"map-print"}  # a sheet of paper scrolls


_BROKEN_DATES = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const broken = []
  while (walk.nextNode()) {
    const text = walk.currentNode
    for (const found of text.data.matchAll(/\\d{4}-\\d{2}-\\d{2}/g)) {
      const range = document.createRange()
      range.setStart(text, found.index)
      range.setEnd(text, found.index + found[0].length)
      const lines = new Set([...range.getClientRects()].map((r) => Math.round(r.top)))
      if (lines.size > 1) broken.push(text.data.trim().slice(0, 60))
    }
  }
  return broken
}"""


def broken_dates(page: Any) -> list[str]:
    """Dates of which one line holds a half and the next the other."""
    return [f"a date is broken: {text}" for text in page.evaluate(_BROKEN_DATES)]


def misfits(page: Any, width: int, *, paper: bool = False) -> list[str]:
    """What does not fit its place: the page on the screen, a list on the page, a date on a line."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    lists = page.locator(".list-table").evaluate_all(
        "tables => tables.map(t => t.scrollWidth - t.clientWidth).filter(more => more > 1)"
    )
    cut = [f"a list is {more} pixels wider than its place" for more in lists]
    cut += broken_dates(page)
    return cut if wide <= width or paper else [f"{wide} pixels wide", *cut]


_STILL = """() => document.getAnimations().every((moving) =>
  moving.playState !== 'running' || moving.effect.getComputedTiming().iterations === Infinity)"""


def faults(page: Any) -> list[str]:
    """What axe-core finds to be serious, each with the element it is about."""
    page.wait_for_function(_STILL)  # what is half faded in has too little contrast
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
        paper = name in WIDER_THAN_A_PHONE
        wrong += [f"{name}: {m}" for m in misfits(seen.page, SIZES[size][0], paper=paper)]
        if size != "wide":
            wrong += [f"{name}: {fault}" for fault in faults(seen.page)]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("size", [size for size in SIZES if size != "wide"])
@pytest.mark.parametrize("role", STATES)
def test_every_state_fits_its_screen_and_is_usable_by_all(
    visit: Open, untouched: str, role: str, size: str
) -> None:
    seen = visit(SIZES[size], role or None, at=untouched)
    wrong = []
    for name, (address, clicks, complete) in STATES[role].items():
        seen.go(address)
        try:
            for place in clicks:
                seen.page.locator(place).first.click()
            seen.page.locator(complete).first.wait_for()
        except PlaywrightTimeout as late:
            wrong.append(f"{name}: {late}")
        seen.picture(f"{name}-{size}")
        wrong += [f"{name}: {m}" for m in misfits(seen.page, SIZES[size][0])]
        wrong += [f"{name}: {fault}" for fault in faults(seen.page)]
    seen.forgive("404|403|401")
    assert wrong == [], "\n".join(wrong)
