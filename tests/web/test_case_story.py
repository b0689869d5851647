"""Cases and money in a real browser: a story by role, on the sample district."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PHONE = (390, 844)
WIDE = (1920, 1080)
AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
Open = Callable[..., Any]
STATEMENT = "当事人的陈述申辩（没有的写“未提出”）"


def _case(seen: Any, words: str) -> str:
    """The page of the newest case whose title holds the words."""
    found = seen.page.request.get(f"{seen.service}/api/v1/cases", params={"q": words}).json()
    return f"/cases/{max(c['id'] for c in found['items'])}"


def _choose(page: Page, form: Locator, label: str, option: str | re.Pattern[str]) -> None:
    item = form.locator(".el-form-item", has=page.get_by_label(label, exact=True))
    item.locator(".el-select__wrapper").click()
    page.locator(".el-select-dropdown:visible").get_by_text(option).first.click()


def _serious(page: Page) -> list[str]:
    """What axe finds that keeps somebody from using the page."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run('main', {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {node['html'][:160]}"
        for v in found["violations"]
        if v["impact"] in {"serious", "critical"}
        for node in v["nodes"]
    ]


def _step(page: Page, act: str, fill: dict[str, str], choose: dict[str, Any] | None = None) -> None:
    """Open the form of a step, fill it in, send it, and wait until the case has gone on."""
    acts = page.get_by_role("region", name="办理")
    acts.get_by_role("button", name=act, exact=True).click()
    form = page.get_by_role("form", name=act, exact=True)
    for label, text in fill.items():
        form.get_by_label(label).fill(text)
    for label, option in (choose or {}).items():
        _choose(page, form, label, option)
    form.get_by_role("button", name=f"确认{act}").click()
    expect(form).to_have_count(0)


def test_a_lead_is_taken_visited_determined_ordered_and_refused_out_of_turn(visit: Open) -> None:
    """An inspector in the field and an approver in the office work one case."""
    field = visit(PHONE, role="inspector")
    page: Page = field.page
    field.go("/cases/new")
    form = page.get_by_role("form", name="登记线索")
    form.get_by_role("button", name="登记", exact=True).click()
    expect(form).to_contain_text("请用一句话写明是什么事。")
    form.get_by_label("什么事").fill("北侧新砌挡墙")
    form.get_by_label("情况").fill("巡查时看到，约二十米长（虚构）")
    page.reload()  # the draft survives
    expect(form.get_by_label("什么事")).to_have_value("北侧新砌挡墙")
    _choose(page, form, "公墓", re.compile("公墓"))
    form.get_by_text("其他").click()
    field.picture("case-open-phone")
    form.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("h1")).to_contain_text("北侧新砌挡墙")
    _step(page, "受理", {"理由或情况": "先去看看"})
    _step(page, "指派核查", {"理由或情况": "本人去"}, {"核查人员": re.compile("巡查员")})
    page.get_by_label("添加照片、文件").set_input_files(
        files=[{"name": "挡墙.png", "mimeType": "image/png", "buffer": _picture()}]
    )
    expect(page.get_by_role("region", name="附件").locator("img")).to_be_visible()
    _step(page, "现场检查", {"检查情况": "挡墙已砌好，未见批准", "在场人员": "看护人"})
    expect(page.locator(".el-timeline-item").first).to_contain_text("看护人")
    expect(page.get_by_role("region", name="办理")).to_contain_text("由审批人员办理")
    field.picture("case-phone")
    assert _serious(page) == []

    office = visit(role="approver")
    page = office.page
    office.go(_case(office, "北侧新砌挡墙"))
    _step(
        page,
        "认定属实",
        {"理由或情况": "情况属实", "当事人的陈述申辩（没有的写“未提出”）": "未提出"},
    )
    # Another tab notified already: the form of this one is old, and nothing of it is lost.
    stale = office.page.context.new_page()
    stale.goto(page.url)
    _write_notice(stale, "示例责改〔2026〕7号")
    page.get_by_role("region", name="办理").get_by_role("button", name="责令整改").click()
    form = page.get_by_role("form", name="责令整改", exact=True)
    form.get_by_label("文号").fill("示例责改〔2026〕8号")
    form.get_by_label("整改要求").fill("拆除挡墙")
    form.get_by_label("理由或情况").fill("超出批准范围")
    form.get_by_role("button", name="确认责令整改").click()
    beside = form.get_by_role("region", name="对照")
    expect(beside).to_contain_text("示例责改〔2026〕8号")
    expect(beside).to_contain_text("现在的内容")
    beside.scroll_into_view_if_needed()
    office.picture("case-stale-office")
    office.complaints.clear()  # the browser itself notes the 409
    beside.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("不能办“责令整改”")
    stale.close()


