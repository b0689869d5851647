"""The legal bases that several rules cite, each with its dates and how well it is known."""

from __future__ import annotations

from datetime import date

from geo_registry.domain.basis import Basis

_PLACE_NAMES_FROM = date(2022, 5, 1)


def place_names(article: str, note: str = "") -> Basis:
    """An article of 地名管理条例 (State Council Order 753, full text read)."""
    return Basis(
        law="地名管理条例",
        article=article,
        confidence="A",
        valid_from=_PLACE_NAMES_FROM,
        number="国务院令第753号",
        note=note,
    )


def local(article: str, note: str = "") -> Basis:
    """A policy of the bureau itself: not law, and said so."""
    return Basis(law="", article=article, confidence="local", note=note)


def signs(article: str, note: str = "") -> Basis:
    """GB 17733, signs of place names: the layout is known from an excerpt of an earlier edition."""
    return Basis(
        law="地名 标志",
        article=article,
        confidence="B",
        number="GB 17733—2008",
        note=note or "施行日期、强制性条文待核对原文",
    )


def surveying(article: str, note: str = "") -> Basis:
    """测绘法 (revision of 2017, full text read)."""
    return Basis(
        law="测绘法",
        article=article,
        confidence="A",
        valid_from=date(2017, 7, 1),
        number="主席令第67号",
        note=note,
    )


def public_maps(article: str, note: str = "") -> Basis:
    """地图管理条例 (full text read)."""
    return Basis(
        law="地图管理条例",
        article=article,
        confidence="A",
        valid_from=date(2016, 1, 1),
        number="国务院令第664号",
        note=note,
    )


RURAL_NAMING = Basis(
    law="关于开展“乡村著名行动”助力乡村振兴的通知",
    article="",
    confidence="A",
    valid_from=date(2023, 5, 11),
    number="民函〔2023〕44号",
)


def place_names_measures(article: str, note: str = "") -> Basis:
    """An article of 地名管理条例实施办法 (MCA order 71; articles 1–5 read in a copy)."""
    return Basis(
        law="地名管理条例实施办法",
        article=article,
        confidence="B",
        valid_from=date(2024, 5, 1),
        number="民政部令第71号",
        note=note,
    )


def written_language(article: str, note: str = "") -> Basis:
    """国家通用语言文字法 as published in 2000 (full text read).

    The revision in force since 2026-01-01 was not read; its articles are not cited.
    """
    return Basis(
        law="国家通用语言文字法",
        article=article,
        confidence="A",
        valid_from=date(2001, 1, 1),
        valid_to=date(2025, 12, 31),
        number="主席令第37号",
        note=note or "2000 年文本；2025 年修订本自 2026-01-01 起施行，条号待核",
    )


def announcement_measures(article: str = "", note: str = "") -> Basis:
    """地名备案公告管理办法（试行） of June 2023 (the six fields are known from an excerpt)."""
    return Basis(
        law="地名备案公告管理办法（试行）",
        article=article,
        confidence="B",
        valid_from=date(2023, 6, 1),
        note=note or "条号、施行日期待核对原文",
    )


def irregular_names(note: str) -> Basis:
    """The notice of six ministries on 大、洋、怪、重 names (annex read in excerpts only)."""
    return Basis(
        law="关于进一步清理整治不规范地名的通知",
        article="",
        confidence="B",
        valid_from=date(2018, 12, 10),
        number="民发〔2018〕146号",
        note=note,
    )


def shandong_ethnic_affairs(article: str, note: str = "") -> Basis:
    """An article of 山东省民族工作条例 (full text read; its first day in force is not recorded)."""
    return Basis(law="山东省民族工作条例", article=article, confidence="A", note=note)
