"""History as somebody reads it who does not know the tables, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def test_history_says_values_in_words(visit: Open, untouched: str) -> None:
    seen = visit(at=untouched)
    page = seen.page
    seen.go("/history?table=case_step")
    entry = page.locator(".group details").first
    entry.locator("summary").click()
    expect(entry.locator("summary b")).to_contain_text("示例公墓")
    rows = entry.locator("tr")
    expect(rows.filter(has_text="案件").first).to_contain_text("示例公墓")
    when = rows.filter(has_text="登记时间").locator("td")
    expect(when).to_have_text(re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d$"))
    seen.picture("history-words-office")
    seen.go("/history?table=place_name")
    entry = page.locator(".group details").first
    entry.locator("summary").click()
    seen.picture("history-name-office")
    expect(entry).not_to_contain_text("dictionary")
    expect(entry).to_contain_text("字典")


def test_history_is_read_on_a_phone(visit: Open, untouched: str) -> None:
    seen = visit((390, 844), at=untouched)
    page = seen.page
    seen.go("/history?table=case_step")
    page.locator(".group summary").first.click()
    seen.picture("history-words-phone")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
