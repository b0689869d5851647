"""Cemeteries on the page: from the list to one of them, and a boundary that is looked at first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from geo_registry.domain.crs import gcj02_from_wgs84

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def _measured(seen: Any, cemetery: int, *, as_gcj02: bool = False) -> dict[str, Any]:
    """The last survey of a cemetery as a file, on request in the coordinates of a street map."""
    found = seen.page.request.get(f"{seen.service}/api/v1/cemeteries/{cemetery}").json()
    (ring,) = found["surveys"][-1]["geometry"]["coordinates"]
    points = np.array([point[:2] for point in ring])
    if as_gcj02:
        points = gcj02_from_wgs84(points)
    shape = {"type": "Polygon", "coordinates": [points.tolist()]}
    feature = {"type": "Feature", "properties": {"名称": found["name"]}, "geometry": shape}
    return {"type": "FeatureCollection", "features": [feature]}


def test_the_list_leads_to_a_cemetery_and_its_dossier(visit: Open) -> None:
    seen = visit()
    page = seen.page
    seen.go("/cemeteries?sort=-area")
    page.locator(".list-table .row", has_text="示例公墓四").click()
    page.wait_for_url(re.compile(r"/cemeteries/\d+$"))
    expect(page.locator("h1")).to_have_text("示例公墓四")
    expect(page.locator(".stations")).to_contain_text("测量确认超出")
    expect(page.locator(".chart svg")).to_be_visible()
    page.get_by_role("button", name="边界档案").click()
    with page.expect_download() as download:
        page.get_by_text("PDF（打印、存档）").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_the_legend_of_a_small_map_covers_no_shape_and_lists_what_is_seen(visit: Open) -> None:
    seen = visit((390, 844))
    seen.go("/cemeteries/4")
    page = seen.page
    page.locator(".geo .map[aria-busy=false]").wait_for()
    signs = page.get_by_role("list", name="图例")
    expect(signs).to_contain_text("超出批准的部分")
    # Five centimetres of an RTK lie under the line of the approval.
    expect(signs).not_to_contain_text("测量误差带")
    drawn, legend = page.locator(".geo .map").bounding_box(), signs.bounding_box()
    assert drawn is not None
    assert legend is not None
    assert legend["y"] >= drawn["y"] + drawn["height"]


def test_a_boundary_is_looked_at_before_it_is_stored(visit: Open, tmp_path: Path) -> None:
    seen = visit()
    page = seen.page
    seen.go("/cemeteries/upload")
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator(".el-form-item__error").first).to_have_text("请选择边界文件。")
    file = tmp_path / "实测.geojson"
    file.write_text(json.dumps(_measured(seen, 1), ensure_ascii=False), "utf-8")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator(".preview")).to_contain_text("实测.geojson")
    expect(page.locator(".plain-table")).to_contain_text("示例公墓一")
    seen.picture("upload-preview-office")
    page.get_by_role("button", name="放弃", exact=True).click()
    page.locator(".el-message-box").get_by_role("button", name="放弃").click()
    expect(page.get_by_role("button", name="上传并预览")).to_be_visible()


def test_a_boundary_is_checked_while_one_is_elsewhere(visit: Open, tmp_path: Path) -> None:
    seen = visit()
    page = seen.page
    seen.go("/cemeteries/upload?cemetery=1")
    file = tmp_path / "清明复测.geojson"
    file.write_text(json.dumps(_measured(seen, 1)), "utf-8")
    page.locator("input[type=file]").set_input_files(file)
    held: list[Route] = []
    page.route(re.compile(r"/uploads\?.*file_name="), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/uploads\?.*file_name=")):
        page.get_by_role("button", name="上传并预览").click()
    page.locator(".side .wide .entry", has_text="系统").click()
    expect(page.locator(".system")).to_contain_text("正常")
    held[0].continue_()
    expect(page.locator(".el-message")).to_contain_text("清明复测.geojson 已检查")
    assert page.url.endswith("/system")
    seen.go("/cemeteries/upload")
    waiting = page.get_by_role("region", name="待确认的上传")
    waiting.get_by_role("link", name="清明复测.geojson").first.click()
    expect(page.locator(".plain-table")).to_contain_text("示例公墓一")
    page.go_back()
    expect(page.get_by_role("button", name="上传并预览")).to_be_visible()


def test_a_shifted_boundary_asks_which_system_it_is_in(visit: Open, tmp_path: Path) -> None:
    seen = visit()
    page = seen.page
    seen.go("/cemeteries/upload?cemetery=1")
    file = tmp_path / "偏移.geojson"
    file.write_text(json.dumps(_measured(seen, 1, as_gcj02=True)), "utf-8")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator(".question")).to_contain_text("GCJ-02")
    expect(page.get_by_role("button", name="存入登记库")).to_be_disabled()
    page.locator(".geo .map").wait_for()
    seen.picture("upload-shifted-office")
    question = page.get_by_role("form", name="坐标系核对")
    question.get_by_label("理由").fill("测绘单位来电确认")
    question.get_by_role("button", name="确认坐标系").click()
    expect(question.locator(".el-form-item__error")).to_have_text("请选择坐标系。")
    page.reload()
    expect(question.get_by_label("理由")).to_have_value("测绘单位来电确认")
    question.get_by_text("GCJ-02").last.click()
    question.get_by_role("button", name="确认坐标系").click()
    expect(page.locator(".preview")).to_contain_text("测绘单位来电确认")
    expect(page.get_by_role("button", name="存入登记库")).to_be_enabled()
