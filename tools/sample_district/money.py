"""Eco-burials, subsidies, lists of fees and charges of the sample, with a problem for each rule.

Nobody in here ever lived: names hold the word 示例, identity numbers a birth in the year 1800, with
serial numbers that the graves of the sample do not use.
"""

from __future__ import annotations

from typing import Any

from geo_registry.domain.burial import check_digit
from sample_district.naming import NOTICE, NOTICE_EN

COUNTY, TOWN, VILLAGE = "371002", "371002101", "371002101201"
ELSEWHERE = "370602001001"
"""A village of another city; codes of divisions are real, the person is not."""

_DISTRICT_ITEMS = (
    ("A01", "骨灰格位安葬", "gov_guided", "个", "2000", False, False),
    ("B01", "墓位维护费", "gov_guided", "个·年", "50", True, True),
    ("C01", "刻字", "market", "字", "10", False, False),
)
_OWN_ITEMS = (("D01", "代客祭扫", "market", "次", "100", False, False),)

_CHARGES: tuple[tuple[str, str, str, str, int, dict[str, Any]], ...] = (
    # key of the cemetery, day, code, title, yuan, more
    ("cemetery:1", "2024-04-02", "A01", "骨灰格位安葬", 2000, {}),
    ("cemetery:1", "2024-04-02", "B01", "墓位维护费", 1000, {"years": 20}),
    ("cemetery:1", "2024-04-03", "C01", "刻字", 80, {"quantity": 8}),
    ("cemetery:1", "2024-05-06", "B01", "墓位维护费", 1500, {}),
    ("cemetery:1", "2026-06-01", "A01", "骨灰格位安葬", 2300, {}),
    ("cemetery:2", "2024-04-05", "A01", "骨灰格位安葬", 2600, {}),
    ("cemetery:2", "2024-04-05", "C01", "刻字", 120, {"quantity": 8}),
    ("cemetery:2", "2024-04-06", "B01", "墓位维护费", 1500, {"years": 30}),
    ("cemetery:2", "2024-04-07", "", "择日服务费", 300, {}),
    ("cemetery:2", "2024-04-08", "C01", "刻字", 60, {"quantity": 6, "forced": True}),
    ("cemetery:2", "2024-04-09", "D01", "代客祭扫", 100, {}),
    ("cemetery:3", "2019-04-02", "A01", "骨灰格位安葬", 2000, {}),
)

_PEOPLE: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    # surname, kind, day of the burial, state of the application, more
    ("孙", "no_ashes", "2024-03-04", "paid", {"yuan": 1000}),
    ("周", "sea", "2024-04-10", "paid", {"yuan": 800}),
    ("吴", "tree", "2024-04-28", "paid", {"yuan": 800, "cemetery": "cemetery:6"}),
    ("郑", "flower_bed", "2024-06-15", "paid", {"yuan": 800, "cemetery": "cemetery:6"}),
    ("冯", "wall", "2024-09-20", "paid", {"yuan": 800}),
    ("褚", "sea", "2024-10-11", "paid", {"yuan": 1000}),  # more than the terms give
    ("卫", "sea", "2025-04-06", "checked", {"yuan": 800}),
    ("蒋", "tree", "2025-04-12", "applied", {"hukou": ELSEWHERE}),
    ("沈", "lawn", "2025-04-20", "applied", {"cemetery": "cemetery:6"}),
    ("韩", "sea", "2025-05-08", "paid", {"yuan": 800}),
    ("韩", "sea", "2025-05-08", "applied", {}),  # the same name and day of death
    ("杨", "no_ashes", "2026-05-04", "paid", {"yuan": 1000, "hukou": None}),
    ("朱", "sea", "2026-06-02", "", {}),  # nobody has applied yet
)
_DIED_BEFORE_DAYS = {"01": "01", "02": "01"}


def money() -> dict[str, Any]:
    """The whole file."""
    return {
        "notice": NOTICE,
        "notice_en": NOTICE_EN,
        "marks": [
            {"key": "mark:1", "cemetery": "cemetery:6", "kind": "eco_pilot",
             "valid_from": "2024-04-01", "document": "示例民发〔2024〕3号（虚构）",
             "authority": "示例民政局（虚构）"},
        ],
        "fee_lists": [
            _list(1, "示例区公墓收费清单（虚构）", _DISTRICT_ITEMS, division=COUNTY,
                  posted_on="2020-01-01"),
            _list(2, "示例公墓二收费清单（虚构）", _OWN_ITEMS, cemetery="cemetery:2"),
        ],
        "charges": [_charge(n, *row) for n, row in enumerate(_CHARGES, start=1)],
        "eco_burials": [_eco_burial(n, *row) for n, row in enumerate(_PEOPLE, start=1)],
    }  # fmt: skip


def _list(number: int, title: str, items: tuple[Any, ...], **more: str) -> dict[str, Any]:
    names = ("code", "title", "price_type", "unit", "ceiling_yuan", "per_year", "maintenance")
    return {
        "key": f"fee_list:{number}", "title": title, "valid_from": "2020-01-01",
        "document": "示例发改〔2019〕9号（虚构）", "authority": "示例发展和改革局（虚构）",
        **more, "items": [dict(zip(names, item, strict=True)) for item in items],
    }  # fmt: skip


def _charge(
    number: int, cemetery: str, day: str, code: str, title: str, yuan: int, more: dict[str, Any]
) -> dict[str, Any]:
    return {
        "key": f"charge:{number}", "cemetery": cemetery, "charged_on": day, "code": code,
        "title": title, "amount_yuan": yuan, "invoice": f"示例票{number:03d}", **more,
    }  # fmt: skip


def _eco_burial(
    number: int, surname: str, kind: str, day: str, state: str, more: dict[str, Any]
) -> dict[str, Any]:
    died = f"{day[:8]}01" if day[8:] not in _DIED_BEFORE_DAYS else f"{day[:5]}01-15"
    made: dict[str, Any] = {
        "key": f"eco:{number}", "name": f"{surname}示例", "id_number": _number(500 + number),
        "died_on": died, "hukou_code": more.get("hukou", VILLAGE), "kind": kind,
        "buried_on": day, "cemetery": more.get("cemetery"),
        "place": "" if "cemetery" in more else "示例海域（虚构）" if kind == "sea" else "",
        "confirmed_by": "示例殡仪馆（虚构）", "town": TOWN,
    }  # fmt: skip
    if state:
        made["application"] = {
            "key": f"subsidy:{number}", "state": state, "applicant": "李示例",
            "id_number": _number(600 + number), "relation": "子女", "applied_on": day,
            "amount_yuan": more.get("yuan"),
            "paid_on": f"{day[:4]}-12-20" if state == "paid" and day < "2026" else
            "2026-11-20" if state == "paid" else None,
            "voucher": f"示例凭{number:03d}" if state == "paid" else "",
        }  # fmt: skip
    return made


def _number(serial: int) -> str:
    first = f"37100218000101{serial:03d}"
    return first + check_digit(first)
