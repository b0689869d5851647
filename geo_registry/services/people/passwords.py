"""Secrets: passwords as argon2id, random keys as their digests. Nothing here keeps one."""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_READABLE = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ONE_TIME_LENGTH = 14


class Passwords:
    """Digests of passwords with the given cost: passes, KiB of memory, lanes."""

    def __init__(self, cost: tuple[int, int, int]) -> None:
        passes, memory, lanes = cost
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes)
        self._nobody = self._hasher.hash(secrets.token_hex())

    def digest(self, password: str) -> str:
        """The digest with its salt and cost, as it is stored."""
        return self._hasher.hash(password)

    def fits(self, password: str, digest: str | None) -> bool:
        """Whether a password is the one of a digest; takes as long where there is no digest."""
        try:
            self._hasher.verify(digest or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return digest is not None

    def is_outdated(self, digest: str) -> bool:
        """Whether a digest was made with another cost than the one set now."""
        return self._hasher.check_needs_rehash(digest)


def one_time_password() -> str:
    """A random password without letters and digits that look alike (about 80 bits)."""
    return "".join(secrets.choice(_READABLE) for _ in range(_ONE_TIME_LENGTH))


def random_key(prefix: str = "") -> str:
    """256 random bits for a cookie or a key."""
    return prefix + secrets.token_urlsafe(32)


def digest_of_key(key: str) -> str:
    """What is stored of a random key. It needs no salt and no cost: nobody can guess the key."""
    return hashlib.sha256(key.encode()).hexdigest()


def csrf_of(cookie: str) -> str:
    """What a page must send along with its cookie to change anything; follows from the cookie."""
    return hashlib.sha256(b"csrf:" + cookie.encode()).hexdigest()
