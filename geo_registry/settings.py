"""Settings: what this installation reads from its environment, once, into one frozen dataclass."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from geo_registry.domain.basemap import Basemap, configured
from geo_registry.domain.errors import BadRequest

DEFAULT_PORT = 8000
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PROFILE = "371002"
DEFAULT_ARGON2 = (3, 65536, 4)
"""RFC 9106, section 4, second recommended option: 3 passes, 64 MiB, 4 lanes."""
DEFAULT_ATTACHMENT_MB = 50
_OIDC_SECRET = "GEO_REGISTRY_OIDC_SECRET_FILE"  # noqa: S105 - the name of a variable

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Oidc:
    """The service that vouches for people beside passwords (OpenID Connect), if there is one.

    ``title`` is how people call it. ``match``: which accounts it may enter that nobody has linked:
    none (empty), those whose log-in name is the user name there (``login``), or those whose log-in
    name stands before the domain in a verified e-mail address (``@dm.example.cn``). ``ca_file``
    holds the certificates of a bureau that signs its own.
    """

    issuer: str
    client_id: str
    secret_file: Path
    title: str = "统一认证"
    match: str = ""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data lives, which database is used, and where the service listens.

    ``home`` holds the private cluster; ``database_url`` names a server of one's own instead
    (then no cluster is started); ``data`` and ``web`` are the tables and the built web page that
    the product ships; ``profile`` is the district whose thresholds apply. ``open_reading``: who may
    read without logging in: ``always``, ``never``, or ``auto`` (this machine, while the sample is
    loaded). ``public_url``: the address that people type where a proxy stands in front;
    ``trusted_proxies``: the addresses whose word on the client is believed. ``argon2``: the cost of
    passwords: passes, KiB, lanes. ``attachment_bytes`` is the size beyond which an attachment is
    refused. ``worker`` says where jobs run: ``inside`` the service (what the environment says
    unless told otherwise), or ``separate``. ``basemap`` is what lies under the map; None: nothing.
    ``oidc`` None: people log in with passwords only.
    """

    home: Path
    database_url: str | None
    port: int
    host: str
    data: Path
    web: Path
    profile: str = DEFAULT_PROFILE
    open_reading: str = "auto"
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    argon2: tuple[int, int, int] = DEFAULT_ARGON2
    attachment_bytes: int = DEFAULT_ATTACHMENT_MB << 20
    worker: str = "separate"
    basemap: Basemap | None = None
    oidc: Oidc | None = None

    @property
    def secure(self) -> bool:
        """Whether people come by HTTPS, so that cookies may travel by nothing else."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; an empty variable counts as absent.

        ``GEO_REGISTRY_HOME``, ``…_DATABASE_URL``, ``…_PORT`` (or ``PORT``), ``…_HOST``,
        ``…_DATA``, ``…_WEB``, ``…_PROFILE``, ``…_OPEN_READING``, ``…_PUBLIC_URL``,
        ``…_TRUSTED_PROXIES``, ``…_ARGON2``, ``…_ATTACHMENT_MB``, ``…_WORKER``, ``…_BASEMAP`` (with
        ``_KEY``, ``_DATUM``, ``_TITLE``, ``_ATTRIBUTION``, ``_MAX_ZOOM``), and of the service
        that vouches ``…_OIDC_ISSUER``, ``…_OIDC_CLIENT_ID``, ``…_OIDC_SECRET_FILE``,
        ``…_OIDC_TITLE``, ``…_OIDC_MATCH``, ``…_OIDC_CA_FILE``. Raises
        :class:`BadRequest` for a port that is not a number between 0 and 65535 (0 lets the system
        choose), and for other words than are known.
        """
        given = {k: v for k, v in (os.environ if environment is None else environment).items() if v}
        home = given.get("GEO_REGISTRY_HOME")
        data = given.get("GEO_REGISTRY_DATA")
        web = given.get("GEO_REGISTRY_WEB")
        return cls(
            home=Path(home).expanduser().absolute() if home else default_home(),
            database_url=given.get("GEO_REGISTRY_DATABASE_URL"),
            port=_port(given),
            host=given.get("GEO_REGISTRY_HOST", DEFAULT_HOST),
            data=Path(data).expanduser().absolute() if data else shipped("data"),
            web=Path(web).expanduser().absolute() if web else shipped("web"),
            profile=given.get("GEO_REGISTRY_PROFILE", DEFAULT_PROFILE),
            open_reading=_open_reading(given.get("GEO_REGISTRY_OPEN_READING", "auto")),
            public_url=_public_url(given.get("GEO_REGISTRY_PUBLIC_URL", "")),
            trusted_proxies=tuple(
                part.strip()
                for part in given.get("GEO_REGISTRY_TRUSTED_PROXIES", "").split(",")
                if part.strip()
            ),
            argon2=_argon2(given.get("GEO_REGISTRY_ARGON2", "")),
            attachment_bytes=_megabytes(given) << 20,
            worker=_worker(given),
            basemap=_basemap(given),
            oidc=_oidc(given),
        )


def default_home() -> Path:
    """Choose the data folder: ``/var/lib/geo_registry`` for root, else below the user's home.

    Root's own home is no choice: the database runs as another user, who cannot enter it.
    """
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/geo_registry")
    return Path.home() / ".local/share/geo_registry"


