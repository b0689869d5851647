"""A leader reads the figures, follows one to its list, and asks what was known before."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
SCREENS = {"office": (1366, 768), "wide": (1920, 1080), "phone": (390, 844)}


def test_a_leader_follows_a_figure_to_what_makes_it_up(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/statistics")
    # The sample has 61 roads in 18 villages of 4 towns; other stories may have named more by now.
    found = page.request.get(f"{seen.service}/api/v1/figures").json()["figures"]
    new = {f["id"]: f["value"] for f in found if f["id"].endswith("_new")}
    assert new["roads_new"] >= 61
    assert new["villages_new"] >= 18
    words = f"{new['roads_new']} 条，分布在 {new['villages_new']} 个村、{new['towns_new']} 个镇街"
    expect(page.locator(".headline")).to_contain_text(words)
    whole = page.get_by_role("row", name=re.compile("^全区"))
    expect(whole).to_contain_text(str(new["roads_new"]))
    page.get_by_role("link", name=f"{new['villages_new']} 个村").click()
    expect(page.locator(".list-page h1")).to_contain_text(str(new["villages_new"]))
    expect(page.locator(".list-table .row").first).to_contain_text("镇")
    page.go_back()
    expect(page.locator(".headline")).to_be_visible()
    page.get_by_role("button", name="待处理问题的口径").click()
    expect(page.get_by_text("跨两个镇街的问题在两处各计一次")).to_be_visible()


def test_what_was_known_before_anything_was_registered_is_nothing(visit: Open) -> None:
    seen = visit()
    seen.go("/statistics?known_on=2020-01-01")
    expect(seen.page.get_by_role("status")).to_contain_text("2020-01-01 结束时所知")
    expect(seen.page.locator(".headline")).to_contain_text("0 条，分布在 0 个村")


def test_an_activity_is_entered_and_undone(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/statistics/activities")
    page.get_by_role("button", name="登记活动").click()
    form = page.get_by_role("form", name="登记活动")
    save = page.get_by_role("button", name="登记", exact=True)
    save.click()
    expect(form).to_contain_text("请写活动名称")
    form.get_by_label("活动名称").fill("重阳讲老村名")
    form.get_by_label("举办日期").fill("2026-10-18")
    form.get_by_label("举办日期").press("Enter")
    form.get_by_label("参加人次").fill("35")
    save.click()
    expect(page.locator(".list-table .row").first).to_contain_text("重阳讲老村名")
    expect(page.locator(".sum")).to_have_text(re.compile("1 场，35 人次"))
    page.locator(".el-message").get_by_role("button", name="撤销").click()
    expect(page.locator(".sum")).to_have_text(re.compile("0 场"))


@pytest.mark.parametrize("screen", SCREENS)
def test_the_pages_of_figures_are_drawn(visit: Open, screen: str) -> None:
    seen = visit(SCREENS[screen])
    seen.go("/statistics")
    seen.page.locator(".headline").wait_for()
    seen.picture(f"statistics-{screen}")
    seen.go("/statistics/ledger")
    seen.page.locator(".list-table .row").first.wait_for()
    seen.picture(f"ledger-{screen}")


@pytest.mark.parametrize("address", ["/statistics", "/cases/1", "/cemeteries/4"])
def test_paper_holds_everything_and_nothing_to_press(visit: Open, address: str) -> None:
    seen = visit((718, 1046))  # A4 without its margins
    page = seen.page
    seen.go(address)
    page.locator("h1, .headline").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    for button in page.locator("main .el-button, main button.link, nav").all():
        expect(button).not_to_be_visible()
    cut = page.locator("main .scroll").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert cut == 0, "a table goes beyond the paper"


def test_the_printed_map_lies_as_its_sheet(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/map/print")
    page.locator(".sheet .legend").wait_for()
    lies = """[...document.styleSheets].flatMap(s => [...s.cssRules])
        .filter(r => r instanceof CSSPageRule).map(r => r.cssText).join()"""
    assert "landscape" in page.evaluate(lies)
    page.get_by_text("纵向").click()
    expect(page.locator(".sheet.landscape")).to_have_count(0)
    assert "landscape" not in page.evaluate(lies)
