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


RURAL_NAMING = Basis(
    law="关于开展“乡村著名行动”助力乡村振兴的通知",
    article="",
    confidence="A",
    valid_from=date(2023, 5, 11),
    number="民函〔2023〕44号",
)
