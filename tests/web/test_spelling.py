"""A reading and a split corrected where one looks at a place, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
PHONE = (390, 844)
ROAD = "三省街"
"""Read shěng by the tables; whoever named it after 吾日三省吾身 says xǐng."""


def _road(seen: Any, name: str) -> tuple[str, int]:
    """A road of the sample by its name, and the row of its name."""
    asked = f"{seen.service}/api/v1/search?q={name}"
    hits = seen.page.request.get(asked).json()["items"]
    subject = next(
        h["subject"] for h in hits if h["title"] == name and h["subject"].startswith("place:")
    )
    found = seen.page.request.get(f"{seen.service}/api/v1/subjects/{subject}").json()
    return subject, next(n["id"] for n in found["names"] if n["full"] == name)


@pytest.fixture
def road(visit: Open) -> Iterator[tuple[Any, str]]:
    """A page with a road; what was said of its name is taken back in the end."""
    seen = visit()
    subject, name_id = _road(seen, ROAD)
    yield seen, subject
    token = seen.page.request.get(f"{seen.service}/api/v1/session").json()["csrf"]
    for what in ("reading", "split"):
        seen.page.request.delete(
            f"{seen.service}/api/v1/places/{subject}/names/{name_id}/{what}",
            headers={"X-CSRF-Token": token},
        )


def _look(seen: Any, subject: str) -> Locator:
    """The panel of the road's name."""
    page: Page = seen.page
    seen.go(f"/map?subject={subject}")
    page.locator(".drawer").get_by_role("button", name="拆分与读音").first.click()
    return page.get_by_role("region", name="拆分与读音")


def _choose(page: Page, character: str, reading: str) -> None:
    box = page.get_by_role("combobox", name=f"“{character}”的读音")
    box.fill(reading)
    box.press("Enter")


def test_a_reading_is_corrected_and_stands_after_a_reload(road: tuple[Any, str]) -> None:
    seen, subject = road
    page = seen.page
    panel = _look(seen, subject)
    expect(panel.get_by_role("list", name="读音")).to_contain_text("shěng")
    panel.get_by_role("button", name="确认或更正读音").click()
    form = page.get_by_role("form", name="更正读音")
    form.get_by_role("button", name="确认读音").click()
    expect(form).to_contain_text("请写明依据。")
    _choose(page, "省", "xyz")
    expect(form).to_contain_text("“xyz”不是普通话音节。")
    _choose(page, "省", "xing3")
    expect(form.locator(".change")).to_contain_text("Sānshěng Jiē → Sānxǐng Jiē")
    seen.picture("reading-office")
    form.get_by_label("依据").fill("村委会 11 月 5 日答复")

    # What was typed survives a reload.
    page.reload()
    page.locator(".drawer").get_by_role("button", name="拆分与读音").first.click()
    page.get_by_role("button", name="确认或更正读音").click()
    expect(form.get_by_label("依据")).to_have_value("村委会 11 月 5 日答复")
    expect(form.locator(".change")).to_contain_text("Sānxǐng Jiē")
    form.get_by_role("button", name="确认读音").click()
    expect(page.locator(".drawer")).to_contain_text("Sānxǐng Jiē（sān xǐng jiē）")

    page.reload()
    expect(page.locator(".drawer")).to_contain_text("Sānxǐng Jiē（sān xǐng jiē）")
    panel = _look(seen, subject)
    expect(panel).to_contain_text("人工确认")

    # What a person confirmed is replaced on purpose, and the last change can be taken back.
    panel.get_by_role("button", name="更正读音").click()
    _choose(page, "省", "shěng")
    form.get_by_label("依据").fill("听错了")
    form.get_by_role("button", name="确认读音").click()
    expect(form).to_contain_text("确需改动请勾选")
    form.get_by_text("替换已经确认的读音").click()
    form.get_by_role("button", name="确认读音").click()
    expect(page.locator(".drawer")).to_contain_text("Sānshěng Jiē（sān shěng jiē）")
    page.locator(".el-message").get_by_role("button", name="撤销").click()
    expect(page.locator(".drawer")).to_contain_text("Sānxǐng Jiē（sān xǐng jiē）")
    seen.forgive("422")