def _write_notice(page: Page, number: str) -> None:
    _step(page, "责令整改", {"理由或情况": "超出批准范围", "文号": number, "整改要求": "拆除挡墙"})
    papers = page.get_by_role("region", name="文书")
    papers.get_by_role("button", name="出具责令整改通知书").click()
    form = page.get_by_role("form", name="出具责令整改通知书")
    form.get_by_role("button", name="出具", exact=True).click()
    expect(form).to_contain_text("请写明文号。")
    form.get_by_label("文号", exact=True).fill(number)
    form.get_by_role("button", name="出具", exact=True).click()
    expect(papers.get_by_role("button", name="PDF")).to_be_visible()
    for button in ("PDF", "Word"):
        with page.expect_download() as coming:
            papers.get_by_role("button", name=button).click()
        assert re.search(r"责令整改通知书.*\.(pdf|docx)$", coming.value.suggested_filename)


def test_a_closure_is_signed_by_two_and_shown_to_both(visit: Open) -> None:
    first = visit(role="approver")
    page: Page = first.page
    first.go(_case(first, "西侧硬化地面扩出"))
    page.get_by_role("region", name="办理").get_by_role("button", name="提出销号").click()
    form = page.get_by_role("form", name="提出销号")
    _choose(page, form, "销号理由", "客观上不能整改")
    form.get_by_label("法定理由").fill("地下有燃气管线，不宜开挖（虚构）")
    form.get_by_label("理由或情况").fill("提请销号")
    first.picture("case-closure-office")
    form.get_by_role("button", name="确认提出销号").click()
    acts = page.get_by_role("region", name="办理")
    expect(acts).to_contain_text("销号须两人签字：是您提出的")
    expect(acts.get_by_role("button", name="同意销号", exact=True)).to_have_count(0)
    _step(page, "不同意销号", {"理由或情况": "理由不充分"})

    clerk = visit(role="clerk")
    clerk.go(_case(clerk, "西侧硬化地面扩出"))
    _propose(clerk.page)
    page.reload()
    _step(page, "同意销号", {"理由或情况": "同意"})
    expect(page.locator("header .el-tag")).to_have_text("销号")
    expect(page.locator(".looks")).to_contain_text("第 3 个月")
    first.picture("case-closed-office")


def _propose(page: Page) -> None:
    page.get_by_role("region", name="办理").get_by_role("button", name="提出销号").click()
    form = page.get_by_role("form", name="提出销号")
    _choose(page, form, "销号理由", "客观上不能整改")
    form.get_by_label("法定理由").fill("燃气公司书面说明（虚构）")
    form.get_by_label("理由或情况").fill("补充了说明")
    form.get_by_role("button", name="确认提出销号").click()
    expect(form).to_have_count(0)


def test_cases_are_listed_shown_as_a_board_and_made_of_a_finding(visit: Open) -> None:
    seen = visit(role="approver")
    page: Page = seen.page
    seen.go("/cases")
    rows = page.locator(".list-table .row")
    rows.first.wait_for()
    seen.picture("cases-office")
    assert _serious(page) == []
    page.get_by_text("看板", exact=True).click()
    expect(page.locator(".board .card").first).to_be_visible()
    assert "view=board" in page.url
    page.get_by_text("含已结", exact=True).click()
    expect(page.get_by_role("region", name="办结")).to_be_visible()
    seen.picture("cases-board-office")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    seen.picture("cases-board-wide")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    seen.picture("cases-board-phone")
    page.set_viewport_size({"width": 1366, "height": 768})
    seen.go_to_findings("?rule=cm.bound.exceeds_approved")
    page.locator(".row").first.click()
    expect(page.locator(".drawer .message")).to_be_visible()
    page.get_by_role("button", name="登记案件").wait_for()
    page.keyboard.press("c")
    form = page.get_by_role("form", name="登记案件")
    form.get_by_label("立案理由").fill("测量确认，请核查")
    seen.picture("finding-case-office")
    form.get_by_role("button", name="登记案件").click()
    expect(page.locator(".geo .map")).to_be_visible()
    seen.picture("case-office")
    assert _serious(page) == []
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    seen.picture("case-wide")
    page.get_by_role("link", name="看立案的问题").click()
    expect(page.locator(".drawer")).to_contain_text("案件")


