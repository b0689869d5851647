"""What people do on the page, in a real browser, against the real service."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from geo_registry.services.names.report_verifying import verify

pytestmark = pytest.mark.browser

PHONE = (390, 844)
Open = Callable[..., Any]


def position(page: Page) -> str:
    """Where the map stands, as the address bar says."""
    return parse_qs(urlsplit(page.url).query).get("at", [""])[0]


def test_the_page_comes_with_a_strict_content_policy(visit: Open) -> None:
    answer = visit().go("/map")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy or "'unsafe-inline'" not in policy.split("script-src")[1]
    assert "http:" not in policy
    assert "https:" not in policy


def test_the_map_shows_the_sample_district_in_chinese(visit: Open) -> None:
    seen = visit()
    seen.go_to_map()
    expect(seen.page.locator(".banner")).to_have_text(
        "示例数据：除区划名称、代码外均为虚构，非真实边界"
    )
    expect(seen.page.locator(".legend")).to_contain_text("镇、街道驻地")
    expect(seen.page.locator(".legend")).to_contain_text("警示")
    seen.picture("map-office")


def test_the_letters_of_the_map_are_drawn_from_fonts_of_this_machine(visit: Open) -> None:
    seen = visit()
    asked: list[str] = []
    seen.page.on("request", lambda request: asked.append(request.url))
    seen.go_to_map("?at=14.50/37.41000/122.02000")
    expect(seen.page.locator(".legend")).to_contain_text("批准范围")
    assert not [url for url in asked if re.search(r"\.(pbf|woff2?|ttf|otf)(\?|$)", url)]
    seen.picture("map-village")


def test_where_the_processor_draws_a_moving_map_is_half_as_sharp_and_a_resting_one_whole(
    visit: Open,
) -> None:
    """The browser of the tests has no graphics card, like many in an office."""
    seen = visit()
    seen.go_to_map()
    page, canvas = seen.page, seen.page.locator(".maplibregl-canvas")
    rests = page.locator(".map[aria-busy=false]")
    rests.wait_for(state="attached")
    sharpness = "canvas => canvas.width / canvas.clientWidth"
    whole = canvas.evaluate(sharpness)
    page.mouse.move(760, 400)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(760 + 10 * step, 400)
    page.locator(".map[aria-busy=true]").wait_for(state="attached")
    assert canvas.evaluate(sharpness) < 0.6 * whole
    page.mouse.up()
    rests.wait_for(state="attached")
    assert canvas.evaluate(sharpness) == whole


def test_choosing_a_finding_moves_the_map_and_opens_the_details(visit: Open) -> None:
    seen = visit()
    seen.go_to_findings()
    row = seen.page.locator(".row").first
    title = row.locator("td").nth(2).inner_text()
    row.click()
    expect(seen.page.locator(".drawer h2")).to_have_text(title)
    seen.page.wait_for_url(re.compile(r"(?=.*finding=\d+)(?=.*at=1[3-8])"))
    seen.picture("finding-office")


def test_the_legend_folds_while_details_are_open_and_comes_back(visit: Open) -> None:
    seen = visit()
    seen.go_to_map()
    expect(seen.page.locator(".legend .body")).to_be_visible()
    seen.page.set_viewport_size({"width": 1200, "height": 768})
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("yangting")
    seen.page.locator(".search-list .hit", has_text="羊亭镇").first.click()
    expect(seen.page.locator(".legend .body")).to_have_count(0)
    seen.page.locator(".legend .head").click()
    expect(seen.page.locator(".legend")).to_contain_text("问题")
    seen.page.keyboard.press("Escape")
    expect(seen.page.locator(".legend .body")).to_be_visible()


def test_what_is_chosen_lies_in_the_middle_of_the_visible_map(visit: Open) -> None:
    seen = visit()
    seen.go_to_findings("?rule=cm.bound.exceeds_approved")
    seen.page.locator(".row").first.click()
    seen.page.wait_for_url(re.compile(r"(?=.*finding=\d+)(?=.*at=1[6-8])"))
    number = parse_qs(urlsplit(seen.page.url).query)["finding"][0]
    found = seen.page.request.get(f"{seen.service}/api/v1/findings/{number}").json()
    subject = found["subjects"][0]["subject"]
    box = seen.page.request.get(f"{seen.service}/api/v1/subjects/{subject}").json()["bbox"]
    _, lat, lon = (float(part) for part in position(seen.page).split("/"))
    assert abs(lon - (box[0] + box[2]) / 2) < 0.1 * (box[2] - box[0])
    assert abs(lat - (box[1] + box[3]) / 2) < 0.1 * (box[3] - box[1])


def test_the_back_button_undoes_a_choice(visit: Open) -> None:
    seen = visit()
    seen.go_to_findings()
    seen.page.locator(".row").first.click()
    expect(seen.page.locator(".drawer")).to_be_visible()
    seen.page.go_back()
    expect(seen.page.locator(".drawer")).to_have_count(0)
    assert "finding=" not in seen.page.url


def test_j_and_k_walk_the_list_and_escape_closes(visit: Open) -> None:
    seen = visit()
    seen.go_to_findings()
    rows = seen.page.locator(".row")
    rows.first.wait_for()
    seen.page.keyboard.press("j")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    seen.page.keyboard.press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    seen.page.keyboard.press("k")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")
    seen.page.keyboard.press("Escape")
    expect(seen.page.locator(".drawer")).to_have_count(0)


def test_a_finding_is_waived_with_a_reason_and_the_waiver_undone(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go_to_findings("?rule=pn.uniq.road_village")
    total = int(page.locator(".total").inner_text())
    page.locator(".row").first.click()
    expect(page.locator(".drawer .subjects")).to_be_visible()
    page.keyboard.press("w")
    page.get_by_role("button", name="确认豁免").click()
    waiver = page.get_by_role("form", name="豁免")
    expect(waiver).to_contain_text("请写明理由")
    waiver.get_by_label("理由").fill("分属不同自然村，门牌已使用多年")
    seen.picture("waiver-office")
    page.get_by_role("button", name="确认豁免").click()
    expect(page.locator(".total")).to_have_text(str(total - 1))
    expect(page.locator(".drawer")).to_contain_text("分属不同自然村")
    page.locator(".el-message").get_by_role("button", name="撤销").click()
    expect(page.locator(".drawer .waivers")).to_have_count(0)
    page.reload()
    expect(page.locator(".total")).to_have_text(str(total))


def test_search_finds_a_town_by_pinyin(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go_to_map()
    page.keyboard.press("/")
    page.keyboard.type("yangting")
    hit = page.locator(".search-list .hit", has_text="羊亭镇").first
    hit.wait_for()
    seen.picture("search-office")
    hit.click()
    expect(page.locator(".drawer h2")).to_contain_text("羊亭")
    page.wait_for_url(re.compile(r"subject=.*at="))


def test_the_legend_hides_a_sign_and_the_address_remembers_it(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go_to_map()
    page.locator(".legend .sign", has_text="警示").click()
    page.wait_for_url(re.compile("hide=findings.warn"))
    page.reload()
    expect(page.locator(".legend .sign", has_text="警示")).to_contain_text("已隐藏")


def test_a_name_is_checked_while_it_is_typed(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/name-check?name=文化路&class=road&at=division:nbs:371002101")
    verdict = page.locator(".verdict strong")
    expect(verdict).to_have_text(re.compile("违反|警示|提示|通过"))
    expect(page.locator(".verdict")).to_contain_text("比对范围")
    expect(page.locator(".parts")).to_contain_text("Wénhuà Lù")
    seen.picture("name-check-office")


def test_candidates_are_ranked_and_the_chosen_one_gives_a_report(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/name-check?class=road&at=division:nbs:371002109201&name=团结路")
    expect(page.locator(".verdict strong")).to_have_text("违反")
    rules = page.locator(".rules")
    expect(rules.locator(".found").first).to_contain_text("村（镇）内道路重名")
    expect(rules.get_by_role("link", name="在地图上看").first).to_be_visible()
    expect(rules.locator(".passed .lines")).to_be_hidden()
    rules.locator("summary").click()
    expect(rules.locator(".passed .lines")).to_contain_text("缺少通名")
    page.get_by_role("button", name="再加一个候选名").click()
    page.keyboard.type("金山路")
    entries = page.locator(".ranking .entry")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("金山路")
    expect(page.locator(".verdict strong")).to_have_text("通过")
    entries.last.click()
    expect(page.locator(".verdict strong")).to_have_text("违反")
    seen.picture("name-ranking-office")
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    assert download.value.suggested_filename.startswith("地名核对报告_团结路_")
    assert verify(download.value.path().read_bytes()).intact
    rules.get_by_role("link", name="在地图上看").first.click()
    page.wait_for_url(re.compile(r"/map\?.*subject=place"))


def test_on_a_phone_candidates_fit_the_screen(visit: Open) -> None:
    seen = visit(PHONE)
    page = seen.page
    seen.go("/name-check?class=road&at=division:nbs:371002109201&name=团结路、金山路")
    expect(page.locator(".ranking .entry")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    seen.picture("name-ranking-phone")


def test_every_rule_has_its_page_with_its_law(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/rules")
    links = page.locator("td a[href^='/rules/']")
    expect(links.first).to_be_visible()
    assert int(page.locator(".list-page .total").inner_text()) > 40
    page.get_by_label("筛选文字").fill("同音")
    seen.picture("rules-office")
    page.get_by_role("link", name="同音", exact=True).click()
    expect(page.locator("h1")).to_have_text("同音")
    expect(page.locator("article")).to_contain_text("地名管理条例")
    expect(page.locator("article")).to_contain_text("误报")
    seen.picture("rule-office")
    page.get_by_role("link", name="规则").first.click()
    expect(links.first).to_be_visible()


def test_every_page_of_the_navigation_opens(visit: Open) -> None:
    seen = visit()
    seen.go("/")
    for entry in seen.page.locator(".side .wide .entry").all():
        entry.click()
        expect(entry).to_have_class(re.compile("here"))


def test_on_a_phone_the_list_and_the_details_come_as_sheets(visit: Open) -> None:
    seen = visit(PHONE)
    page = seen.page
    seen.go_to_findings()
    seen.picture("list-phone")
    page.locator(".row").first.click()
    drawer = page.locator(".drawer")
    expect(drawer.locator(".message")).to_be_visible()
    box = drawer.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE[0]
    assert box["height"] <= 0.45 * PHONE[1]
    page.wait_for_url(re.compile("at="))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    seen.picture("finding-phone")


def test_the_first_load_of_the_map_stays_small(visit: Open) -> None:
    seen = visit()
    seen.go_to_map()
    # What came over the wire, by the browser's own count.
    sizes = seen.page.evaluate(
        "['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))"
        ".filter(e => !e.name.includes('/tiles/')).map(e => [e.name, e.encodedBodySize])"
    )
    assert any("/assets/" in name and size > 100_000 for name, size in sizes)
    assert sum(size for _, size in sizes) < 1_500_000
    # What only other pages need is not among it: the figures' charts, the guide.
    assert not [name for name, _ in sizes if re.search("GrowthChart|HelpView|Statistics", name)]


def test_several_findings_are_waived_for_one_reason_and_taken_back(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go_to_findings("?rule=pn.entity.unnamed")
    total = int(page.locator(".total").inner_text())
    ticks = page.locator(".row input[type=checkbox]")
    ticks.nth(0).click()
    ticks.nth(1).click()
    page.get_by_role("button", name="豁免所选").click()
    page.get_by_role("button", name="确认豁免").click()
    expect(page.locator(".el-form-item__error")).to_contain_text("请写明理由")
    page.get_by_label("理由").fill("田间机耕路，不需要命名")
    seen.picture("waive-many-office")
    page.get_by_role("button", name="确认豁免").click()
    expect(page.locator(".total")).to_have_text(str(total - 2))
    page.locator(".el-message").get_by_role("button", name="撤销").click()
    expect(page.locator(".total")).to_have_text(str(total))


def test_the_list_leaves_as_a_workbook(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go_to_findings("?severity=warn&sort=place")
    number = int(page.locator(".total").inner_text())
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as download:
        page.get_by_text("Excel 表格").click()
    sheet = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    titles, *rows = sheet.values
    assert titles[:3] == ("程度", "问题", "对象")
    assert len(rows) == number
    assert {row[0] for row in rows} == {"警示"}
