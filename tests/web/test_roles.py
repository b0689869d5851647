"""One story a role, from the log-in on the page to the result; those of the clerk, the volunteer
and the inspector are in ``test_naming_story`` and ``test_case_story``."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, Route, expect

from geo_registry.services.names.report_verifying import verify
from tests.web.conftest import starting_afresh

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def test_an_analyst_filters_exports_counts_and_reads_with_a_key(visit: Open) -> None:
    seen = visit(role=None)
    seen.log_in("分析员")
    page: Page = seen.page
    page.locator(".side .wide .entry", has_text="问题").click()
    page.locator(".list-table .row").first.wait_for()
    seen.go_to_findings("?severity=info&sort=place")
    number = int(page.locator(".total").inner_text())
    assert number > 0
    # Reading only: what changes something is not offered.
    page.locator(".row").first.click()
    expect(page.locator(".drawer .message")).to_be_visible()
    expect(page.locator(".drawer").get_by_role("button", name="登记案件")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as coming:
        page.get_by_text("Excel 表格").click()
    sheet = openpyxl.load_workbook(BytesIO(coming.value.path().read_bytes())).active
    assert sheet is not None
    assert len(list(sheet.values)) == number + 1
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as coming:
        page.get_by_text("文本表格").click()
    rows = list(csv.DictReader(StringIO(coming.value.path().read_text("utf-8-sig"))))
    assert {row["程度"] for row in rows} == {"提示"}
    assert all(float(row["经度"]) for row in rows if row["经度"])
    assert len(rows) == number

    # Each figure leads to the list that makes it up.
    page.locator(".side .wide .entry", has_text="统计").click()
    expect(page.locator(".headline")).to_be_visible()
    page.locator(".headline").get_by_role("link", name=re.compile("个村$")).click()
    heading = page.locator(".list-page h1")
    expect(heading).to_contain_text(re.compile(r"\d"))

    # A key for the analyst's own program reads and nothing else.
    seen.go("/users?part=tokens")
    page.get_by_role("button", name="新令牌").click()
    form = page.get_by_role("form", name="新令牌")
    form.get_by_label("给哪个程序用").fill("办公室的 QGIS（示例）")
    form.locator(".el-select__wrapper").click()
    page.get_by_role("option", name="查看地图、问题、地名、公墓、规则").click()
    page.keyboard.press("Tab")
    form.get_by_role("button", name="设立令牌").click()
    key = page.locator(".secret code").inner_text()
    seen.picture("analyst-key-office")
    bare = visit(role=None).page.request
    asked = {"headers": {"authorization": f"Bearer {key}"}}
    answer = bare.get(f"{seen.service}/api/v1/findings?severity=info", **asked)
    assert (answer.status, answer.json()["total"]) == (200, number)
    refused = bare.post(f"{seen.service}/api/v1/activities", data={}, **asked)
    assert refused.status in {401, 403}


def test_an_administrator_adds_locks_and_verifies(visit: Open) -> None:
    seen = visit(role=None)
    seen.log_in("管理员")
    page: Page = seen.page
    page.locator(".side .wide .entry", has_text="用户").click()
    page.get_by_role("button", name="新账号").click()
    form = page.get_by_role("form", name="新账号")
    form.get_by_label("登录名").fill("lina")
    form.get_by_label("姓名").fill("李娜（示例）")
    form.locator(".el-select").first.click()
    page.get_by_role("option", name="登记员").click()
    form.get_by_role("button", name="新建账号").click()
    secret = page.locator(".drawer .secret code").inner_text()

    # The new person comes in with it, and has to choose a password first.
    other = visit(role=None)
    desk: Page = other.page
    other.go("/rules")
    desk.get_by_role("button", name="登录", exact=True).click()
    door = desk.get_by_role("form", name="登录")
    door.get_by_label("登录名").fill("lina")
    door.get_by_label("密码").fill(secret)
    door.get_by_role("button", name="登录", exact=True).click()
    own = desk.get_by_role("form", name="请先改成您自己的密码")
    own.get_by_label("当前密码").fill(secret)
    own.get_by_label("新密码").fill("里口山的栗子-2026")
    own.get_by_label("再输一次").fill("里口山的栗子-2026")
    with starting_afresh(desk):
        own.get_by_role("button", name="修改密码").click()
    expect(desk.locator(".who")).to_contain_text("李娜")

    # Locked, they are out at once and read why.
    page.get_by_role("button", name="锁定…").click()
    page.get_by_label("锁定的理由").fill("已调离（示例）")
    page.get_by_role("button", name="锁定", exact=True).click()
    expect(page.locator(".drawer")).to_contain_text("已锁定")
    seen.picture("account-locked-office")
    desk.reload()
    desk.get_by_role("button", name="登录", exact=True).click()
    door = desk.get_by_role("form", name="登录")
    door.get_by_label("登录名").fill("lina")
    door.get_by_label("密码").fill("里口山的栗子-2026")
    door.get_by_role("button", name="登录", exact=True).click()
    expect(door.get_by_role("alert")).to_contain_text("锁定")
    other.forgive("401|403")

    page.locator(".side .wide .entry", has_text="系统").click()
    expect(page.locator(".system")).to_contain_text("正常")
    page.locator(".side .wide .entry", has_text="历史").click()
    page.get_by_role("button", name="核验历史链").click()
    expect(page.get_by_role("status").filter(has_text="历史完整")).to_be_visible()
    seen.picture("history-verified-office")
    # Long work can be left: its end is told elsewhere, its answer waits.
    held: list[Route] = []
    page.route("**/history/verification", lambda route: held.append(route))
    page.get_by_role("button", name="核验历史链").click()
    page.locator(".side .wide .entry", has_text="系统").click()
    expect(page.locator(".system")).to_contain_text("正常")
    held[0].continue_()
    expect(page.locator(".el-message", has_text="历史完整")).to_be_visible()
    page.locator(".side .wide .entry", has_text="历史").click()
    expect(page.get_by_role("status").filter(has_text="历史完整")).to_be_visible()


def test_an_approver_judges_findings_and_takes_a_decision_back(visit: Open) -> None:
    seen = visit(role=None)
    seen.log_in("审批人员")
    page: Page = seen.page
    seen.go_to_findings("?rule=pn.uniq.road_village")
    total = int(page.locator(".total").inner_text())
    page.keyboard.press("j")
    expect(page.locator(".drawer .subjects")).to_be_visible()
    page.keyboard.press("w")
    page.locator("#waiver-reason").fill("两村相距很远，门牌已使用多年（示例）")
    page.get_by_role("button", name="确认豁免").click()
    expect(page.locator(".total")).to_have_text(str(total - 1))
    page.locator(".el-message").get_by_role("button", name="撤销").click()
    expect(page.locator(".total")).to_have_text(str(total))


def test_a_clerk_checks_a_name_and_hands_out_the_report(visit: Open) -> None:
    seen = visit(role=None)
    seen.log_in("登记员")
    page: Page = seen.page
    page.locator(".side .wide .entry", has_text="核名").click()
    seen.go("/name-check?class=road&at=division:nbs:371002109201&name=团结路")
    expect(page.locator(".verdict strong")).to_have_text("违反")
    with page.expect_download() as coming:
        page.get_by_role("button", name="PDF").click()
    assert verify(coming.value.path().read_bytes()).intact


def test_a_leader_reads_a_figure_its_list_and_the_place_on_the_map(visit: Open) -> None:
    seen = visit((1366, 768), role=None)
    seen.log_in("分析员")  # reads everything, changes nothing
    page: Page = seen.page
    page.locator(".side .wide .entry", has_text="统计").click()
    expect(page.locator(".headline")).to_contain_text("条，分布在")
    page.locator(".headline").get_by_role("link").first.click()
    page.locator(".list-table .row").first.click()
    expect(page.locator(".drawer h2, .map-view .drawer")).not_to_have_count(0)
    seen.picture("leader-road-office")
    page.go_back()
    expect(page.locator(".list-table .row").first).to_be_visible()
