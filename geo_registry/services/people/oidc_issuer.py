"""Talking to the service that vouches for people: where it is, its keys, what it says of a code.

OpenID Connect Discovery 1.0 and Core 1.0, authorization code flow with PKCE (RFC 7636). Proxies
that the environment names are not used: the service stands on the bureau's own network.
"""

from __future__ import annotations

import base64
import hashlib
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from geo_registry.domain.errors import Unauthenticated, Unavailable
from geo_registry.settings import Oidc

SCOPE = "openid profile email"
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_GOOD_FOR_S = 3600.0
_AGAIN_AFTER_S = 60.0
"""Keys that are not known are asked for again at most that often: anybody can make one up."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the service said of itself, and when (monotonic seconds)."""

    metadata: Mapping[str, Any]
    keys: Sequence[Key]
    asked_at: float


class Issuer:
    """The service that the settings name; what it says of itself is asked again every hour.

    Raises :class:`Unavailable` where the secret or the certificates cannot be read, and in every
    method where the service does not answer as it should.
    """

    def __init__(self, settings: Oidc) -> None:
        self.settings = settings
        self._secret = _text_of(settings.secret_file, "GEO_REGISTRY_OIDC_SECRET_FILE")
        self._verify: ssl.SSLContext | bool = True
        if settings.ca_file is not None:
            certificates = _text_of(settings.ca_file, "GEO_REGISTRY_OIDC_CA_FILE")
            try:
                self._verify = ssl.create_default_context(cadata=certificates)
            except (ssl.SSLError, ValueError) as error:
                raise Unavailable(f"{settings.ca_file} 里没有可用的证书（PEM）。") from error
        self._known: _Known | None = None

    def log_in_address(self, *, redirect: str, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent to log in."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": redirect,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        address = str(self._now_known().metadata["authorization_endpoint"])
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def redeemed(self, code: str, *, redirect: str, verifier: str) -> str:
        """The ID token that a code stands for; :class:`Unauthenticated` where it is not taken."""
        metadata = self._now_known().metadata
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
        }
        headers = {"accept": "application/json"}
        known = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in known:
            pair = f"{quote(self.settings.client_id, safe='')}:{quote(self._secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self.settings.client_id, "client_secret": self._secret}
        answer = self._asked("POST", metadata["token_endpoint"], data=form, headers=headers)
        if answer.status_code in {400, 401, 403}:
            raise Unauthenticated(
                f"{self.settings.title}没有认可这次登录（{_said(answer)}）。", advice="请重新登录。"
            )
        token = self._object(answer).get("id_token")
        if not isinstance(token, str):
            raise Unavailable(f"{self.settings.title}服务器没有给出身份令牌（id_token）。")
        return token

    def keys(self, kid: str | None) -> Sequence[Key]:
        """The keys under an id (all, where a token names none); asks again for an unknown id."""
        found = _under(kid, self._now_known().keys)
        if not found and self._older_than(_AGAIN_AFTER_S):
            self._known = None
            found = _under(kid, self._now_known().keys)
        return found

    def _now_known(self) -> _Known:
        if self._known is None or self._older_than(_GOOD_FOR_S):
            metadata = self._discovered()
            keys = _imported(self._object(self._asked("GET", metadata["jwks_uri"])))
            self._known = _Known(metadata, keys, time.monotonic())
        return self._known

    def _older_than(self, seconds: float) -> bool:
        return self._known is not None and time.monotonic() - self._known.asked_at > seconds

    def _discovered(self) -> Mapping[str, Any]:
        own = self.settings.issuer
        address = f"{own.rstrip('/')}/.well-known/openid-configuration"
        found = self._object(self._asked("GET", address))
        if found.get("issuer") != own:
            raise Unavailable(
                f"{address} 自称是“{str(found.get('issuer'))[:200]}”，与设置的“{own}”不同。",
                advice="请把 GEO_REGISTRY_OIDC_ISSUER 改成与它一字不差。",
            )
        allowed = {"https", urlsplit(own).scheme}
        for name in _ENDPOINTS:
            if urlsplit(str(found.get(name, ""))).scheme not in allowed:
                raise Unavailable(f"{address} 没有给出可用的 {name}。")
        return found

    def _asked(self, method: str, address: str, **more: Any) -> httpx.Response:
        try:
            with httpx.Client(timeout=_TIMEOUT, verify=self._verify, trust_env=False) as client:
                return client.request(method, address, **more)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"{self.settings.title}服务器没有回答（{urlsplit(address).netloc}）。",
                advice="请用密码登录，或稍后再试；一直如此请告知管理员。",
            ) from error

    def _object(self, answer: httpx.Response) -> Mapping[str, Any]:
        try:
            found = answer.json() if answer.status_code == 200 else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unavailable(
                f"{self.settings.title}服务器的回答不能用"
                f"（{answer.request.url}，状态 {answer.status_code}）。"
            )
        return found


def _under(kid: str | None, keys: Sequence[Key]) -> Sequence[Key]:
    return [key for key in keys if kid is None or key.kid == kid]


def _imported(keyset: Mapping[str, Any]) -> Sequence[Key]:
    """The public keys for signatures; those of kinds that nobody here knows are passed over."""
    found = []
    listed = keyset.get("keys")
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig" or one.get("kty") == "oct":
            continue
        try:
            found.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return found


def _said(answer: httpx.Response) -> str:
    """The code of the error (RFC 6749, 5.2), never its free text."""
    try:
        found = answer.json().get("error", "")
    except (ValueError, AttributeError):
        found = ""
    return found[:60] if isinstance(found, str) and found else f"状态 {answer.status_code}"


def _text_of(path: Path, name: str) -> str:
    try:
        found = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"读不到 {name} 指的文件 {path}。") from error
    if not found:
        raise Unavailable(f"{name} 指的文件 {path} 是空的。")
    return found
