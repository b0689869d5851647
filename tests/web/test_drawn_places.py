"""What is drawn on the map becomes a proposal or a lead; corrections and mergers are chosen."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def _draw(page: Page, box: Any, steps: list[tuple[float, float]]) -> None:
    for x, y in steps:
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        page.wait_for_timeout(400)  # two clicks of a hand, not a double click


def test_a_road_is_drawn_on_the_map_and_proposed(visit: Open) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    seen.go_to_map("?at=14/37.42/122.05")
    page.get_by_role("button", name="量长度、画线").click()
    box = page.locator(".map").first.bounding_box()
    _draw(page, box, [(0.45, 0.45), (0.5, 0.5), (0.55, 0.52)])
    page.get_by_role("button", name="完成").click()
    seen.picture("map-drawn-office")
    page.get_by_role("button", name="申报为新路").click()
    form = page.get_by_role("form", name="新申报")
    expect(form.locator(".picker .foot")).to_contain_text("3 个点")
    form.get_by_label("拟用名称").fill("示例晴川路")
    expect(form.locator(".verdict").first).to_contain_text("示例晴川路")
    page.reload()  # the address holds what was drawn, the draft the rest
    expect(form.locator(".picker .foot")).to_contain_text("3 个点")
    expect(form.get_by_label("拟用名称")).to_have_value("示例晴川路")
    drawn = form.locator(".picker .map[aria-busy=false]")
    drawn.wait_for()
    page.wait_for_timeout(500)
    shot = Image.open(io.BytesIO(drawn.screenshot())).convert("RGB")
    blue = sum(1 for r, g, b in shot.getdata() if r < 60 and 70 < g < 140 and b > 180)
    assert blue > 100, "the line that the address brought along is not on the map"
    form.get_by_label("申报单位").fill("示例镇人民政府")
    form.get_by_label("命名理由").fill("新建道路，沿河而行")
    seen.picture("proposal-drawn-office")
    form.get_by_role("button", name="提交申报").click()
    drawer = page.locator(".drawer")
    expect(drawer.locator("header h2")).to_have_text("示例晴川路")
    expect(drawer).to_contain_text(re.compile(r"长 \d+"))


def test_a_point_on_the_map_becomes_a_lead(visit: Open) -> None:
    seen = visit(role="inspector")
    page: Page = seen.page
    seen.go_to_map("?at=14/37.42/122.05")
    page.get_by_role("button", name="量面积、画范围").click()
    box = page.locator(".map").first.bounding_box()
    _draw(page, box, [(0.45, 0.45), (0.5, 0.45), (0.5, 0.52)])
    page.get_by_role("button", name="完成").click()
    page.get_by_role("button", name="登记线索").click()
    form = page.get_by_role("form", name="登记线索")
    expect(form.locator(".picker .foot")).to_contain_text("122.")
    form.get_by_label("什么事").fill("山脚新堆土")
    form.get_by_label("情况").fill("巡查路过看到")
    form.get_by_role("button", name="登记", exact=True).click()
    expect(page).to_have_url(re.compile(r"/cases/\d+$"))
    expect(page.locator("h1")).to_contain_text("山脚新堆土")
    # It is about no cemetery: the search of the top bar leads to the case itself.
    number = page.url.rsplit("/", 1)[1]
    seen.go("/system")
    page.locator(".search input, input[aria-label=搜索]").first.fill("山脚新堆")
    page.locator(".search-list .hit", has_text="山脚新堆土").click()
    expect(page).to_have_url(re.compile(rf"/cases/{number}$"))


def test_a_record_is_corrected_and_a_place_merged_from_the_form(visit: Open) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    seen.go("/proposals?new=1")
    form = page.get_by_role("form", name="新申报")

    def choose(label: str, words: str) -> None:
        form.get_by_label(label, exact=True).fill(words)
        page.locator(".el-select-dropdown:visible").get_by_text(words, exact=True).first.click()

    form.get_by_label("事项").click(force=True)
    page.get_by_role("option", name="更正").click()
    choose("哪一处地方", "建设路")
    form.get_by_role("button", name="提交申报").click()
    expect(form).to_contain_text("请选择更正哪一个名称。")
    form.get_by_label("更正哪一个名称").click(force=True)
    page.get_by_role("option", name="建设路（标准名称）").click()
    form.get_by_label("更正为").fill("建设北路")
    form.get_by_label("申报单位").fill("示例镇人民政府")
    form.get_by_role("textbox", name="理由").fill("档案所载为建设北路，登记时漏字")
    expect(form.locator(".is-error")).to_have_count(0)
    seen.picture("proposal-correct-office")
    form.get_by_role("button", name="提交申报").click()
    drawer = page.locator(".drawer")
    expect(drawer.locator("header h2")).to_have_text("建设北路")
    expect(drawer.locator(".fact-table").first).to_contain_text("更正")

    seen.go("/proposals?new=1")
    form.get_by_label("事项").click(force=True)
    page.get_by_role("option", name="合并").first.click()
    choose("哪一处地方", "光明街")
    choose("并入哪一处", "团结路")
    form.get_by_label("申报单位").fill("示例镇人民政府")
    form.get_by_role("textbox", name="理由").fill("两段已连通")
    form.get_by_role("button", name="提交申报").click()
    expect(drawer.locator("header h2")).to_have_text("光明街")
