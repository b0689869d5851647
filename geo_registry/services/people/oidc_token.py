"""Whether an ID token may be believed: signature, issuer, audience, times, nonce.

OpenID Connect Core 1.0, section 3.1.3.7. Only signatures with a private key of the issuer count.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from geo_registry.domain.errors import Unauthenticated

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
)  # fmt: skip
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say: by whom, for whom, of which log-in, when (skew in seconds)."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime
    skew: int


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the service vouches for; ``email`` only where it has verified the address."""

    subject: str
    user_name: str
    email: str


def believed(
    token: str, keys: Callable[[str | None], Sequence[Key]], expected: Expected
) -> Vouched:
    """Whom a token vouches for; :class:`Unauthenticated` says what is wrong with it."""
    claims = _signed(token, keys)
    for wrong in (_wrong_parties(claims, expected), _wrong_times(claims, expected)):
        if wrong:
            raise _refused(wrong)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not secrets.compare_digest(
        nonce.encode(), expected.nonce.encode()
    ):
        raise _refused("不是为这次登录签发的（nonce 不符）")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise _refused("没有写明是谁（sub）")
    verified = claims.get("email_verified") is True
    return Vouched(
        subject, _word(claims, "preferred_username"), _word(claims, "email") if verified else ""
    )


def _signed(token: str, keys: Callable[[str | None], Sequence[Key]]) -> Mapping[str, Any]:
    """The claims, once the signature of one of the keys fits."""
    if len(token) > _LONGEST:
        raise _refused("太长")
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise _refused("读不懂") from error
    for key in keys(kid if isinstance(kid, str) else None):
        try:
            return jwt.decode(token, key, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            continue
    raise _refused("签名不对")


def _wrong_parties(claims: Mapping[str, Any], expected: Expected) -> str:
    if claims.get("iss") != expected.issuer:
        return "不是设置的服务器签发的（iss 不符）"
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in listed:
        return "不是签发给本系统的（aud 不符）"
    party = claims.get("azp")
    if party != expected.client_id and (party is not None or len(listed) > 1):
        return "不是签发给本系统的（azp 不符）"
    return ""


def _wrong_times(claims: Mapping[str, Any], expected: Expected) -> str:
    now = expected.now.timestamp()
    ends, issued, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    if not all(_is_number(n) for n in (ends, issued, begins)):
        return "没有写明时间（exp、iat）"
    if now >= ends + expected.skew:  # type: ignore[operator]
        return "已过期"
    if max(issued, begins) > now + expected.skew:
        return "签发时间在将来，请核对两台服务器的时钟"
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _word(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""


def _refused(why: str) -> Unauthenticated:
    return Unauthenticated(f"统一认证的身份令牌{why}，没有登录。", advice="请重新登录。")
