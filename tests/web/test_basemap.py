"""The basemap on the map: switched, faded, warned about, and missed without harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


def _offered(page: Page, *, warning: str = "", status: int = 200) -> list[str]:
    """Let the service offer a basemap; the addresses of its tiles that were asked for."""
    picture = BytesIO()
    Image.new("RGB", (256, 256), (214, 226, 205)).save(picture, "PNG")
    asked: list[str] = []

    def tile(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=status, content_type="image/png", body=picture.getvalue())

    offer = {
        "title": "县影像 2025", "attribution": "审图号 示例",
        "datum": "gcj02" if warning else "cgcs2000",
        "warning": warning, "vector": False, "vector_layers": [], "min_zoom": 0, "max_zoom": 18,
        "tiles": "/basemap/{z}/{x}/{y}",
    }  # fmt: skip
    page.route("**/api/v1/basemap", lambda route: route.fulfill(json={"basemap": offer}))
    page.route(re.compile(r"/basemap/\d+/\d+/\d+$"), tile)
    return asked


def test_a_basemap_lies_under_the_map_and_is_remembered(visit: Open) -> None:
    seen = visit()
    asked = _offered(seen.page)
    seen.go_to_map()
    switch = seen.page.get_by_role("switch", name="显示底图：县影像 2025")
    expect(switch).to_be_checked()
    expect(seen.page.get_by_text("审图号 示例")).to_be_visible()
    seen.picture("map-basemap")
    assert asked
    assert all(url.startswith(seen.service) for url in asked)
    seen.page.get_by_role("slider", name="底图的浓淡").press("Home")
    switch.locator("xpath=..").click()
    expect(seen.page.get_by_role("slider", name="底图的浓淡")).to_have_count(0)
    seen.go_to_map()
    expect(switch).not_to_be_checked()


def test_a_shifted_basemap_waits_for_a_person_and_says_so(visit: Open) -> None:
    seen = visit()
    asked = _offered(seen.page, warning="底图为 GCJ-02 坐标，不能用来核对位置。")
    for _ in range(2):  # and it is not remembered
        seen.go_to_map()
        switch = seen.page.get_by_role("switch", name="显示底图：县影像 2025")
        expect(switch).not_to_be_checked()
        expect(seen.page.get_by_text("坐标有偏移")).to_be_visible()
        del asked[:]
        switch.locator("xpath=..").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("不能用来核对位置")
    seen.picture("map-basemap-shifted")
    assert asked


def test_the_map_goes_on_when_the_basemap_does_not_come(visit: Open) -> None:
    seen = visit()
    _offered(seen.page, status=503)
    seen.go_to_map()
    said = seen.page.get_by_role("status").filter(has_text="底图没有取到，登记的内容照常显示")
    expect(said).to_be_visible()
    expect(seen.page.locator(".legend")).to_contain_text("镇、街道驻地")
    # The browser notes every answer of 503; nothing else may complain.
    seen.complaints[:] = [c for c in seen.complaints if "503" not in c]


def test_the_basemap_lies_on_the_printed_sheet_with_its_own_number(visit: Open) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    asked = _offered(page)
    seen.go("/map/print")
    sheet = page.locator(".sheet")
    expect(sheet.locator("footer")).to_contain_text("底图：县影像 2025（审图号 示例）")
    page.locator(".map[aria-busy=false]").first.wait_for(state="attached")
    seen.picture("map-print-basemap")
    assert asked
    page.get_by_text("底图", exact=True).click()
    expect(sheet.locator("footer")).not_to_contain_text("县影像")
    # The small map on which a place is pointed at has it too.
    page.get_by_text("底图", exact=True).click()
    del asked[:]
    seen.go("/cases/new?point=122.05,37.42")
    expect(page.locator(".picker")).to_contain_text("底图：县影像 2025，审图号 示例")
    page.locator(".picker .map[aria-busy=false]").wait_for(state="attached")
    assert asked
