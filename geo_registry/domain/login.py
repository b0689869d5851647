"""Logging in: how good a password is, how often one may try, how long a log-in lasts.

The figures are data (``data/people/login.toml``), each with its source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from geo_registry.domain.errors import BadRequest, Refused

_LOGIN = re.compile(r"[\w.\-]{2,40}")
LONGEST_PASSWORD = 200
"""Characters; longer ones only cost time."""


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """The figures of logging in; see ``data/people/login.toml``.

    Failures within ``window_minutes`` are counted by login and by address. ``one_time_hours`` is
    how long a one-time password is good, ``token_days`` the longest life of a key of a program.
    A log-in through another service must come back within ``oidc_minutes``; its clock may differ
    from ours by ``oidc_skew_seconds``.
    """

    password_length: int = 10
    password_kinds: int = 2
    failures_by_login: int = 5
    failures_by_address: int = 30
    window_minutes: int = 15
    session_idle_minutes: int = 60
    session_hours: int = 12
    one_time_hours: int = 72
    token_days: int = 366
    oidc_minutes: int = 10
    oidc_skew_seconds: int = 60

    @property
    def window(self) -> timedelta:
        """In which failures count."""
        return timedelta(minutes=self.window_minutes)

    @property
    def idle(self) -> timedelta:
        """After which a session without requests is over."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def session(self) -> timedelta:
        """After which a session is over in any case."""
        return timedelta(hours=self.session_hours)

    @property
    def oidc(self) -> timedelta:
        """Within which a log-in through another service must come back."""
        return timedelta(minutes=self.oidc_minutes)

    @property
    def one_time(self) -> timedelta:
        """How long a one-time password is good."""
        return timedelta(hours=self.one_time_hours)


def login_limits(table: Mapping[str, Any], file: str) -> LoginLimits:
    """The figures as the TOML file states them; :class:`BadRequest` for a bad or missing one."""
    found = {}
    for known in fields(LoginLimits):
        value = table["limits"].get(known.name, {}).get("value")
        if not isinstance(value, int) or value < 1:
            raise BadRequest(f"{file} 的 {known.name} 应为正整数。")
        found[known.name] = value
    return LoginLimits(**found)


def checked_login(text: str) -> str:
    """A log-in name in its one form: NFKC, without blanks around it, in lower case.

    Raises :class:`BadRequest` for what is no name of 2 to 40 letters, digits, Chinese characters,
    dots, hyphens and low lines.
    """
    found = unicodedata.normalize("NFKC", text).strip().lower()
    if not _LOGIN.fullmatch(found):
        raise BadRequest(
            f"登录名“{text.strip()[:40]}”不能用。",
            advice="登录名 2 至 40 个字，可用汉字、字母、数字、点、横线和下划线。",
        )
    return found


def check_password(password: str, *, login: str, name: str, limits: LoginLimits) -> None:
    """Raise :class:`Refused` for a password that is easily guessed, saying why."""
    if not limits.password_length <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            f"密码太短或太长：至少 {limits.password_length} 个字符，至多 {LONGEST_PASSWORD} 个。"
        )
    kinds = sum(
        any(test(c) for c in password)
        for test in (str.isdigit, str.islower, str.isupper, lambda c: not c.isalnum())
    ) + any(ord(c) > 0x2E7F for c in password)
    if kinds < limits.password_kinds:
        raise Refused(
            f"密码应至少含 {limits.password_kinds} 类字符（数字、小写、大写、符号、汉字）。"
        )
    if len(set(password)) < 5:
        raise Refused("密码中不同的字符太少，容易被猜中。")
    lower = password.lower()
    if any(len(word) > 1 and word.lower() in lower for word in (login, name)):
        raise Refused("密码不能含有登录名或姓名。")
    if any(run in lower for run in ("12345", "abcde", "qwert", "password", "admin")):
        raise Refused("密码含有最常被猜的片段（如 12345、password），请换一个。")