def shipped(part: str) -> Path:
    """Find ``data`` or ``web`` as the product ships it: in the checkout, else in the wheel."""
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file():
        return checkout / ("web/dist" if part == "web" else part)
    return _PACKAGE / "_shipped" / part


def _port(given: Mapping[str, str]) -> int:
    name = "GEO_REGISTRY_PORT" if "GEO_REGISTRY_PORT" in given else "PORT"
    text = given.get(name, str(DEFAULT_PORT))
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise BadRequest(f"环境变量 {name} 的值“{text}”不是端口号，应为 0–65535 之间的整数。")
    return int(text)


def _worker(given: Mapping[str, str]) -> str:
    name = "GEO_REGISTRY_WORKER"
    text = given.get(name, "inside")
    if text not in {"inside", "separate"}:
        raise BadRequest(f"环境变量 {name} 的值“{text}”应为 inside 或 separate。")
    return text


def _basemap(given: Mapping[str, str]) -> Basemap | None:
    name = "GEO_REGISTRY_BASEMAP"
    source = given.get(name)
    if source is None:
        return None
    zoom = given.get(f"{name}_MAX_ZOOM", "18")
    if not zoom.isascii() or not zoom.isdigit() or not 1 <= int(zoom) <= 22:
        raise BadRequest(f"环境变量 {name}_MAX_ZOOM 的值“{zoom}”应为 1–22 之间的整数。")
    return configured(
        source,
        key=given.get(f"{name}_KEY", ""),
        datum=given.get(f"{name}_DATUM", ""),
        title=given.get(f"{name}_TITLE", ""),
        attribution=given.get(f"{name}_ATTRIBUTION", ""),
        max_zoom=int(zoom),
    )


def _open_reading(word: str) -> str:
    if word not in {"auto", "always", "never"}:
        raise BadRequest(
            f"环境变量 GEO_REGISTRY_OPEN_READING 的值“{word}”不认识，应为 auto、always 或 never。"
        )
    return word


def _public_url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^/?#\s]+", text.rstrip("/")):
        raise BadRequest(
            f"环境变量 GEO_REGISTRY_PUBLIC_URL 的值“{text}”应为网址开头，例如 https://dm.example.cn。"
        )
    return text.rstrip("/")


def _argon2(text: str) -> tuple[int, int, int]:
    if not text:
        return DEFAULT_ARGON2
    parts = text.split(",")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and int(p) > 0 for p in parts):
        raise BadRequest(
            f"环境变量 GEO_REGISTRY_ARGON2 的值“{text}”应为三个正整数：次数,内存 KiB,并行数。"
        )
    return (int(parts[0]), int(parts[1]), int(parts[2]))


def _megabytes(given: Mapping[str, str]) -> int:
    name = "GEO_REGISTRY_ATTACHMENT_MB"
    text = given.get(name, str(DEFAULT_ATTACHMENT_MB))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 2048:
        raise BadRequest(f"环境变量 {name} 的值“{text}”应为 1–2048 之间的整数（MB）。")
    return int(text)


def _oidc(given: Mapping[str, str]) -> Oidc | None:
    """The service that vouches: issuer, client and secret together, or none of them."""
    needed = ("GEO_REGISTRY_OIDC_ISSUER", "GEO_REGISTRY_OIDC_CLIENT_ID", _OIDC_SECRET)
    missing = [name for name in needed if name not in given]
    if len(missing) == len(needed):
        return None
    if "GEO_REGISTRY_PUBLIC_URL" not in given:
        missing.append("GEO_REGISTRY_PUBLIC_URL")
    if missing:
        raise BadRequest(f"使用统一认证登录还缺环境变量 {'、'.join(missing)}。")
    match = given.get("GEO_REGISTRY_OIDC_MATCH", "")
    if match not in {"", "login"} and not re.fullmatch(r"@[\w.-]+\.[\w-]+", match):
        raise BadRequest(
            f"环境变量 GEO_REGISTRY_OIDC_MATCH 的值“{match}”不认识，"
            "应为 login 或邮箱域名（如 @dm.example.cn）。"
        )
    ca_file = given.get("GEO_REGISTRY_OIDC_CA_FILE")
    return Oidc(
        _issuer(given["GEO_REGISTRY_OIDC_ISSUER"]),
        given["GEO_REGISTRY_OIDC_CLIENT_ID"],
        Path(given[_OIDC_SECRET]).expanduser().absolute(),
        title=given.get("GEO_REGISTRY_OIDC_TITLE", "统一认证")[:20],
        match=match.lower(),
        ca_file=Path(ca_file).expanduser().absolute() if ca_file else None,
    )


def _issuer(text: str) -> str:
    """An address by HTTPS; without it only where the network itself is private."""
    parts = urlsplit(text)
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and bool(parts.hostname)
    if plain and (parts.scheme == "https" or (parts.scheme == "http" and _is_near(parts.hostname))):
        return text
    raise BadRequest(
        f"环境变量 GEO_REGISTRY_OIDC_ISSUER 的值“{text}”应为 https 开头的网址；"
        "http 只能用于本机和内网 IP 地址。"
    )


def _is_near(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_private
    except ValueError:
        return False
