"""Stories: a name from proposal to announcement, a volunteer's name, an account."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from geo_registry.api.service import today_in_china
from tests.web.conftest import OFFICE, PHONE
from tests.web.proposing import carry_out, nameless, open_act

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
WIDE = (1920, 1080)
NAME = "听涛槐香路"


def _photo() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (320, 240), (96, 140, 120)).save(kept, "JPEG")
    return kept.getvalue()


def test_a_clerk_takes_a_name_from_its_proposal_to_the_announcement(
    visit: Open, tmp_path: Path
) -> None:
    seen = visit(role=None)
    seen.log_in("登记员")
    page = seen.page
    road = nameless(page, seen.service)
    seen.go(f"/proposals?new=1&place={road}")
    form = page.get_by_role("form", name="新申报")
    form.get_by_role("button", name="提交申报").click()
    expect(form).to_contain_text("请填写拟用名称。")
    form.get_by_label("拟用名称").fill(NAME)
    expect(form.locator(".verdict").first).to_contain_text("通过")
    form.get_by_label("申报单位").fill("羊亭镇人民政府（示例）")
    form.get_by_label("命名理由").fill("路旁老槐成行，五月花香，夜里听得见海潮。")
    seen.picture("proposal-new-office")
    page.reload()  # the draft survives
    expect(form.get_by_label("拟用名称")).to_have_value(NAME)
    form.get_by_role("button", name="提交申报").click()
    drawer = page.locator(".drawer")
    expect(drawer.locator("header")).to_contain_text("已申报")
    number = page.url.split("proposal=")[1].split("&")[0]

    carry_out(page, open_act(page, "预核"), "预核", "已预核")
    form = open_act(page, "镇街审核")
    expect(form).to_contain_text("省略征求村民和专家意见的理由")
    form.get_by_label("镇街的审核意见").fill("符合规划，村民无异议，同意上报。")
    seen.picture("proposal-act-office")
    form.get_by_label("省略征求村民和专家意见的理由").fill("村民代表会议此前已经议定。")
    carry_out(page, form, "镇街审核", "镇街已审核")
    seen.picture("proposal-office")
    drawer.get_by_role("button", name="其他操作").click()
    expect(page.get_by_role("menuitem", name="撤回")).to_be_visible()
    expect(page.get_by_role("menuitem", name="内部审核通过")).to_have_count(0)
    page.get_by_role("menuitem", name="撤回").click()

    # Two people with one dossier: the second one is told, and keeps what was typed.
    other = visit(role="approver")
    other.go(f"/proposals?proposal={number}")
    second = open_act(other.page, "退回补正")
    second.get_by_label("理由").fill("请补申请书")
    form = page.get_by_role("form", name="撤回")
    form.get_by_label("理由").fill("改用别的名称")
    second.get_by_role("button", name="取消").click()
    other.page.get_by_role("button", name="放弃", exact=True).click()
    second = open_act(other.page, "内部审核通过")
    second.get_by_label("审查意见").fill("名称符合条例，同意报批。")
    second.get_by_label("省略公示的理由").fill("村内道路，已在村务公开栏张贴。")
    application = tmp_path / "申请书.pdf"
    application.write_bytes(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    second.locator("input[type=file]").set_input_files(application)
    carry_out(other.page, second, "内部审核通过", "待批复")
    form.get_by_role("button", name="撤回", exact=True).click()
    expect(form).to_contain_text("左边是您填写的，右边是现在的内容")
    expect(form).to_contain_text("改用别的名称")
    seen.picture("proposal-stale-office")
    form.get_by_role("button", name="不要我填写的").click()
    seen.complaints[:] = [c for c in seen.complaints if "409" not in c]  # the browser's own note

    form = open_act(other.page, "登记批复")
    form.get_by_label("批准机关").fill("环翠区人民政府")
    form.get_by_label("文号").fill("示例字〔2026〕1号")
    form.get_by_label("批准日期").fill(today_in_china().isoformat())
    form.get_by_label("批准日期").press("Enter")
    form.get_by_text("纸质材料已归档").click()
    carry_out(other.page, form, "登记批复", "已批复")
    expect(other.page.locator(".drawer .clocks")).to_contain_text("还有")
    form = open_act(other.page, "备案")
    form.get_by_label("报给哪个机关备案").fill("市民政局（示例）")
    carry_out(other.page, form, "备案", "已批复")
    form = open_act(other.page, "公告")
    expect(form.get_by_label("标准名称")).to_have_value(NAME)
    form.get_by_label("在哪里公告").fill("区政府网站（示例）")
    other.picture("proposal-announcement-office")
    carry_out(other.page, form, "公告", "已批复")
    expect(other.page.locator(".drawer")).to_contain_text("已公告")
    with other.page.expect_download() as download:
        other.page.get_by_role("button", name="公告，PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert re.search("公告.*[.]pdf$", download.value.suggested_filename)


def test_a_table_is_judged_row_by_row_before_it_is_stored(visit: Open, tmp_path: Path) -> None:
    seen = visit(role="clerk")
    page = seen.page
    road = nameless(page, seen.service, at=-2).replace("place:", "")
    table = tmp_path / "申报表.csv"
    table.write_text(
        "名称,编号,命名理由\n"
        f"示例观海亭路,{road},东头可以望海\n"
        "示例无处路,999999999,没有这处地方\n",
        "utf-8",
    )
    seen.go("/proposals?batch=1&view=table")
    page.get_by_label("申报单位").fill("羊亭镇人民政府（示例）")
    page.get_by_label("选择表格").set_input_files(table)
    drawer = page.locator(".drawer")
    expect(drawer).to_contain_text("共 2 行")
    expect(drawer.locator("tr.bad")).to_contain_text("999999999")
    seen.picture("proposal-batch-office")


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (
            "approver",
            {
                "/proposals": "proposals",
                "/proposals?view=table": "proposals-table",
                "/contributions": "contributions",
                "/users": "permissions",
                "/history": "history",
                "/exchange": "exchange",
            },
        ),
        ("administrator", {"/users": "users"}),
    ],
)
def test_each_page_fits_each_screen(visit: Open, role: str, pages: dict[str, str]) -> None:
    seen = visit(role=role)
    for path, name in pages.items():
        seen.go(path)
        seen.page.wait_for_load_state("networkidle")
        expect(seen.page.locator(".el-skeleton")).to_have_count(0)
        for screen, (width, height) in {"office": OFFICE, "wide": WIDE, "phone": PHONE}.items():
            seen.page.set_viewport_size({"width": width, "height": height})
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
            seen.picture(f"{name}-{screen}")


def test_a_volunteer_sends_a_name_from_a_phone_and_reads_the_answer(visit: Open) -> None:
    seen = visit(PHONE, role=None)
    seen.log_in("志愿者")
    page = seen.page
    seen.go("/contributions?new=1")
    form = page.get_by_role("form", name="上报地名")
    form.get_by_label("名称").fill("老槐树亭")
    form.locator(".el-select").first.click()
    page.get_by_role("option", name="设施", exact=True).click()
    form.get_by_role("application", name="点选位置").and_(page.locator("[aria-busy=false]")).click()
    form.get_by_label("来历、故事").fill("巷口有三百年的老槐树，夏天在树下讲古。")
    form.get_by_label("选择照片").set_input_files(
        {"name": "老槐树.jpg", "mimeType": "image/jpeg", "buffer": _photo()}
    )
    seen.picture("contribution-new-phone")
    form.get_by_role("button", name="上报", exact=True).click()
    drawer = page.locator(".drawer")
    expect(drawer.locator("header")).to_contain_text("待答复")
    expect(drawer.locator(".photos img")).to_have_count(1)
    number = page.url.split("contribution=")[1].split("&")[0]

    clerk = visit(role="clerk")
    clerk.go(f"/contributions?contribution={number}")
    answer = clerk.page.get_by_role("form", name="答复采集")
    expect(clerk.page.locator(".drawer .photos img")).to_have_js_property("complete", True)
    answer.get_by_text("采纳", exact=True).first.click()
    answer.get_by_label("给采集员的答复").fill("谢谢您，已列入申报。")
    clerk.picture("contribution-review-office")
    answer.get_by_role("button", name="采纳", exact=True).click()
    expect(clerk.page.locator(".drawer header")).to_contain_text("已采纳")

    page.reload()
    expect(drawer).to_contain_text("谢谢您，已列入申报。")
    seen.picture("contribution-answered-phone")


def test_an_administrator_adds_an_account(visit: Open) -> None:
    seen = visit(role="administrator")
    page = seen.page
    seen.go("/users")
    page.get_by_role("button", name="新账号").click()
    form = page.get_by_role("form", name="新账号")
    form.get_by_role("button", name="新建账号").click()
    expect(form).to_contain_text("请填写登录名。")
    form.get_by_label("登录名").fill("zhangwei")
    form.get_by_label("姓名").fill("张伟（示例）")
    form.locator(".el-select").first.click()
    page.get_by_role("option", name="登记员").click()
    form.get_by_role("button", name="新建账号").click()
    drawer = page.locator(".drawer")
    expect(drawer.locator(".secret")).to_contain_text("只显示这一次")
    expect(drawer.locator(".fact-table")).to_contain_text("登记员")
    seen.picture("account-added-office")
    # The same log-in name again is refused, and the refusal can be read afterwards.
    page.get_by_role("button", name="新账号").click()
    form.get_by_label("登录名").fill("zhangwei")
    form.get_by_label("姓名").fill("张伟（示例）")
    form.locator(".el-select").first.click()
    page.get_by_role("option", name="登记员").click()
    form.get_by_role("button", name="新建账号").click()
    expect(form).to_contain_text("zhangwei")
    seen.complaints[:] = [c for c in seen.complaints if "409" not in c]  # the browser's own note
    seen.go("/users?part=events")
    newest = page.locator(".list-table .row").first
    expect(newest).to_contain_text("办理被拒")
    expect(newest).to_contain_text("POST /api/v1/accounts")
    seen.picture("log-of-refusals-office")


def test_no_serious_fault_for_assistive_technology(visit: Open) -> None:
    axe = (Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js").read_text()
    for path, role in (
        ("/proposals?new=1", "clerk"),
        ("/proposals?view=table", "clerk"),
        ("/contributions?new=1", "volunteer"),
        ("/users", "administrator"),
        ("/users?part=events", "administrator"),
        ("/users?part=tokens", "approver"),
        ("/history", "approver"),
        ("/exchange", "approver"),
    ):
        seen = visit(role=role)
        seen.go(path)
        seen.page.wait_for_load_state("networkidle")
        seen.page.evaluate(axe)
        found = seen.page.evaluate(
            "axe.run('main', {resultTypes: ['violations']}).then(r => r.violations)"
        )
        serious = [
            (path, v["id"], [n["html"][:160] for n in v["nodes"]][:3])
            for v in found
            if v["impact"] in {"serious", "critical"}
        ]
        assert serious == []
