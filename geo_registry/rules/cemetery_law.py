"""The legal bases of the cemetery rules, each with its dates and how well it is known."""

from __future__ import annotations

from datetime import date

from geo_registry.domain.basis import Basis

OLD_LAW_ENDS = date(2026, 3, 29)
"""Last day of 殡葬管理条例 as amended in 2012; the revision of 2026 is in force from the next."""

REVISED_2026 = Basis(
    law="殡葬管理条例（2026年修订）",
    article="条款待核",
    confidence="C",
    valid_from=date(2026, 3, 30),
    note="条文尚未取得全文，条款号待核；据此发现的问题不高于警示。",
)


def burial(article: str, note: str = "") -> Basis:
    """An article of 殡葬管理条例 as amended in 2012 (full text read)."""
    return Basis(
        law="殡葬管理条例",
        article=article,
        confidence="A",
        valid_from=date(2012, 11, 9),
        valid_to=OLD_LAW_ENDS,
        number="国务院令第628号修订",
        note=note,
    )
