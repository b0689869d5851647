"""Persons: names are masked, numbers are checked and never repeated."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo_registry.domain.burial import (
    Burial,
    BurialKind,
    check_digit,
    check_id_number,
    masked,
    tail,
)
from geo_registry.domain.errors import BadRequest

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)


def _number(day: date, serial: int) -> str:
    first = f"371002{day:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


NUMBERS = st.builds(_number, st.dates(min_value=date(1850, 1, 1)), st.integers(0, 999))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳小三", "欧**三"),
        ("张", "*"),
        ("", ""),
        (" 张三 ", "张*"),
        ("John Smith", "J********"),
        ("阿卜杜拉·买买提", "阿******提"),
    ],
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert masked(name, may_see=False) == shown
    assert masked(name, may_see=True) == name.strip()


@given(st.text(HAN, min_size=2, max_size=12))
def test_a_mask_shows_at_most_the_ends(name: str) -> None:
    shown = masked(name, may_see=False)
    assert sum(c != "*" for c in shown) <= 2
    assert shown[0] == name[0]
    assert "*" in shown


def test_the_check_digit_is_that_of_the_standard() -> None:
    # The example of GB 11643-1999, appendix: 11010519491231002X.
    assert check_id_number("11010519491231002X") == "11010519491231002X"
    assert tail("11010519491231002X") == "002X"


def test_numbers_are_put_in_one_form() -> None:
    assert check_id_number("１１０１０５１９４９１２３１００２ｘ") == "11010519491231002X"
    assert check_id_number("110105 19491231 002x") == "11010519491231002X"
    assert check_id_number("110105491231002") == "11010519491231002X"


@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: str, place: int, more: int) -> None:
    wrong = list(number)
    wrong[place] = str((int(wrong[place]) + more) % 10)
    with pytest.raises(BadRequest) as caught:
        check_id_number("".join(wrong))
    assert "".join(wrong) not in str(caught.value)


@given(NUMBERS, st.integers(0, 15))
def test_two_exchanged_digits_are_found(number: str, place: int) -> None:
    wrong = list(number)
    assume(wrong[place] != wrong[place + 1])
    wrong[place], wrong[place + 1] = wrong[place + 1], wrong[place]
    with pytest.raises(BadRequest):
        check_id_number("".join(wrong))


@given(st.text(min_size=7, max_size=30).filter(lambda t: sum(c.isdigit() for c in t) < 15))
def test_anything_else_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(BadRequest) as caught:
        check_id_number(text)
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    ("hukou", "resident_of", "serves", "of_village"),
    [
        ("371002101201", None, ("371002101201",), True),
        ("371002101202", None, ("371002101201",), False),
        ("371002101", None, ("371002101201",), None),
        ("371002", None, ("371002101201",), None),
        ("371002102", None, ("371002101201",), False),
        ("371002101202", "371002101201", ("371002101201",), True),
        ("371002101202", None, ("371002101",), True),
        (None, None, ("371002101201",), None),
        ("371002101202", None, (), None),
    ],
)
def test_whose_resident(
    hukou: str | None, resident_of: str | None, serves: tuple[str, ...], of_village: bool | None
) -> None:
    one = Burial("burial:1", BurialKind.ASHES, hukou_code=hukou, resident_of=resident_of)
    assert one.of_village(serves) is of_village
