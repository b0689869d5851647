"""The five answers to a place without a name (有地无名), and what each of them leads to."""

from __future__ import annotations

from enum import StrEnum


class NamingAnswer(StrEnum):
    """What a person found out about a place that bears no name in the register."""

    UNREGISTERED = "unregistered"
    UNSIGNED = "unsigned"
    NAMELESS = "nameless"
    NOT_NEEDED = "not_needed"
    UNCLEAR = "unclear"

    @property
    def word(self) -> str:
        """The answer as the register has it."""
        return {
            NamingAnswer.UNREGISTERED: "有名未登记",
            NamingAnswer.UNSIGNED: "有名无牌",
            NamingAnswer.NAMELESS: "确无名",
            NamingAnswer.NOT_NEEDED: "无需命名",
            NamingAnswer.UNCLEAR: "待核",
        }[self]

    @property
    def next_step(self) -> str:
        """What is to be done next, for the person who answered."""
        return {
            NamingAnswer.UNREGISTERED: "下一步：核名后登记为标准地名。",
            NamingAnswer.UNSIGNED: "下一步：核名登记，并设置路名牌。",
            NamingAnswer.NAMELESS: "下一步：拟定名称，核名后报批。",
            NamingAnswer.NOT_NEEDED: "已记录，今后检查不再提示。",
            NamingAnswer.UNCLEAR: "下一步：实地走访后改为其他答复。",
        }[self]

    @property
    def says_a_name(self) -> bool:
        """Whether the answer means that people have a name for the place."""
        return self in {NamingAnswer.UNREGISTERED, NamingAnswer.UNSIGNED}
