"""What a report on a checked name says on paper, made from its content alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from geo_registry.domain.canonical import canonical
from geo_registry.formats.paper import VERDICT_TONES, Block, Grid, Heading, Paper, Paragraph

_KINDS = {
    "standard": "标准名称",
    "former": "曾用名",
    "alias": "别名",
    "dialect": "方言名",
    "proposed": "待批名称",
}
_CONFIDENCE = {
    "A": "已核对全文",
    "B": "据节选，待核对全文",
    "C": "据转引，待核对原文",
    "M": "测算得出",
    "local": "本区规定",
}
_VERDICTS = ("违反", "警示", "提示", "未比对", "通过")


def paper(content: Mapping[str, Any], sha256: str) -> Paper:
    """The paper of a report; the same content always gives the same paper."""
    check = content["check"]
    district = content["district"]["name"]
    return Paper(
        title="地名核对报告",
        subtitle=f"{district}地名登记",
        blocks=(
            *_head(content),
            *_conclusion(content),
            *_compared(check),
            *_findings(check),
            *_rules(check),
            *_basis(content),
            *_closing(),
        ),
        footer=(
            f"校验码（SHA-256）{sha256}\n"
            "核验：geo-registry report verify 文件名。报告内容随文件内嵌，改动均可查出。"
        ),
        day=date.fromisoformat(content["day"]),
        content=canonical(content),
        sha256=sha256,
        author=f"{district}地名登记",
    )


def _head(content: Mapping[str, Any]) -> Iterable[Block]:
    check = content["check"]
    toponym = check["toponym"]
    rows = (
        ("拟用名称", check["name"], "类别", content["class_title"]),
        ("所在位置", _where(content), "核对日期", day_in_words(content["day"])),
        ("专名", toponym["specific"] + toponym["modifier"] or "—",
         "通名", toponym["generic"] or "—"),
        ("读音", " ".join(toponym["reading"]) or "—",
         "罗马字母拼写", toponym["romanized"] or "—"),
    )  # fmt: skip
    yield Grid(rows, (3, 7, 3, 7))
    if toponym["ambiguous"]:
        said = "；".join(
            f"“{a['character']}”暂按 {a['chosen']}（可选 {'、'.join(a['choices'])}）"
            for a in toponym["ambiguous"]
        )
        yield Paragraph(f"读音待确认：{said}。", "small")
    if content["registry"]["sample"]:
        yield Paragraph("登记库中含示例数据（虚构），本报告只供试用，不作为办件依据。", "small")


def _where(content: Mapping[str, Any]) -> str:
    where = content["check"]["located_in"] or "未指明"
    point = content["asked"]["point"]
    return f"{where}（{point[0]}，{point[1]}）" if point else where


def _conclusion(content: Mapping[str, Any]) -> Iterable[Block]:
    check = content["check"]
    counted = {v: sum(r["verdict"] == v for r in check["rules"]) for v in _VERDICTS}
    yield Heading("一、核对结论")
    yield Paragraph(f"{check['verdict']}　{check['name']}", VERDICT_TONES[check["verdict"]])
    said = "、".join(f"{verdict} {number} 条" for verdict, number in counted.items() if number)
    yield Paragraph(f"共核对 {len(check['rules'])} 条规则：{said}。")
    if not check["can_submit"]:
        yield Paragraph("该名称属于禁止情形，不能提交审批。")
    if check["advice"]:
        yield Paragraph(check["advice"])


def _compared(check: Mapping[str, Any]) -> Iterable[Block]:
    scopes = check["compared"]["scopes"]
    yield Heading("二、比对范围")
    if not scopes:
        yield Paragraph("没有可比对的范围，仅核对了名称本身。")
        return
    rows = tuple((s["name"], s["code"], f"{s['things']} 处", f"{s['names']} 个") for s in scopes)
    yield Grid(rows, (8, 5, 4, 4), ("范围", "代码", "同类地名", "名称（含曾用名）"))


def _findings(check: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading("三、发现的问题")
    if not check["findings"]:
        yield Paragraph("没有发现问题。")
    for number, found in enumerate(check["findings"], 1):
        yield Heading(f"{number}. {found['title']}（{found['severity_word']}）", 2)
        yield Paragraph(found["message"])
        if found["conflicts"]:
            yield Grid(
                tuple(_conflict(c) for c in found["conflicts"]),
                (5, 3, 7, 5),
                ("有关名称", "性质", "所在", "经度、纬度（CGCS2000）"),
            )
        yield Paragraph("依据：" + "；".join(cited(b) for b in found["basis"]) + "。", "small")
        if found["capped"]:
            yield Paragraph("该依据尚未核对原文，因此最高只作警示。", "small")


def _conflict(conflict: Mapping[str, Any]) -> tuple[str, ...]:
    point = conflict["point"]
    name = conflict["name"]
    if conflict["title"] and conflict["title"] != name:
        name += f"（现名：{conflict['title']}）"
    return (
        name or "（未命名）",
        _KINDS.get(conflict["kind"], conflict["kind"]),
        conflict["located_in"] or "—",
        f"{_short(point[0])}，{_short(point[1])}" if point else "位置未登记",
    )


def _short(degrees: str) -> str:
    """Five decimals: a metre, which is enough to find a road."""
    return f"{float(degrees):.5f}"


def _rules(check: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading("四、逐条结论")
    yield Grid(
        tuple(
            (r["title"], r["verdict"], _note(r), r["rule_id"], f"{r['rule_version']}")
            for r in check["rules"]
        ),
        (13, 6, 14, 20, 4),
        ("规则", "结论", "说明", "规则编号", "版本"),
    )


def _note(rule: Mapping[str, Any]) -> str:
    if rule["verdict"] in {"违反", "警示", "提示"}:
        return "见“三、发现的问题”。"
    return rule["note"] or "—"


def _basis(content: Mapping[str, Any]) -> Iterable[Block]:
    yield Heading("五、依据与版本")
    laws: dict[str, str] = {}
    for rule in content["check"]["rules"]:
        for basis in rule["basis"]:
            laws.setdefault(cited(basis), _CONFIDENCE.get(basis["confidence"], ""))
    for number, (text, known) in enumerate(sorted(laws.items()), 1):
        yield Paragraph(f"{number}. {text}" + (f"〔{known}〕" if known else ""), "small")
    yield Grid(
        (
            ("登记库修订号", f"{content['registry']['revision']}", "软件版本", content["software"]),
            ("字表、词表版本", content["reference_version"], "区划代码",
             content["district"]["code"]),
        ),
        (4, 6, 4, 6),
    )  # fmt: skip
    if content["parameters"]:
        yield Grid(
            tuple(
                (p["title"], _shown(p["value"]), "已确认" if p["confirmed"] else "待本局确认")
                for p in content["parameters"]
            ),
            (10, 8, 4),
            ("本区参数", "取值", "状态"),
        )


def _closing() -> Iterable[Block]:
    yield Heading("六、说明")
    yield Paragraph(
        "本报告由登记系统按规则生成，供审核参考，不是命名批复；是否采用由审批机关决定。"
    )
    yield Grid((("核对人", "", "日期", ""), ("复核人", "", "日期", "")), (3, 8, 3, 6))


def cited(basis: Mapping[str, Any]) -> str:
    """A legal basis with its number, dates and remark, in words."""
    said = [basis["text"]]
    number = basis["number"]
    since, until = basis["valid_from"], basis["valid_to"]
    aside = "，".join(
        part
        for part in (
            number,
            f"{since} 起施行" if since else "",
            f"{until} 止" if until else "",
        )
        if part
    )
    if aside:
        said.append(f"（{aside}）")
    if basis["note"]:
        said.append(f"：{basis['note']}")
    return "".join(said)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(_shown(v) for v in value) or "（空）"
    if isinstance(value, Mapping):
        return "；".join(f"{k} {_shown(v)}" for k, v in value.items()) or "（空）"
    return str(value) if value not in (None, "") else "（空）"


def day_in_words(iso: str) -> str:
    """2026年11月24日, of a day in ISO form."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
