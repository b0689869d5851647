"""Every list sorts, filters, remembers in its address, exports, and says what to do when empty."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

LISTS = {
    "views/FindingsView.vue": ("/findings",),
    "views/ProposalsView.vue": ("/proposals?view=table",),
    "views/ContributionsView.vue": ("/contributions",),
    "views/CasesView.vue": ("/cases?ended=1",),
    "views/RoundsView.vue": ("/cases/rounds",),
    "views/CemeteriesView.vue": ("/cemeteries",),
    "components/PlotsPanel.vue": ("/cemeteries/1?tab=plots",),
    "views/EcoBurialsView.vue": ("/cemeteries/eco-burials",),
    "views/SubsidiesView.vue": ("/cemeteries/subsidies", "/cemeteries/subsidies?view=years"),
    "views/ChargesView.vue": ("/cemeteries/charges", "/cemeteries/charges?view=lists"),
    "views/RulesView.vue": ("/rules",),
    "views/LedgerView.vue": ("/statistics/ledger",),
    "views/FigureView.vue": ("/statistics/figures/roads_new",),
}
"""By the file that holds them: a list that is not here fails a test."""
KEPT_BY_ADMINISTRATORS = {"views/UsersView.vue": ("/users", "/users?part=events")}
EMPTY = {"views/ActivitiesView.vue": ("/statistics/activities", "/statistics/activities?tab=teams")}
"""Lists that the sample leaves empty."""
SOURCES = Path(__file__).resolve().parents[2] / "web/src"


def _asked(page: Page, key: str) -> str | None:
    return parse_qs(urlsplit(page.url).query).get(key, [None])[0]


def _total(page: Page) -> int:
    return int(page.locator(".list-page .total").inner_text().replace(",", ""))


def _habits(seen: Any, address: str) -> list[str]:
    """What a list does not do, in words; nothing where it does all of it."""
    page: Page = seen.page
    seen.go("/system")
    seen.go(address)
    page.locator(".list-table .row").first.wait_for()
    page.wait_for_load_state("networkidle")
    return [*_sorts(page), *_exports(page), *_filters(page), *_walks(page), *_goes_back(page)]


def _sorts(page: Page) -> list[str]:
    """By a title, and the address remembers."""
    page.locator(".list-table th button").first.click()
    expect(page).to_have_url(re.compile("sort="))
    marked = page.locator('.list-table th[aria-sort="ascending"]').count()
    return [] if marked == 1 else ["sorted column is not marked"]


def _exports(page: Page) -> list[str]:
    """Everything that is shown, as a file with Chinese titles."""
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as kept:
        page.locator(".el-dropdown-menu__item:visible", has_text=".csv").click()
    told = list(csv.reader(io.StringIO(kept.value.path().read_text("utf-8-sig"))))
    wrong = []
    if len(told) != _total(page) + 1:
        wrong.append(f"the file has {len(told) - 1} rows of {_total(page)}")
    if not all(re.search("[\u4e00-\u9fff]", title) for title in told[0]):
        wrong.append(f"titles of the file: {told[0]}")
    return wrong


def _filters(page: Page) -> list[str]:
    """Words that nothing holds: it says so, over a reload too; one click brings all of it back."""
    total, sort = _total(page), _asked(page, "sort")
    page.get_by_label("筛选文字").last.fill("没有这样的东西")
    expect(page.locator(".list-page .el-empty")).to_contain_text("没有符合条件的记录")
    page.reload()
    expect(page.get_by_label("筛选文字").last).to_have_value("没有这样的东西")
    page.get_by_role("button", name="清除筛选").first.click()
    page.locator(".list-table .row").first.wait_for()
    wrong = []
    if _total(page) != total:
        wrong.append("clearing does not bring everything back")
    if _asked(page, "sort") != sort:
        wrong.append("the order is lost on the way")
    return wrong


def _walks(page: Page) -> list[str]:
    """With j to the first row; where a row has a page of its own, without leaving the list."""
    page.locator(".list-page h1").last.click()
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    return [] if page.locator(".list-table .row.on").count() == 1 else ["j chooses nothing"]


def _goes_back(page: Page) -> list[str]:
    """The back button leads out, however much was sorted and filtered."""
    for _ in range(3):
        if page.url.endswith("/system"):
            return []
        page.go_back()
        page.wait_for_timeout(200)
    return [] if page.url.endswith("/system") else [f"back is stuck at {page.url}"]


def _missing(seen: Any, addresses: tuple[str, ...]) -> dict[str, list[str]]:
    found = {address: _habits(seen, address) for address in addresses}
    return {address: missing for address, missing in found.items() if missing}


def test_every_list_stands_in_a_table() -> None:
    held = {
        path.relative_to(SOURCES).as_posix(): len(
            re.findall(r"<ListPage\b(?![^>]*:rows=\"null\")", path.read_text("utf-8"))
        )
        for path in SOURCES.rglob("*.vue")
    }
    told = LISTS | KEPT_BY_ADMINISTRATORS | EMPTY
    assert {file: n for file, n in held.items() if n} == {f: len(told[f]) for f in told}


@pytest.mark.parametrize("file", LISTS)
def test_every_list_of_the_office_has_the_habits(visit: Open, file: str) -> None:
    assert _missing(visit(role="approver"), LISTS[file]) == {}


@pytest.mark.parametrize("file", KEPT_BY_ADMINISTRATORS)
def test_every_list_of_the_administrator_has_the_habits(visit: Open, file: str) -> None:
    assert _missing(visit(role="administrator"), KEPT_BY_ADMINISTRATORS[file]) == {}


@pytest.mark.parametrize(
    "address",
    [
        "/findings",
        "/proposals?view=table",
        "/contributions",
        "/cemeteries/eco-burials",
        "/cemeteries/subsidies",
        "/cemeteries/charges",
    ],
)
def test_back_closes_what_was_opened_beside_a_list(visit: Open, address: str) -> None:
    """On a phone it covers the list, and back is the way out of it."""
    seen = visit((390, 844))
    page: Page = seen.page
    seen.go("/system")
    seen.go(address)
    page.locator(".list-table .row").first.click()
    expect(page.locator(".drawer")).to_be_visible()
    page.go_back()
    expect(page.locator(".drawer")).to_have_count(0)
    expect(page.locator(".list-table .row").first).to_be_visible()


@pytest.mark.parametrize("address", EMPTY["views/ActivitiesView.vue"])
def test_an_empty_list_says_what_to_do(visit: Open, address: str) -> None:
    seen = visit(role="approver")
    seen.go(address)
    expect(seen.page.locator(".list-page .el-empty")).to_contain_text(re.compile("登记|导入"))
    expect(seen.page.get_by_role("button", name="导出")).to_be_disabled()


def test_filters_are_alternatives_and_stand_in_the_address(visit: Open) -> None:
    seen = visit(role="approver")
    page: Page = seen.page
    seen.go("/cemeteries/charges")
    page.locator(".list-table .row").first.wait_for()
    page.locator(".filter").first.click()
    page.locator(".el-select-dropdown:visible .option", has_text="有疑点").click()
    expect(page).to_have_url(re.compile("verdict="))
    texts = page.locator(".list-table .row").all_inner_texts()
    assert texts
    assert all("有疑点" in text for text in texts)
    page.reload()
    page.locator(".list-table .row").first.wait_for()
    assert page.locator(".list-table .row").count() == len(texts)


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_filters_leave_room_for_the_list(visit: Open, size: tuple[int, int]) -> None:
    """With every filter set, beside an open finding: two rows of controls, three on a phone."""
    seen = visit(size)
    page: Page = seen.page
    seen.go("/findings?rule=cm.bound.exceeds_approved&severity=error,warn&q=公墓&town=羊亭镇")
    page.locator(".list-table .row").first.wait_for()
    if size[0] > 767:
        page.locator(".list-table .row").first.click()
        page.locator(".drawer .message").wait_for()
    header = page.locator(".list-page header").bounding_box()
    assert header is not None
    assert header["height"] < 100 if size[0] > 767 else header["height"] < 140


def test_a_round_remembers_its_town_and_leaves_as_a_file(visit: Open) -> None:
    seen = visit(role="approver")
    page: Page = seen.page
    seen.go("/cases/rounds/1")
    page.locator(".towns button", has_text="羊亭镇").click()
    expect(page).to_have_url(re.compile("town=371002101"))
    stops = page.locator(".stops > li")
    shown = stops.count()
    page.reload()
    expect(stops).to_have_count(shown)
    with page.expect_download() as kept:
        page.get_by_role("button", name="导出").click()
    rows = [
        *openpyxl.load_workbook(io.BytesIO(kept.value.path().read_bytes())).active.iter_rows(
            values_only=True
        )
    ]
    assert len(rows) == shown + 1
    assert {row[1] for row in rows[1:]} == {"羊亭镇"}
