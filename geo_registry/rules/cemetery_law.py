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


def old_law(article: str, law: str, number: str, note: str) -> Basis:
    """A rule beside the regulation, read in excerpts; of acts after the revision nothing is said.

    Whether such rules go on beside the revision of 2026 is not known: from its first day on the
    revision alone is cited, its articles to be verified.
    """
    return Basis(
        law=law,
        article=article,
        confidence="B",
        valid_to=OLD_LAW_ENDS,
        number=number,
        note=f"{note}；2026-03-30 以后是否适用待核",
    )


def prices(article: str, note: str) -> Basis:
    """价格违法行为行政处罚规定 (full text read), for charges before the revision of 2026.

    From then on fees are managed by lists of the revision itself, whose articles are not known.
    """
    return Basis(
        law="价格违法行为行政处罚规定",
        article=article,
        confidence="A",
        valid_from=date(2010, 12, 4),
        valid_to=OLD_LAW_ENDS,
        number="国务院令第585号修订",
        note=note,
    )


WEIHAI_SUBSIDY = old_law(
    "补助对象和标准", "威海市生态殡葬补助（文件名称待核）", "文号待核",
    "威海市民政局、财政局，2017-01-01 起执行，据新闻报道",
)  # fmt: skip


def cemetery_measures(article: str, note: str) -> Basis:
    """公墓管理暂行办法 of 1992, read in excerpts."""
    return old_law(article, "公墓管理暂行办法", "民政部 1992-08-25", note)


SHANDONG_SIZES = old_law(
    "墓穴面积、墓碑高度", "山东省殡葬管理规定", "", "限值据山东省情网一页，条号待核"
)
NATIONAL_SIZES = old_law(
    "墓穴占地面积", "国务院办公厅转发民政部关于进一步加强公墓管理意见的通知",
    "国办发〔1998〕25号", "据新闻报道和外省规定引用",
)  # fmt: skip


def era(day: date) -> str:
    """Which regulation an act of a day falls under: ``old`` or ``revised``."""
    return "old" if day <= OLD_LAW_ENDS else "revised"
