"""What goes wrong in an office: each says so in Chinese, keeps the work, offers the next step."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from geo_registry.store.database import create_engine
from tests.web.conftest import Running, starting_afresh
from tests.web.proposing import carry_out, nameless, open_act

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
SILENT = r"Failed to load resource|ERR_CONNECTION|ERR_EMPTY|dynamically imported"
"""What the browser itself says of requests that nobody answers."""
REASON = "路旁老槐成行，五月花香。"


def _proposal_form(seen: Any, road: str, name: str) -> Any:
    """The form of a new proposal, filled in but not sent."""
    seen.go(f"/proposals?new=1&place={road}")
    form = seen.page.get_by_role("form", name="新申报")
    form.get_by_label("拟用名称").fill(name)
    expect(form.locator(".verdict").first).to_contain_text("通过")
    form.get_by_label("申报单位").fill("羊亭镇人民政府（示例）")
    form.get_by_label("命名理由").fill(REASON)
    return form


def _idle_too_long(running: Running) -> None:
    """Every session was last used longer ago than sessions live."""
    engine = create_engine(running.database)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE registry.login_session SET seen_at = seen_at - interval '3 hours'")
        )
    engine.dispose()


def test_a_form_outlives_a_service_that_is_stopped(visit: Open, own_service: Running) -> None:
    seen = visit(role="clerk", at=own_service.address)
    page: Page = seen.page
    form = _proposal_form(seen, nameless(seen.page, seen.service, 0), "槐荫听雨路")
    own_service.stop()
    form.get_by_role("button", name="提交申报").click()
    expect(form).to_contain_text("连接不上登记服务")
    lost = page.get_by_role("alert").filter(has_text="正在自动重连")
    expect(lost).to_contain_text("您填写的都还在")
    # A page whose parts were never loaded: one stays here, and nothing is lost.
    page.locator(".side .wide .entry", has_text="统计").click()
    lost.get_by_role("button", name="立即重试").click()
    expect(lost).to_be_visible()
    expect(form.get_by_label("命名理由")).to_have_value(REASON)
    seen.picture("service-gone-office")
    own_service.start()
    # It comes back by itself, and what one wanted to see is shown.
    expect(lost).to_have_count(0)
    page.wait_for_url(re.compile("/statistics"))
    expect(page.locator(".figure, .card").first).to_be_visible()
    page.go_back()
    expect(form.get_by_label("命名理由")).to_have_value(REASON)
    form.get_by_role("button", name="提交申报").click()
    expect(page.locator(".drawer header")).to_contain_text("已申报")
    seen.forgive(SILENT)


def test_a_page_that_found_no_service_fills_itself_when_it_is_back(
    visit: Open, own_service: Running
) -> None:
    seen = visit(at=own_service.address)
    page: Page = seen.page
    seen.go_to_findings()
    page.locator(".map[aria-busy=false]").wait_for(state="attached")
    own_service.stop()
    page.get_by_role("radiogroup", name="状态").get_by_text("已豁免").click()
    expect(page.locator(".list-page")).to_contain_text("连接不上登记服务")
    expect(page.locator(".list-page").get_by_role("button", name="重试")).to_be_visible()
    own_service.start()
    expect(page.locator(".list-page")).not_to_contain_text("连接不上登记服务")
    expect(page.locator(".list-page")).to_contain_text("还没有豁免过问题")
    seen.forgive(SILENT)


def test_a_form_goes_on_after_the_session_expired(visit: Open, running: Running) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    form = _proposal_form(seen, nameless(seen.page, seen.service, 3), "松涛映月路")
    _idle_too_long(running)
    form.get_by_role("button", name="提交申报").click()
    door = page.get_by_role("dialog", name="请重新登录")
    expect(door).to_contain_text("登录已过期。填写的内容都还在")
    expect(form.get_by_label("命名理由")).to_have_value(REASON)
    seen.picture("session-expired-office")
    door.get_by_role("button", name="登记员").click()
    # What was sent before goes on by itself; nobody presses twice.
    expect(page.locator(".drawer header")).to_contain_text("已申报")
    expect(door).to_have_count(0)
    seen.forgive("401")


def test_a_form_waits_where_nobody_logs_in_again(visit: Open, running: Running) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    form = _proposal_form(seen, nameless(seen.page, seen.service, 4), "竹影清溪路")
    _idle_too_long(running)
    form.get_by_role("button", name="提交申报").click()
    door = page.get_by_role("dialog", name="请重新登录")
    expect(door.get_by_role("button", name="登记员")).to_be_visible()
    door.get_by_label("登录名").press("Escape")
    expect(door).to_have_count(0)
    expect(form.locator(".problem")).to_contain_text("登录")
    expect(form.get_by_label("命名理由")).to_have_value(REASON)
    form.get_by_role("button", name="提交申报").click()
    # Somebody else sits down: the page is theirs, the draft stays in this browser.
    with starting_afresh(page):
        door.get_by_role("button", name="审批人员").click()
    expect(page.locator(".who")).to_contain_text("审批")
    expect(form.get_by_label("命名理由")).to_have_value(REASON)
    assert "竹影清溪路" not in page.request.get(f"{seen.service}/api/v1/proposals").text()
    seen.forgive("401")


def test_tiles_that_do_not_come_are_asked_for_again(visit: Open) -> None:
    seen = visit()
    page: Page = seen.page
    page.route("**/tiles/roads/**", lambda route: route.fulfill(status=500, body=""))
    seen.go_to_map("?at=14.50/37.41000/122.02000")
    notice = page.locator(".pane .tiles")
    expect(notice).to_contain_text("部分地图数据没有取到")
    seen.picture("tiles-missing-office")
    expect(page.locator(".legend")).not_to_contain_text("名道路")
    page.unroute("**/tiles/roads/**")
    notice.get_by_role("button", name="重试").click()
    expect(notice).to_have_count(0)
    expect(page.locator(".legend")).to_contain_text("名道路")
    seen.forgive("500")


@pytest.fixture(scope="session")
def without_webgl(launch: Callable[..., Browser]) -> Browser:
    """A browser that cannot draw a map: no graphics card, no drawing in software."""
    return launch("--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis")


@pytest.mark.parametrize(
    ("address", "ready", "says"),
    [
        ("/map", ".pane .blank", "不能显示地图"),
        ("/findings", ".list-table .row", "不能显示地图"),
        ("/cemeteries/4", ".chart svg", "不能显示地图"),
    ],
)
def test_without_webgl_lists_and_figures_remain(
    visit: Open, without_webgl: Browser, address: str, ready: str, says: str
) -> None:
    seen = visit(by=without_webgl)
    page: Page = seen.page
    seen.go(address)
    page.locator(ready).first.wait_for()
    expect(page.locator("main")).to_contain_text(says)
    expect(page.locator("main")).to_contain_text("照常使用")
    if address == "/findings":
        page.locator(".row").first.click()
        expect(page.locator(".drawer .message")).to_be_visible()
    if address == "/map":
        # The map alone shows nothing now: the search and the lists lead on.
        page.get_by_role("link", name="看问题列表").click()
        expect(page.locator(".row").first).to_be_visible()
    seen.picture(f"no-webgl-{address.strip('/').replace('/', '-')}-office")
    seen.forgive("WebGL")


def _large_shapefile(folder: Path) -> Path:
    """52 MB of parcels in a zip that does not compress: 4,100 of 800 corners each."""
    random = np.random.default_rng(6)
    angles = np.linspace(0, 2 * np.pi, 800, endpoint=False)
    centres = random.uniform((121.95, 37.35), (122.25, 37.55), (4_100, 2))
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * 0.0002
    parcels = shapely.polygons(centres[:, None, :] + ring[None, :, :])
    frame = geopandas.GeoDataFrame(
        {"name": [f"地块{n}" for n in range(len(parcels))]}, geometry=parcels, crs=4490
    )
    frame.to_file(folder / "parcels.shp", encoding="UTF-8")
    packed = folder / "parcels.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for part in sorted(folder.glob("parcels.*")):
            if part != packed:
                archive.write(part, part.name)
    return packed


def test_a_shapefile_of_50_mb_shows_how_far_it_is_and_is_answered(
    visit: Open, tmp_path: Path
) -> None:
    packed = _large_shapefile(tmp_path)
    assert packed.stat().st_size > 50 << 20
    seen = visit()
    page: Page = seen.page
    seen.go("/cemeteries/upload")
    # A slow line, as to a town hall: 8 MB a second.
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 8 << 20},
    )
    page.locator("input[type=file]").set_input_files(packed)
    page.get_by_role("button", name="上传并预览").click()
    progress = page.get_by_role("status").filter(has_text="正在上传")
    expect(progress).to_contain_text(re.compile(r"正在上传 \d+(\.\d)? / 5\d MB"))
    seen.picture("upload-progress-office")
    expect(page.get_by_role("status").filter(has_text="正在检查")).to_be_visible()
    expect(page.locator(".preview, .problem").first).to_be_visible(timeout=120_000)
    expect(page.locator(".upload")).to_contain_text("4,100")
    seen.picture("upload-large-office")


def test_a_file_above_the_limit_is_refused_before_it_travels(visit: Open, tmp_path: Path) -> None:
    huge = tmp_path / "all.zip"
    with huge.open("wb") as file:
        file.truncate(201 << 20)
    seen = visit()
    page: Page = seen.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    seen.go("/cemeteries/upload")
    page.locator("input[type=file]").set_input_files(huge)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator(".upload")).to_contain_text("超过 200 MB")
    assert not [each for each in asked if each.startswith("POST") and "/uploads" in each]


def test_a_name_with_an_emoji_is_judged_and_refused_at_its_field(visit: Open) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    seen.go("/name-check?class=road&at=division:nbs:371002101")
    page.get_by_label("拟用名称").first.fill("幸福🙂路")
    expect(page.locator(".verdict strong")).to_have_text("违反")
    expect(page.locator(".rules")).to_contain_text("🙂")
    seen.picture("emoji-office")
    road = nameless(seen.page, seen.service, 5)
    seen.go(f"/proposals?new=1&place={road}")
    form = page.get_by_role("form", name="新申报")
    form.get_by_label("拟用名称").fill("幸福🙂路")
    form.get_by_label("申报单位").fill("羊亭镇人民政府（示例）")
    form.get_by_label("命名理由").fill(REASON)
    form.get_by_role("button", name="提交申报").click()
    expect(form.get_by_role("alert").first).to_contain_text("🙂")
    expect(form.get_by_label("拟用名称")).to_have_value("幸福🙂路")
    seen.forgive("422|409")


def test_two_tabs_on_one_proposal_overwrite_nothing(visit: Open) -> None:
    seen = visit(role="clerk")
    first: Page = seen.page
    form = _proposal_form(seen, nameless(seen.page, seen.service, 6), "梅岭晴雪路")
    form.get_by_role("button", name="提交申报").click()
    expect(first.locator(".drawer header")).to_contain_text("已申报")
    carry_out(first, open_act(first, "预核"), "预核", "已预核")
    second = seen.tab()
    second.goto(first.url)
    forms = []
    for page, words in ((first, "第一页：同意上报。"), (second, "第二页：请补充材料。")):
        form = open_act(page, "镇街审核")
        form.get_by_label("镇街的审核意见").fill(words)
        form.get_by_label("省略征求村民和专家意见的理由").fill("村民代表会议此前已经议定。")
        forms.append(form)
    forms[0].get_by_role("button", name="镇街审核", exact=True).click()
    expect(first.locator(".drawer header")).not_to_contain_text("已预核")
    forms[1].get_by_role("button", name="镇街审核", exact=True).click()
    beside = forms[1].get_by_role("alert").filter(has_text="您填写的")
    expect(beside).to_contain_text("您填写的")
    expect(beside).to_contain_text("第二页：请补充材料。")
    expect(beside).to_contain_text("现在的内容")
    expect(beside).to_contain_text("原为 已预核")
    seen.page = second
    seen.picture("two-tabs-office")
    number = first.url.split("proposal=")[1].split("&")[0]
    kept = first.request.get(f"{seen.service}/api/v1/proposals/{number}").text()
    assert "第一页：同意上报。" in kept
    assert "第二页" not in kept
    # What the second typed is still theirs.
    beside.get_by_role("button", name="看现在的内容，保留我填写的").click()
    assert "第二页：请补充材料。" in str(second.evaluate("Object.values(localStorage).join()"))
    seen.forgive("409")
