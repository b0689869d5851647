"""Money: whole fen inside, yuan with two decimals at the doors and in the store."""

from __future__ import annotations

from decimal import Decimal

MOST_FEN = 10**12
"""Larger amounts are slips of the keyboard (ten thousand million yuan)."""


def fen(yuan: Decimal) -> int:
    """Whole fen of an amount in yuan; :class:`ValueError` for parts of a fen, or too much.

    >>> fen(Decimal("800")), fen(Decimal("0.01"))
    (80000, 1)
    """
    if not yuan.is_finite() or yuan * 100 != (yuan * 100).to_integral_value():
        raise ValueError("不是以元为单位、最多两位小数的金额")
    found = int(yuan * 100)
    if abs(found) >= MOST_FEN:
        raise ValueError("金额太大")
    return found


def yuan(amount: int) -> Decimal:
    """An amount in fen as yuan with two decimals.

    >>> yuan(7240000)
    Decimal('72400.00')
    """
    return Decimal(amount).scaleb(-2)


def in_words(amount: int) -> str:
    """An amount in fen as people write it.

    >>> in_words(7240000), in_words(680050)
    ('72,400 元', '6,800.50 元')
    """
    return f"{amount // 100:,} 元" if amount % 100 == 0 else f"{yuan(amount):,.2f} 元"