def test_an_inspector_records_the_outcomes_of_a_round(visit: Open) -> None:
    seen = visit(PHONE, role=None)
    seen.log_in("巡查员")
    page: Page = seen.page
    seen.go("/cases/rounds")
    page.locator(".list-table .row").first.click()
    page.get_by_role("button", name="登记结果").first.click()
    form = page.get_by_role("form", name=re.compile("登记.*的排查结果"))
    form.get_by_text("发现线索").click()
    form.get_by_label("线索", exact=True).fill("南侧新堆土方")
    form.get_by_label("情况").fill("约两车土（虚构）")
    seen.picture("round-phone")
    form.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("案件 2026-"))).to_be_visible()
    assert _serious(page) == []
    page.set_viewport_size({"width": 1366, "height": 768})
    seen.picture("round-office")


def test_a_clerk_pays_a_subsidy_once(visit: Open) -> None:
    office = visit(role="approver")
    office.go("/cemeteries/subsidies?state=已审核")
    office.page.locator(".list-table .row").first.click()
    acts = office.page.get_by_role("region", name="办理")
    acts.get_by_role("button", name="批准", exact=True).click()
    office.page.get_by_role("button", name="确认批准").click()
    expect(office.page.locator(".drawer h2")).to_contain_text("已批准")

    seen = visit(role="clerk")
    page: Page = seen.page
    seen.go("/cemeteries/subsidies?state=已批准")
    row = page.locator(".list-table .row").first
    expect(row).to_contain_text("*")  # names are masked
    row.click()
    acts = page.get_by_role("region", name="办理")
    acts.get_by_role("button", name="发放", exact=True).click()
    form = page.get_by_role("form", name="发放")
    form.get_by_role("button", name="确认发放").click()
    expect(form).to_contain_text("请填写付款凭证号")
    seen.picture("subsidy-office")
    form.get_by_label("付款凭证号").fill("示例支付〔2026〕31号")
    form.get_by_role("button", name="确认发放").click()
    expect(page.locator(".drawer h2")).to_contain_text("已发放")
    expect(page.get_by_role("button", name="发放", exact=True)).to_have_count(0)
    expect(page.locator(".drawer")).to_contain_text("示例支付〔2026〕31号")
    page.get_by_text("年度合计", exact=True).click()
    page.get_by_role("heading", name="年度合计").wait_for()
    page.locator(".list-table .row").first.click()
    expect(page.get_by_role("table", name="按安葬方式")).to_be_visible()
    seen.picture("subsidy-years-office")
    page.keyboard.press("Escape")
    expect(page.locator(".drawer")).to_have_count(0)
    assert _serious(page) == []


def test_charges_are_held_against_the_lists(visit: Open) -> None:
    seen = visit(role="clerk")
    page: Page = seen.page
    seen.go("/cemeteries")
    page.get_by_role("navigation", name="公墓").get_by_role("link", name="收费").click()
    page.locator(".list-table .row").first.wait_for()
    page.locator(".list-table .row", has_text="有疑点").first.click()
    expect(page.locator(".drawer .el-alert").first).to_be_visible()
    seen.picture("charges-office")
    assert _serious(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    seen.picture("charges-phone")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.get_by_text("收费清单", exact=True).click()
    page.get_by_role("heading", name="收费清单").wait_for()
    page.locator(".list-table .row").first.click()
    expect(page.get_by_role("region", name="收费项目")).to_be_visible()
    seen.picture("fee-lists-office")
    page.get_by_role("navigation", name="公墓").get_by_role("link", name="生态安葬").click()
    page.get_by_role("heading", name="生态安葬").wait_for()  # every list has such a button
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("form", name="登记生态安葬")).to_be_visible()
    seen.picture("eco-burials-office")


def _picture() -> bytes:
    """A small PNG."""
    kept = io.BytesIO()
    Image.new("RGB", (320, 240), "#8a7f6a").save(kept, "PNG")
    return kept.getvalue()
