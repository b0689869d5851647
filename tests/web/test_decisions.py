"""Answering a nameless road and deciding on an interrupted one, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def _open_finding(seen: Any, rule: str) -> Page:
    page: Page = seen.page
    asked = f"{seen.service}/api/v1/findings?rule={rule}&limit=1"
    found = page.request.get(asked).json()["items"][0]
    seen.go(f"/findings?finding={found['id']}")
    expect(page.locator(".drawer .message")).to_have_text(found["message"])
    return page


def test_a_nameless_road_is_answered_and_the_answer_taken_back(visit: Open) -> None:
    seen = visit()
    page = _open_finding(seen, "pn.entity.unnamed")
    before = page.locator(".drawer .message").inner_text()
    form = page.get_by_role("form", name="答复有地无名")
    expect(form.locator(".el-radio-button")).to_have_text(
        ["有名未登记", "有名无牌", "确无名", "无需命名", "待核"]
    )
    form.get_by_text("有名未登记").click()
    form.get_by_role("button", name="确认答复").click()
    expect(form.locator(".el-form-item__error")).to_have_text("请填写群众平时的叫法。")
    form.get_by_label("群众称呼").fill("后街")
    seen.picture("naming-answer-office")
    form.get_by_role("button", name="确认答复").click()
    expect(page.locator(".drawer .message")).to_contain_text("有名未登记：群众称“后街”")
    expect(form).to_contain_text("已答复：有名未登记")
    form.get_by_role("button", name="撤销答复").click()
    expect(page.locator(".drawer .message")).to_have_text(before)


def test_an_interrupted_road_is_decided_and_the_decision_taken_back(visit: Open) -> None:
    seen = visit()
    page = _open_finding(seen, "pn.road.interrupted")
    form = page.get_by_role("form", name="认定同名路段")
    form.get_by_role("button", name="一条（中断的）路").click()
    form.get_by_label("理由").fill("中间规划为广场，尚未修通")
    seen.picture("road-decision-office")
    form.get_by_role("button", name="确认认定").click()
    expect(page.locator(".drawer .state")).to_have_text("已消除")
    page.locator(".el-message").get_by_role("button", name="撤销").click()
    expect(form).to_be_visible()
