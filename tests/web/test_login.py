"""Logging in on the page: trying out the sample, the first administrator, who one is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.web.conftest import starting_afresh

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def test_a_new_user_reads_tries_out_a_role_and_logs_out(visit: Open) -> None:
    seen = visit(role=None)
    page = seen.page
    seen.go_to_map()
    expect(page.locator(".legend")).to_contain_text("违反")
    page.get_by_role("button", name="登录", exact=True).click()
    trial = page.get_by_role("region", name="试用")
    expect(trial.get_by_role("button")).to_have_text(
        ["登记员", "审批人员", "巡查员", "志愿者", "分析员", "管理员"]
    )
    seen.picture("login-office")
    with starting_afresh(page):
        trial.get_by_role("button", name="登记员").click()
    expect(page.locator(".who")).to_have_text(re.compile("示例登记员"))
    page.locator(".who .name").click()
    with starting_afresh(page):
        page.get_by_role("menuitem", name="退出").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_the_first_administrator_changes_the_one_time_password(
    visit: Open, administrator: tuple[str, str]
) -> None:
    seen = visit(role=None)
    page = seen.page
    seen.go_to_map()
    page.get_by_role("button", name="登录", exact=True).click()
    form = page.get_by_role("form", name="登录")
    login, secret = administrator
    form.get_by_label("登录名").fill(login)
    form.get_by_label("密码").fill(secret)
    form.get_by_role("button", name="登录", exact=True).click()
    form = page.get_by_role("form", name="请先改成您自己的密码")
    form.get_by_label("当前密码").fill(secret)
    form.get_by_label("新密码").fill("昆嵛山的槐花-2026")
    form.get_by_label("再输一次").fill("昆嵛山的槐花-2025")
    expect(form).to_contain_text("两次输入的新密码不一样")
    expect(form.get_by_role("button", name="修改密码")).to_be_disabled()
    form.get_by_label("再输一次").fill("昆嵛山的槐花-2026")
    with starting_afresh(page):
        form.get_by_role("button", name="修改密码").click()
    expect(page.locator(".who")).to_have_text(re.compile("系统管理员"))
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_a_page_sends_at_once_waits_until_it_knows_who_one_is(visit: Open) -> None:
    seen = visit(role="clerk")
    page = seen.page

    def late(route: Route) -> None:
        page.wait_for_timeout(800)
        route.continue_()

    page.route("**/api/v1/session", late)
    seen.go("/name-check?name=文化路&class=road&at=division:nbs:371002101")
    expect(page.locator(".verdict strong")).to_be_visible()
