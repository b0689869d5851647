"""Every form keeps its draft, shows faults at the field, asks before it throws work away.

All forms of the page stand in one table; a form that is not in it fails the first test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
SOURCES = Path(__file__).resolve().parents[2] / "web/src"
TYPED = "写到一半"
ROW = ".list-table .row >> nth=0"


@dataclass(frozen=True)
class Form:
    """How one comes to a form, what one types into it, and what it says to who leaves all empty."""

    name: str
    address: str
    clicks: tuple[str, ...]
    field: str
    fault: str = ""
    role: str = "approver"
    standing: bool = False
    """It is always open: what was typed is cleared, and nothing closes."""
    endless: bool = False
    """Its end with the buttons comes later, when a file was chosen."""


def _b(words: str) -> str:
    return f"button:has-text('{words}')"


FORMS: dict[str, tuple[Form, ...]] = {
    "components/WaiverForm.vue": (
        Form(
            "豁免", "/findings?rule=pn.uniq.road_village", (ROW, _b("豁免…")), "理由", "请写明理由"
        ),
    ),
    "components/BulkWaiver.vue": (
        Form(
            "批量豁免",
            "/findings",
            ("input[aria-label='选择第 1 行']", _b("豁免所选")),
            "理由",
            "请写明理由",
        ),
    ),
    "components/NamingAnswerForm.vue": (
        Form(
            "答复有地无名",
            "/findings?rule=pn.entity.unnamed",
            (ROW, "text=确无名"),
            "理由",
            "请写明理由",
        ),
    ),
    "components/RoadDecisionForm.vue": (
        Form(
            "认定同名路段",
            "/findings?rule=pn.road.interrupted",
            (ROW, _b("不同的路")),
            "理由",
            "请写明理由",
        ),
    ),
    "components/spelling/ReadingForm.vue": (
        Form(
            "更正读音",
            "/findings?rule=pn.roman.reading_unconfirmed",
            (ROW, _b("更正读音")),
            "依据",
            "请写明依据",
        ),
    ),
    "components/spelling/SplitForm.vue": (
        Form(
            "更正拆分",
            "/findings?rule=pn.uniq.road_village",
            (ROW, ".drawer .subject >> nth=0", _b("拆分与读音"), _b("更正拆分")),
            "依据",
            "请写明依据",
        ),
    ),
    "components/CemeteryMarks.vue": (
        Form("标注生态安葬试点", "/cemeteries/4", (_b("标注为生态安葬试点"),), "文号"),
    ),
    "components/naming/ProposeForm.vue": (
        Form("新申报", "/proposals?new=1", (), "申报单位", "请填写拟用名称"),
    ),
    "components/naming/ActForm.vue": (
        Form(
            "结束公示",
            "/proposals?view=table&proposal=4",
            (_b("结束公示"),),
            "公示的结果",
            "请填写公示的结果",
        ),
    ),
    "components/naming/DossierPapers.vue": (
        Form(
            "添加材料",
            "/proposals?view=table&proposal=1",
            (_b("添加材料"),),
            "材料标题",
            "请选择材料种类",
        ),
    ),
    "components/naming/BatchForm.vue": (
        Form("批量申报", "/proposals?batch=1", (), "申报单位", endless=True),
    ),
    "components/contributing/ContributionForm.vue": (
        Form("上报地名", "/contributions?new=1", (), "名称", "请在地图上点一下", role="volunteer"),
    ),
    "components/contributing/ContributionDetail.vue": (
        Form(
            "答复采集",
            "/contributions?contribution=1",
            (),
            "给采集员的答复",
            "请写给采集员的答复",
            standing=True,
        ),
    ),
    "components/cases/FindingCase.vue": (
        Form(
            "登记案件",
            "/findings?rule=cm.bound.use_scope",
            (ROW, _b("登记案件…")),
            "立案理由",
            "请写明为什么立案",
        ),
    ),
    "components/cases/StepForm.vue": (
        Form("整改进展", "/cases/1", (_b("整改进展"),), "整改进展", "请填写整改进展"),
    ),
    "components/cases/NoticeForm.vue": (
        Form("出具责令整改", "/cases/1", (_b("出具责令整改"),), "文号", "请写明文号"),
    ),
    "components/cases/CaseParties.vue": (
        Form("加入部门", "/cases/1", (_b("加入部门…"),), "联系人", "请选择部门"),
        Form("交办部门", "/cases/1", (_b("交办部门…"),), "交办事项", "请选择部门"),
    ),
    "components/cases/RoundForm.vue": (
        Form("安排排查", "/cases/rounds?add=1", (), "名称", "请写明排查的名称"),
    ),
    "components/cases/StopForm.vue": (
        Form("登记示例公墓", "/cases/rounds/1", (_b("登记结果"),), "情况", "请选择结果"),
    ),
    "views/CaseOpenView.vue": (Form("登记线索", "/cases/new", (), "什么事", "请用一句话写明"),),
    "components/money/ApplyForm.vue": (
        Form(
            "登记补助申请",
            "/cemeteries/eco-burials?burial=13",
            (_b("登记补助申请"),),
            "与逝者关系",
            "请填写申请人姓名",
        ),
    ),
    "components/money/BurialForm.vue": (
        Form("登记生态安葬", "/cemeteries/eco-burials?add=1", (), "地点", "请选择安葬方式"),
    ),
    "components/money/ChargeForm.vue": (
        Form("登记收费", "/cemeteries/charges?add=1", (), "票据号", "请选择公墓"),
    ),
    "components/money/FeeListForm.vue": (
        Form(
            "登记收费清单", "/cemeteries/charges?view=lists&add=1", (), "清单名称", "请填写清单名称"
        ),
    ),
    "components/money/SubsidyStep.vue": (
        Form("追回", "/cemeteries/subsidies?subsidy=1", (_b("追回"),), "理由", "请"),
    ),
    "components/ledgers/ActivityForm.vue": (
        Form("登记活动", "/statistics/activities", (_b("登记活动"),), "活动名称", "请写活动名称"),
    ),
    "components/ledgers/TeamForm.vue": (
        Form(
            "登记志愿队",
            "/statistics/activities?tab=teams",
            (_b("登记队伍"),),
            "队伍名称",
            "请写队伍名称",
        ),
    ),
    "components/people/AccountForm.vue": (
        Form("新账号", "/users?new=1", (), "登录名", "请填写登录名", role="administrator"),
    ),
    "components/people/OwnTokens.vue": (
        Form("新令牌", "/users?part=tokens", (_b("新令牌"),), "给哪个程序用", "请写明给哪个程序用"),
    ),
    "form/OneFieldForm.vue": (
        Form(
            "锁定",
            "/users?account=sample-clerk",
            (_b("锁定…"),),
            "锁定的理由",
            "请填写锁定的理由",
            role="administrator",
        ),
    ),
    "views/BoundaryUploadView.vue": (
        Form("上传边界", "/cemeteries/upload", (), "测量人", "请选择边界文件", standing=True),
    ),
}
"""By the file that holds it; a file may hold several."""

ELSEWHERE = {
    "views/LoginView.vue": "passwords are kept nowhere",
    "views/HistoryView.vue": "a search; the address remembers it",
    "views/NameCheckView.vue": "it changes nothing; the address remembers it",
    "components/cases/ReplyForm.vue": "needs a task: test_the_reply_of_a_department_has_the_habits",
    "components/CrsQuestion.vue": "needs a file in doubt: test_cemeteries",
}


def test_every_form_stands_in_the_table() -> None:
    held = {}
    for path in sorted(SOURCES.rglob("*.vue")):
        tags = re.findall(r"<(?:form|ElForm)\b[^>]*>", path.read_text("utf-8"))
        if tags:
            held[path.relative_to(SOURCES).as_posix()] = len(tags)
        unnamed = [tag for tag in tags if "aria-label" not in tag]
        assert unnamed == [], f"{path.name}: a form without a name"
    told = {file: len(forms) for file, forms in FORMS.items()} | dict.fromkeys(ELSEWHERE, 1)
    assert held == told


def _named(page: Page, form: Form) -> Locator:
    return page.get_by_role("form", name=form.name).first


def _open(seen: Any, form: Form) -> Locator:
    seen.go(form.address)
    for place in form.clicks:
        seen.page.locator(place).first.click()
    found = _named(seen.page, form)
    expect(found).to_be_visible()
    return found


def _field(form: Form, found: Locator) -> Locator:
    return found.get_by_label(form.field).last


def _drafts(page: Page) -> str:
    return str(page.evaluate("Object.values(localStorage).join()"))


def _habits(seen: Any, form: Form) -> None:
    page: Page = seen.page
    found = _open(seen, form)
    before = _field(form, found).input_value()
    if form.fault:
        _field(form, found).fill("")
        found.locator("button[type=submit]").last.click()
        expect(found.locator(".el-form-item__error", has_text=form.fault)).to_be_visible()
        expect(found.get_by_role("alert").filter(has_text=form.fault)).not_to_have_count(0)
    _field(form, found).fill(TYPED)
    if not form.endless:
        expect(found).to_contain_text("草稿已保存在本机")
    # Opened anew, as after a power cut.
    found = _open(seen, form)
    expect(_field(form, found)).to_have_value(TYPED)
    if form.endless:
        _field(form, found).press("Enter")  # nothing is sent yet, and nothing breaks
        expect(_field(form, found)).to_have_value(TYPED)
        return
    way_out = found.get_by_role("button", name="清空" if form.standing else "取消", exact=True)
    way_out.click()
    question = page.get_by_role("dialog", name="放弃填写？")
    question.get_by_role("button", name="继续填写").click()
    expect(_field(form, found)).to_have_value(TYPED)
    way_out.click()
    question.get_by_role("button", name="放弃").click()
    expect(question).to_have_count(0)
    assert TYPED not in _drafts(page)
    if form.standing:
        expect(_field(form, found)).to_have_value(before)


@pytest.mark.parametrize("file", FORMS)
def test_every_form_has_the_habits(visit: Open, untouched: str, file: str) -> None:
    for form in FORMS[file]:
        _habits(visit(role=form.role, at=untouched), form)


def test_the_reply_of_a_department_has_the_habits(visit: Open) -> None:
    seen = visit()
    cases = seen.page.request.get(f"{seen.service}/api/v1/cases").json()["items"]
    address = f"/cases/{next(c['id'] for c in cases if c['live'])}"
    seen.go(address)
    seen.page.get_by_role("button", name="交办部门…").click()
    task = seen.page.get_by_role("form", name="交办部门")
    task.locator(".el-select").first.click()
    seen.page.locator(".el-select-dropdown:visible li").first.click()
    task.get_by_label("交办事项").fill("请核对用地手续（示例）")
    task.get_by_role("button", name="交办").click()
    expect(task).to_have_count(0)
    reply = Form("登记答复", address, (_b("登记答复"),), "答复内容", "请写明答复的内容")
    _habits(seen, reply)


def test_chosen_files_are_not_lost_without_a_question(visit: Open, untouched: str) -> None:
    seen = visit(role="volunteer", at=untouched)
    page: Page = seen.page
    seen.go("/contributions?new=1")
    form = page.get_by_role("form", name="上报地名")
    photo = {"name": "村口.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xd9"}
    form.get_by_label("选择照片").set_input_files(photo)
    expect(form.get_by_alt_text("村口.jpg")).to_have_count(1)
    question = page.get_by_role("dialog", name="放弃填写？")
    for leave in (
        lambda: page.get_by_role("button", name="关闭（Esc）").click(),
        lambda: page.locator(".side .wide .entry", has_text="统计").click(),
    ):
        leave()
        question.get_by_role("button", name="继续填写").click()
        expect(question).to_have_count(0)
        expect(form.get_by_alt_text("村口.jpg")).to_have_count(1)
    page.locator(".side .wide .entry", has_text="统计").click()
    question.get_by_role("button", name="放弃").click()
    page.wait_for_url(re.compile("/statistics"))
