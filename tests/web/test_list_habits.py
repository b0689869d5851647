"""Every list sorts, filters, remembers in its address, exports, and says what to do when empty."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]

LISTS = {
    "findings": "/findings",
    "proposals": "/proposals?view=table",
    "contributions": "/contributions",
    "cases": "/cases?ended=1",
    "rounds": "/cases/rounds",
    "cemeteries": "/cemeteries",
    "plots": "/cemeteries/1?tab=plots",
    "eco-burials": "/cemeteries/eco-burials",
    "subsidies": "/cemeteries/subsidies",
    "subsidy-years": "/cemeteries/subsidies?view=years",
    "charges": "/cemeteries/charges",
    "fee-lists": "/cemeteries/charges?view=lists",
    "rules": "/rules",
    "ledger": "/statistics/ledger",
}
KEPT_BY_ADMINISTRATORS = {"accounts": "/users", "login-events": "/users?part=events"}
EMPTY = {"activities": "/statistics/activities", "teams": "/statistics/activities?tab=teams"}


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


def test_every_list_of_the_office_has_the_habits(visit: Open) -> None:
    seen = visit(role="approver")
    found = {name: _habits(seen, address) for name, address in LISTS.items()}
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_every_list_of_the_administrator_has_the_habits(visit: Open) -> None:
    seen = visit(role="administrator")
    found = {name: _habits(seen, address) for name, address in KEPT_BY_ADMINISTRATORS.items()}
    assert {name: missing for name, missing in found.items() if missing} == {}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_list_says_what_to_do(visit: Open, name: str) -> None:
    seen = visit(role="approver")
    seen.go(EMPTY[name])
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
