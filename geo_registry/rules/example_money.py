"""Charges, lists of fees and applications for the examples of rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from geo_registry.domain.fees import Charge, FeeItem, FeeList
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.subsidy import State
from geo_registry.domain.subsidy_doubts import Claim
from geo_registry.rules.example_cemeteries import ON, cemetery, sites

CHARGED_ON = date(2024, 5, 6)
REVISED_ON = date(2026, 6, 1)
NICHE = FeeItem("A01", "骨灰格位安葬", "gov_guided", "个", 200_000)
CARE = FeeItem("B01", "墓位维护费", "gov_guided", "个·年", 5_000, per_year=True, maintenance=True)
CARVING = FeeItem("C01", "刻字", "market", "字", 1_000)


def fee_list(*items: FeeItem, **more: Any) -> FeeList:
    """A list of the example district, posted on its first day and without an end."""
    given = {
        "title": "示例公墓收费清单", "whose": "示例区", "valid_from": date(2020, 1, 1),
        "valid_to": None, "posted_on": date(2020, 1, 1), "document": "示例发改〔2019〕9号", **more,
    }  # fmt: skip
    return FeeList("fee_list:1", items=items or (NICHE, CARE, CARVING), **given)


def charge(item: FeeItem | str, yuan: int, *, number: int = 1, **more: Any) -> Charge:
    """A charge of so many yuan for an item, or for something that is called so."""
    code, title = (item.code, item.title) if isinstance(item, FeeItem) else ("", item)
    given = {"charged_on": CHARGED_ON, "quantity": Decimal(1), **more}
    return Charge(f"charge:{number}", code=code, title=title, amount=yuan * 100, **given)


def charged(
    *charges: Charge, lists: tuple[FeeList, ...] | None = None, on: date = ON
) -> Callable[[], Gazetteer]:
    """A gazetteer of one cemetery with lists and charges."""
    site = replace(cemetery(), charges=charges, fee_lists=(fee_list(),) if lists is None else lists)
    return sites(site, on=on)


def claim(kind: str = "sea", *, number: int = 1, **more: Any) -> Claim:
    """An application that is checked and right: a sea burial of 2024, 800 yuan, of Weihai."""
    given: dict[str, Any] = {
        "state": State.CHECKED, "person": f"deceased:{number}", "applied_on": date(2024, 5, 6),
        "buried_on": date(2024, 5, 1), "hukou_code": "371002101201", "amount": 80_000,
        "confirmed_by": "示例殡仪馆", "located_in": "示例镇",
        "scopes": {"town": "371002101", "stat_county": "371002", "legal_county": "371002"}, **more,
    }  # fmt: skip
    return Claim(f"subsidy:{number}", kind=kind, **given)


def claims(*made: Claim, on: date = ON) -> Callable[[], Gazetteer]:
    """A gazetteer of applications."""
    return lambda: replace(sites(on=on)(), subsidies=made)
