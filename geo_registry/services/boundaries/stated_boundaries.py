"""What the boundaries of a file are said to be: by who imports them, else by the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geo_registry.domain.cemetery import METHODS, CemeteryType
from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.formats.features import Features
from geo_registry.formats.tables import require_columns
from geo_registry.services.imports.importing import clean_name, pick_column, read_date, texts

NAME_COLUMNS = ("公墓名称", "名称", "标准名称", "name", "mc")
ID_COLUMNS = ("编号", "公墓编号", "osm", "osm_id", "source_id", "id")
SURVEY_DATE_COLUMNS = ("surveyed_on", "测量日期", "测绘日期")
METHOD_COLUMNS = ("method", "测量方法", "测量方式")
SIGMA_COLUMNS = ("sigma_m", "中误差")


class Kind(StrEnum):
    """What the boundaries of a file are."""

    APPROVAL = "approval"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for the boundaries of a file, unless a column says otherwise.

    ``on``: first day of the approval, or day of the survey. ``sigma_m``: standard error per axis,
    metres (default: the planning value of the method). ``register_new``: a survey that meets no
    registered cemetery registers one without an approval; otherwise it is listed as unusable.
    ``accept_crs``: a person confirmed the coordinate system of boundaries that looked doubtful,
    ``crs_reason`` why. ``cemetery``: the number of the one that every boundary belongs to.
    """

    kind: Kind
    on: date | None = None
    method: str | None = None
    sigma_m: float | None = None
    type: CemeteryType = CemeteryType.RURAL_PUBLIC
    effect: str = "grants"
    supersede: bool = False
    register_new: bool = False
    accept_crs: bool = False
    crs_reason: str = ""
    cemetery: int | None = None
    document_number: str = ""
    document_title: str = ""
    authority: str = ""
    surveyor: str = ""
    name_column: str | None = None
    id_column: str | None = None
    date_column: str | None = None
    method_column: str | None = None
    sigma_column: str | None = None


@dataclass(frozen=True, slots=True)
class Boundary:
    """One usable row: where its boundary lies in the arrays, and what is known of it."""

    index: int
    row: int
    name: str | None
    source_id: str
    on: date | None
    method: str
    sigma_m: float


def require_terms(terms: Terms) -> None:
    """Raise :class:`BadRequest` for a method nobody knows, an accuracy that is none."""
    if terms.method is not None and terms.method not in METHODS:
        raise BadRequest(f"不认识测量方法“{terms.method}”。可用：{_methods()}。")
    if terms.sigma_m is not None and not 0 < terms.sigma_m <= 100:
        raise BadRequest(f"中误差 {terms.sigma_m} 米不合理，应在 0–100 米之间。")


def _methods() -> str:
    return "、".join(f"{key}（{method.title}）" for key, method in METHODS.items())


def read_boundaries(
    features: Features, terms: Terms, file_name: str, today: date | None = None
) -> tuple[list[Boundary], list[Issue]]:
    """The rows whose cells can all be read, and an issue for each cell that cannot.

    A survey cannot be of a day after ``today``. Raises :class:`BadRequest` where nothing says how
    or when a boundary was measured.
    """
    frame = features.attributes
    columns = _columns(frame.columns, terms)
    require_columns(frame.columns, [c for c in columns.values() if c is not None], file_name)
    cells = {key: texts(frame, column) for key, column in columns.items()}
    good: list[Boundary] = []
    issues: list[Issue] = []
    for index, number in enumerate(features.rows.tolist()):
        name, note, bad_name = clean_name(cells["name"][index], number, columns["name"] or "名称")
        on, bad_date = read_date(cells["date"][index], number, columns["date"] or "")
        method, bad_method = _method(cells["method"][index], number, terms)
        sigma, bad_sigma = _sigma(cells["sigma"][index], number, terms)
        day = on or terms.on
        missing = _no_day(number, terms) if day is None and bad_date is None else None
        if terms.kind is Kind.SURVEY and day is not None and today is not None and day > today:
            missing = _day_to_come(number, terms, day, today)
        wrong = [i for i in (bad_date, bad_method, bad_sigma, missing) if i is not None]
        issues += wrong if note is None else [note, *wrong]
        if not wrong and not bad_name:
            key = cells["id"][index] or ""
            accuracy = sigma if sigma is not None else METHODS[method].accuracy.sigma_m
            good.append(Boundary(index, number, name, key, day, method, accuracy))
    return good, issues


def _method(raw: str | None, row: int, terms: Terms) -> tuple[str, Issue | None]:
    """The method of a row: a key of METHODS, or its Chinese title, or that of the whole file."""
    by_title = {method.title: key for key, method in METHODS.items()}
    found = by_title.get(raw or "", raw) or terms.method
    if found in METHODS:
        return str(found), None
    name = terms.method_column or "测量方法"
    text = f"第 {row} 行“{name}”：{f'不认识“{raw[:40]}”' if raw else '是空的'}。"
    return "", Issue(row, name, "unknown_method", raw or "", text, f"可用：{_methods()}。")


def _sigma(raw: str | None, row: int, terms: Terms) -> tuple[float | None, Issue | None]:
    if raw is None:
        return terms.sigma_m, None
    name = terms.sigma_column or "中误差"
    try:
        value = float(raw.removesuffix("m").removesuffix("米").strip())
    except ValueError:
        value = float("nan")
    if 0 < value <= 100:
        return value, None
    text = f"第 {row} 行“{name}”：“{raw[:40]}”不是 0–100 米之间的数。"
    return None, Issue(
        row, name, "bad_sigma", raw[:100], text, "请填写以米为单位的中误差，或留空。"
    )


def _no_day(row: int, terms: Terms) -> Issue | None:
    if terms.kind is not Kind.SURVEY:
        return None
    name = terms.date_column or "测量日期"
    text = f"第 {row} 行“{name}”：是空的，测量必须有日期。"
    return Issue(row, name, "date_missing", "", text, "请补填日期，或用 --date 给出全部行的日期。")


def _columns(existing: Sequence[str], terms: Terms) -> dict[str, str | None]:
    """The column of each fact: the one a person named, else a usual one.

    How and when a boundary was measured is looked for in usual columns only where the terms do not
    say it. Raises :class:`BadRequest` where neither does.
    """
    columns = {
        "name": pick_column(existing, terms.name_column, NAME_COLUMNS),
        "id": pick_column(existing, terms.id_column, ID_COLUMNS),
        "date": terms.date_column,
        "method": terms.method_column,
        "sigma": terms.sigma_column,
    }
    usual = (
        ("date", terms.on, SURVEY_DATE_COLUMNS if terms.kind is Kind.SURVEY else ()),
        ("method", terms.method, METHOD_COLUMNS),
        ("sigma", terms.sigma_m, SIGMA_COLUMNS),
    )
    for key, stated, names in usual:
        if columns[key] is None and stated is None:
            columns[key] = pick_column(existing, None, names)
    if terms.method is None and columns["method"] is None:
        raise BadRequest(f"请用 --method 指明边界是怎样得来的。可用：{_methods()}。")
    if terms.kind is Kind.SURVEY and terms.on is None and columns["date"] is None:
        raise BadRequest("测量必须有日期，请用 --date 2024-11-05 或 --date-column 指明。")
    return columns


def _day_to_come(number: int, terms: Terms, day: date, today: date) -> Issue:
    name = terms.date_column or "测量日期"
    text = f"第 {number} 行“{name}”：测量日期 {day} 在今天（{today}）之后。"
    advice = "请核对测量日期和电脑的日期。"
    return Issue(number, name, "day_to_come", day.isoformat(), text, advice)
