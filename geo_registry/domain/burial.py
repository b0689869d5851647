"""Burials: who lies where, with no more of a person than a registry needs.

Names are shown masked unless somebody may see them; an identity number is checked, turned into a
keyed digest by the caller, and never kept. No message of this module repeats a name or a number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from geo_registry.domain.errors import BadRequest

if TYPE_CHECKING:
    from geo_registry.domain.identity import SubjectId


class BurialKind(StrEnum):
    """What is buried."""

    ASHES = "ashes"
    BODY = "body"


KIND_TITLES = {BurialKind.ASHES: "骨灰", BurialKind.BODY: "遗体"}


@dataclass(frozen=True, slots=True)
class Burial:
    """One burial in force, without the person: what rules and forecasts need.

    ``hukou_code`` is the division of the household registration of the dead (6, 9 or 12 digits),
    ``resident_of`` the village as whose resident the dead was taken in, where somebody decided.
    """

    subject: SubjectId
    kind: BurialKind
    plot: SubjectId | None = None
    buried_on: date | None = None
    hukou_code: str | None = None
    resident_of: str | None = None

    def of_village(self, serves: tuple[str, ...]) -> bool | None:
        """Whether the dead belonged to one of the divisions served; None where that is unknown.

        A registration known to its town only may be that of a village served: unknown.
        """
        if not serves:
            return None
        if self.resident_of is not None and self.resident_of.startswith(serves):
            return True
        if self.hukou_code is None:
            return None
        if self.hukou_code.startswith(serves):
            return True
        if any(code.startswith(self.hukou_code) for code in serves):
            return None
        return False


def masked(name: str, *, may_see: bool) -> str:
    """A personal name as it is shown: 张三 → 张*, 张小三 → 张*三, 欧阳小三 → 欧**三.

    Names in letters keep the first letter alone. ``may_see``: the viewer's role allows the whole.

    >>> masked("张三", may_see=False), masked("张小三", may_see=False)
    ('张*', '张*三')
    """
    name = name.strip()
    if may_see:
        return name
    if len(name) <= 1:
        return "*" * len(name)
    if any(c.isascii() for c in name):
        return name[0] + "*" * min(len(name) - 1, 8)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * min(len(name) - 2, 8) + name[-1]


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_ADVICE = "请对照证件核对，或留空。"


def check_digit(first17: str) -> str:
    """The check character of GB 11643-1999 (ISO 7064 MOD 11-2) for the first 17 digits."""
    total = sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def check_id_number(text: str) -> str:
    """The identity number in its one form: 18 characters, checked by GB 11643-1999.

    Blanks and full-width digits are put right; a number of 15 digits (before 1999) gets its century
    and check digit. Raises :class:`BadRequest` for a wrong length, character, birthday or check
    digit; the message never repeats the number.
    """
    cleaned = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if re.fullmatch(r"[0-9]{15}", cleaned):
        longer = f"{cleaned[:6]}19{cleaned[6:]}"
        cleaned = longer + check_digit(longer)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", cleaned):
        raise BadRequest(
            f"身份证号应为 18 位（旧证 15 位），现在是 {len(cleaned)} 位或含有其他字符。",
            advice=_ADVICE,
        )
    try:
        date(int(cleaned[6:10]), int(cleaned[10:12]), int(cleaned[12:14]))
    except ValueError:
        raise BadRequest("身份证号中的出生日期不存在。", advice=_ADVICE) from None
    if check_digit(cleaned[:17]) != cleaned[17]:
        raise BadRequest("身份证号的校验码不对，可能抄错了一位。", advice=_ADVICE)
    return cleaned


def tail(id_number: str) -> str:
    """What is kept of a checked number besides its digest: the last four characters."""
    return id_number[-4:]
