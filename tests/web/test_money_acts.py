"""Money and marks on the page: lists of fees, charges taken back, eco-burials voided, pilots."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def _day(field: Any, day: str) -> None:
    """Type a day and leave the field, so that its calendar is closed."""
    field.fill(day)
    field.press("Enter")
    field.press("Tab")


def test_a_list_of_fees_is_registered_posted_and_ended(visit: Open) -> None:
    seen = visit(role="approver")
    page: Page = seen.page
    seen.go("/cemeteries/charges?view=lists")
    page.get_by_role("button", name="登记", exact=True).click()
    form = page.get_by_role("form", name="登记收费清单")
    form.get_by_role("button", name="登记", exact=True).click()
    expect(form).to_contain_text("请填写清单名称。")
    expect(form).to_contain_text("第 1 项：请填写代码、名称和定价方式。")
    form.get_by_label("清单名称").fill("示例公墓三收费清单（测试）")
    form.get_by_label("适用于").click()
    page.get_by_role("option", name="示例公墓三", exact=True).click()
    _day(form.get_by_label("生效日期"), "2026-01-01")
    form.get_by_label("第 1 项代码").fill("T01")
    form.get_by_label("第 1 项名称").fill("骨灰格位安葬")
    form.locator(".line .type").click()
    page.get_by_role("option", name="市场调节价").click()
    page.reload()  # the draft stays
    form = page.get_by_role("form", name="登记收费清单")
    expect(form.get_by_label("第 1 项名称")).to_have_value("骨灰格位安葬")
    form.get_by_role("button", name="登记", exact=True).click()
    drawer = page.locator(".drawer")
    expect(drawer).to_contain_text("未登记公示")
    drawer.get_by_role("button", name="登记公示…").click()
    _day(drawer.get_by_label("公示日期"), "2026-01-02")
    drawer.get_by_role("button", name="登记公示", exact=True).click()
    expect(drawer).to_contain_text("2026-01-02 公示")
    drawer.get_by_role("button", name="登记失效…").click()
    _day(drawer.get_by_label("失效日期"), "2025-01-01")
    drawer.get_by_role("button", name="登记失效", exact=True).click()
    expect(drawer).to_contain_text("应晚于起始日期")  # refused, and nothing typed is lost
    _day(drawer.get_by_label("失效日期"), "2027-01-01")
    drawer.get_by_role("button", name="登记失效", exact=True).click()
    expect(drawer).to_contain_text("2027-01-01")
    seen.complaints.clear()  # the refusal above is a 400 in the console


def test_a_charge_is_registered_and_taken_back(visit: Open) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    seen.go("/cemeteries/charges?add=1")
    form = page.get_by_role("form", name="登记收费")
    form.get_by_label("公墓").click()
    page.get_by_role("option", name="示例公墓二", exact=True).click()
    form.get_by_label("收费项目").fill("骨灰格位安葬")
    form.get_by_label("收费项目").press("Enter")
    form.get_by_label("金额（元）").fill("九千")
    form.get_by_role("button", name="登记", exact=True).click()
    expect(form).to_contain_text("金额请写数字")
    form.get_by_label("金额（元）").fill("9000")
    form.get_by_role("button", name="登记", exact=True).click()
    drawer = page.locator(".drawer")
    expect(drawer.locator(".el-alert").first).to_contain_text("超过")
    drawer.get_by_role("button", name="撤销收费…").click()
    drawer.get_by_role("button", name="撤销这笔收费").click()
    expect(drawer).to_contain_text("请填写原因。")
    drawer.get_by_label("原因").fill("已全额退还")
    drawer.get_by_role("button", name="撤销这笔收费").click()
    expect(drawer).to_contain_text("，已全额退还")
    expect(page.locator(".list-table .row.on")).to_contain_text("已撤销")
    expect(drawer.get_by_role("button", name="撤销收费…")).to_have_count(0)


def test_an_eco_burial_is_voided_unless_an_application_rests_on_it(visit: Open) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    for state, told in (("未申请", "作废"), ("已发放", "不能作废")):
        seen.go(f"/cemeteries/eco-burials?state={state}")
        page.locator(".list-table .row").first.click()
        drawer = page.locator(".drawer")
        drawer.get_by_role("button", name="作废…").click()
        drawer.get_by_label("原因").fill("重复登记")
        drawer.get_by_role("button", name="作废这条记录").click()
        expect(drawer).to_contain_text(told)
    seen.complaints.clear()  # the refusal is a 409 in the console


def test_a_cemetery_becomes_a_pilot_and_is_one_no_more(visit: Open) -> None:
    seen = visit(role="approver")
    page: Page = seen.page
    seen.go("/cemeteries/8")
    page.get_by_role("button", name="标注为生态安葬试点").click()
    form = page.get_by_role("form", name="标注生态安葬试点")
    form.get_by_label("文号").fill("示例民〔2026〕1号")
    form.get_by_role("button", name="标注").click()
    marks = page.locator(".marks")
    expect(marks).to_contain_text("生态安葬试点")
    expect(marks).to_contain_text("示例民〔2026〕1号")
    marks.get_by_role("button", name="取消试点标注").click()
    _day(marks.get_by_label("从哪一天起不再是试点"), "2099-01-01")
    marks.get_by_role("button", name="取消标注").click()
    expect(marks).to_contain_text("还没有到")
    seen.complaints.clear()  # the refusal is a 400 in the console


def test_plots_are_chosen_in_the_list_and_on_the_map(visit: Open) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    seen.go("/cemeteries/1?tab=plots&status=空闲")
    rows = page.locator(".list-table .row")
    expect(rows.first).to_contain_text("空闲")
    rows.first.click()
    expect(page).to_have_url(re.compile("plot="))
    expect(page.locator(".where .signs")).to_contain_text("选中的墓位")
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as kept:
        page.get_by_text("文本表格（.csv）").click()
    text = kept.value.path().read_text("utf-8-sig")
    assert "空闲" in text
    assert "已安葬" not in text