def test_a_split_is_corrected_and_taken_back(road: tuple[Any, str]) -> None:
    seen, subject = road
    page = seen.page
    panel = _look(seen, subject)
    expect(panel.locator(".parts")).to_have_text("专名 三省通名 街按通名表拟定")
    panel.get_by_role("button", name="更正拆分").click()
    form = page.get_by_role("form", name="更正拆分")
    form.get_by_role("button", name="“省”属于修饰成分").click()
    expect(form.locator(".change")).to_contain_text("Sānshěng Jiē → 3 Shěngjiē")
    seen.picture("split-office")
    form.get_by_label("依据").fill("“三”是村名")
    form.get_by_role("button", name="确认拆分").click()
    expect(panel.locator(".parts")).to_have_text("专名 三修饰成分 省通名 街人工确认")
    page.reload()
    expect(page.locator(".drawer")).to_contain_text("3 Shěngjiē")
    panel = _look(seen, subject)
    panel.get_by_role("button", name="更正拆分").click()
    form.get_by_role("button", name="“省”属于专名").click()
    form.get_by_text("替换已经确认的拆分").click()
    form.get_by_label("依据").fill("“三省”是一个词")
    form.get_by_role("button", name="确认拆分").click()
    expect(panel.locator(".parts")).to_have_text("专名 三省通名 街人工确认")
    page.locator(".el-message").get_by_role("button", name="撤销").click()
    expect(panel.locator(".parts")).to_have_text("专名 三修饰成分 省通名 街人工确认")


def test_a_doubtful_reading_is_confirmed_at_its_finding(visit: Open) -> None:
    seen = visit()
    page = seen.page
    asked = f"{seen.service}/api/v1/findings?rule=pn.roman.reading_unconfirmed&limit=20"
    found = next(
        f
        for f in page.request.get(asked).json()["items"]
        if f["subjects"][0]["subject"].startswith("division:") and "也可读" in f["message"]
    )
    seen.go(f"/findings?finding={found['id']}")
    panel = page.get_by_role("region", name="拆分与读音")
    expect(panel).to_contain_text("待确认")
    seen.picture("finding-reading-office")
    panel.get_by_role("button", name="确认或更正读音").click()
    form = page.get_by_role("form", name="更正读音")
    form.get_by_label("依据").fill("村委会 11 月 5 日答复")
    form.get_by_role("button", name="确认读音").click()
    expect(page.locator(".drawer .state")).to_have_text("已消除")
    page.locator(".el-message").get_by_role("button", name="撤销").click()
    expect(panel).to_contain_text("待确认")


@pytest.mark.parametrize("role", ["inspector", None])
def test_who_may_not_correct_sees_the_reading_and_no_button(visit: Open, role: str | None) -> None:
    seen = visit(PHONE, role)
    subject, _ = _road(seen, ROAD)
    panel = _look(seen, subject)
    expect(panel.get_by_role("list", name="读音")).to_contain_text("shěng")
    expect(panel.locator(".parts")).to_contain_text("专名 三省")
    expect(panel.get_by_role("button")).to_have_count(0)


def test_both_forms_fit_a_phone(visit: Open) -> None:
    seen = visit(PHONE)
    page = seen.page
    subject, _ = _road(seen, ROAD)
    panel = _look(seen, subject)
    page.get_by_role("button", name="展开").click()
    seen.picture("spelling-phone")
    panel.get_by_role("button", name="确认或更正读音").click()
    seen.picture("reading-phone")
    page.get_by_role("form").get_by_role("button", name="取消").click()
    panel.get_by_role("button", name="更正拆分").click()
    seen.picture("split-phone")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
