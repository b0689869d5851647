"""What can go wrong, said to a person.

::

    RegistryError            the operation cannot be done; carries a code and a Chinese message
    ├── NotFound             what was asked for is not in the registry
    ├── Conflict             somebody else was faster, or the record exists already
    │   └── Stale            the form is older than the record; carries what is there now
    ├── Refused              a rule or a guard forbids it
    ├── Forbidden            the person's role or towns do not allow it
    ├── Unauthenticated      nobody has logged in, or the log-in is over
    ├── Throttled            too many attempts; later again
    ├── Unreadable           a file is not what it should be; nothing was stored
    │   └── TooLarge         it has more bytes than are received
    ├── BadRequest           the question itself is wrong (unknown class, code, parameter)
    └── Unavailable          something the service needs is missing (database, PostGIS, disk)

Cells of a file that cannot be used are not exceptions: they are collected as :class:`Issue`.
Anything else is our mistake and crashes with an id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class RegistryError(Exception):
    """The operation cannot be done.

    ``message`` says in Chinese what, where and what to do; ``advice`` is the next step when the
    message alone does not name it.
    """

    code = "error"

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message}{self.advice and ' ' + self.advice}"


class NotFound(RegistryError):
    """What was asked for is not in the registry."""

    code = "not_found"


class Conflict(RegistryError):
    """Somebody else was faster, or the record exists already."""

    code = "conflict"


class Stale(Conflict):
    """The form that was sent is older than the record: shown side by side, nothing overwritten.

    ``current`` is the record as it is now (plain values, with its ``version``).
    """

    code = "stale"

    def __init__(self, message: str, *, current: Mapping[str, Any], advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.current = current


class Refused(RegistryError):
    """A rule or a guard forbids the operation."""

    code = "refused"


class Forbidden(RegistryError):
    """The role of the person, or the towns they answer for, do not allow the operation."""

    code = "forbidden"


class Unauthenticated(RegistryError):
    """Nobody has logged in, or the log-in, key or password is not (or no longer) good."""

    code = "unauthenticated"


class Throttled(RegistryError):
    """Too many attempts in a short time."""

    code = "throttled"


class Unreadable(RegistryError):
    """A file is not what it should be; nothing was stored."""

    code = "unreadable"


class TooLarge(Unreadable):
    """A file has more bytes than are received."""

    code = "too_large"


class BadRequest(RegistryError):
    """The question itself is wrong: an unknown class, code or parameter.

    ``field`` names the field of a form that is at fault, so that it can be said beside it.
    """

    code = "bad_request"

    def __init__(self, message: str, *, advice: str = "", field: str = "") -> None:
        super().__init__(message, advice=advice)
        self.field = field


class Unavailable(RegistryError):
    """Something the service needs is missing: the database, PostGIS, disk space."""

    code = "unavailable"


@dataclass(frozen=True, slots=True)
class Issue:
    """One cell or feature of a file that cannot be used as it is.

    ``row`` counts from 1 as a person sees it in the table (the header is not counted); ``None``
    speaks of the whole file.
    """

    row: int | None
    field: str
    code: str
    raw: str
    message: str
    suggestion: str = ""
