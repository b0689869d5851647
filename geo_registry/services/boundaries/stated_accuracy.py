"""How a boundary was measured, as asked for, else as its file says, else as its method is planned.

The columns of a file: ``method`` (key or title), ``sigma_m`` (standard error per axis, metres) and
``sigma_shift_m`` (the part of it that is common to all points).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geo_registry.domain.cemetery import METHODS, Accuracy, SurveyMethod
from geo_registry.domain.errors import BadRequest

COLUMNS = ("method", "sigma_m", "sigma_shift_m")


def method_of(columns: Mapping[str, Any], default: str, *, asked: str | None) -> SurveyMethod:
    """The method that was asked for, else that of the file, else the default.

    Raises :class:`BadRequest` for a method that nobody knows.
    """
    titles = {method.title: key for key, method in METHODS.items()}
    given = str(columns.get("method") or "").strip()
    key = asked or titles.get(given, given) or default
    if key not in METHODS:
        known = "、".join(f"{k}（{m.title}）" for k, m in METHODS.items())
        raise BadRequest(f"不认识 method 列里的“{key[:40]}”。", advice=f"可用：{known}。")
    return METHODS[key]


def accuracy_of(
    columns: Mapping[str, Any], method: SurveyMethod, sigma_m: float | None
) -> Accuracy:
    """The stated standard error, else the file's, else the method's; shift scaled likewise.

    Raises :class:`BadRequest` for what is no length between 0 and 100 m.
    """
    if sigma_m is not None and not 0.0 <= sigma_m <= 100.0:
        raise BadRequest(f"中误差 {sigma_m} 米不合理，应在 0–100 米之间。")
    stated = metres(columns, "sigma_m") if sigma_m is None else sigma_m
    shift = metres(columns, "sigma_shift_m") if sigma_m is None else None
    if stated is None:
        stated = method.accuracy.sigma_m
    share = method.accuracy.shift_m / method.accuracy.sigma_m
    return Accuracy(stated, min(stated * share if shift is None else shift, stated))


def metres(columns: Mapping[str, Any], name: str) -> float | None:
    """A length of a column, ``None`` where the cell is empty; :class:`BadRequest` if it is none."""
    given = columns.get(name)
    if given is None or str(given).strip() == "":
        return None
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 100.0:
        raise BadRequest(f"{name} 列里的“{str(given)[:40]}”不是 0–100 米之间的数。")
    return value
