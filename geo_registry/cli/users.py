"""``geo-registry users``: accounts, their passwords, roles and towns, keys of programs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from geo_registry import reference as tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.people import ROLE_TITLES, Role
from geo_registry.services.people import accounts, vouching
from geo_registry.services.people.accounts import Handed, Keeper
from geo_registry.services.people.passwords import Passwords
from geo_registry.settings import Settings
from geo_registry.store import login_events
from geo_registry.store.accounts import StoredAccount
from geo_registry.store.database import LOCAL_ACTOR
from geo_registry.store.sessions import StoredToken

_CHINA = ZoneInfo("Asia/Shanghai")
_ROLES = "、".join(f"{role.value} {ROLE_TITLES[role]}" for role in Role)
_towns = click.option(
    "--town", "towns", multiple=True, metavar="CODE", help="负责的镇街（9 位代码）；可重复。"
)


def keeper(settings: Settings) -> Keeper:
    """The local user, who keeps accounts from the command line."""
    reference = tables.load_for(settings)
    return Keeper(
        LOCAL_ACTOR,
        datetime.now(UTC),
        reference.login_limits,
        reference.permissions,
        Passwords(settings.argon2),
    )


def local_time(moment: datetime) -> str:
    """A moment as the bureau's clock shows it."""
    return f"{moment.astimezone(_CHINA):%Y-%m-%d %H:%M}"


@click.group("users")
def users() -> None:
    """账号：列出、新建、锁定、重置密码、角色和镇街、程序令牌。"""


@users.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """列出全部账号。"""
    with registry_to_read() as connection:
        found = accounts.listed(connection)
    lines = [_line(a) for a in found] or ["还没有账号。用 geo-registry up 启动时会建立管理员账号。"]
    shown({"items": [_told(a) for a in found]}, lines, as_json=as_json)


@users.command("add")
@click.argument("login")
@click.option("--name", required=True, help="姓名。")
@click.option("--role", required=True, help=f"角色：{_ROLES}。")
@_towns
@json_option
def add(login: str, *, name: str, role: str, towns: tuple[str, ...], as_json: bool) -> None:
    """新建账号 LOGIN，给出一次性密码。不写 --town 即负责全区。"""
    with registry(f"新建账号 {login}") as connection:
        made = accounts.add(connection, _keeper(), login=login, name=name, role=role, towns=towns)
    _hand(made, f"已新建账号“{made.login}”。", as_json=as_json)


@users.command("lock")
@click.argument("login")
@click.option("--reason", default="", help="原因，本人登录时会看到。")
@json_option
def lock(login: str, *, reason: str, as_json: bool) -> None:
    """锁定账号：已登录的立即退出，令牌停止有效。"""
    with registry(f"锁定账号 {login}") as connection:
        found = accounts.lock(connection, _keeper(), login, reason=reason)
    shown(_told(found), [f"已锁定账号“{found.login}”。"], as_json=as_json)


@users.command("unlock")
@click.argument("login")
@json_option
def unlock(login: str, *, as_json: bool) -> None:
    """解除锁定，并清除登录失败次数。"""
    with registry(f"解除锁定 {login}") as connection:
        found = accounts.unlock(connection, _keeper(), login)
    shown(_told(found), [f"已解除账号“{found.login}”的锁定。"], as_json=as_json)


@users.command("reset-password")
@click.argument("login")
@json_option
def reset_password(login: str, *, as_json: bool) -> None:
    """给出新的一次性密码，旧密码作废。"""
    with registry(f"重置密码 {login}") as connection:
        made = accounts.reset_password(connection, _keeper(), login)
    _hand(made, f"账号“{made.login}”的密码已重置。", as_json=as_json)


@users.command("set")
@click.argument("login")
@click.option("--role", help=f"角色：{_ROLES}。")
@_towns
@click.option("--whole-district", is_flag=True, help="负责全区。")
@json_option
def set_(
    login: str,
    *,
    role: str | None,
    towns: tuple[str, ...],
    whole_district: bool,
    as_json: bool,
) -> None:
    """修改角色、负责的镇街（不写则不改）。"""
    if towns and whole_district:
        raise click.UsageError("--town 与 --whole-district 只能写一个。")
    wanted = towns if towns or whole_district else None
    with registry(f"修改账号 {login}") as connection:
        found = accounts.set_role(connection, _keeper(), login, role=role, towns=wanted)
    shown(_told(found), [_line(found)], as_json=as_json)


@users.command("link")
@click.argument("login")
@click.argument("subject")
@json_option
def link(login: str, subject: str, *, as_json: bool) -> None:
    """让统一认证的用户 SUBJECT（sub）登录账号 LOGIN。标识见登录被拒的页面和登录记录。"""
    settings = Settings.from_environment()
    with registry(f"关联统一认证 {login}") as connection:
        found = vouching.link(connection, keeper(settings), settings.oidc, login, subject)
    shown(_told(found), [f"账号“{found.login}”已关联：{found.oidc_subject}"], as_json=as_json)


@users.command("unlink")
@click.argument("login")
@json_option
def unlink(login: str, *, as_json: bool) -> None:
    """取消账号 LOGIN 与统一认证的关联；密码照旧可用。"""
    with registry(f"取消关联统一认证 {login}") as connection:
        found = vouching.unlink(connection, _keeper(), login)
    shown(_told(found), [f"账号“{found.login}”已取消关联统一认证。"], as_json=as_json)


@users.command("log")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="条数。")
@click.option("--kind", "kinds", multiple=True, help="只看某种，如 refused、forbidden；可重复。")
@json_option
def log(*, limit: int, kinds: tuple[str, ...], as_json: bool) -> None:
    """登录和被拒的操作：谁、何时、从哪里、为什么；最近的在前。"""
    if unknown := set(kinds) - login_events.KIND_TITLES.keys():
        known = "、".join(f"{k}（{t}）" for k, t in login_events.KIND_TITLES.items())
        raise BadRequest(f"没有“{min(unknown)[:40]}”这种记录。", advice=f"可用：{known}。")
    with registry_to_read() as connection:
        found = login_events.listed(connection, limit=limit, kinds=kinds)
    lines = [_event_line(e) for e in found] or ["没有记录。"]
    shown({"items": found}, lines, as_json=as_json)


@users.group("token")
def token() -> None:
    """程序令牌：列出、设立、停用。"""


@token.command("list")
@click.option("--of", "login", help="只列一个账号的。")
@json_option
def list_tokens(*, login: str | None, as_json: bool) -> None:
    """列出令牌（令牌本身只在设立时显示一次）。"""
    with registry_to_read() as connection:
        of = accounts.found(connection, login).id if login else None
        found = accounts.tokens(connection, of)
    lines = [_token_line(t) for t in found] or ["没有令牌。"]
    shown({"items": [accounts.token_told(t) for t in found]}, lines, as_json=as_json)


@token.command("add")
@click.argument("login")
@click.option("--title", required=True, help="给哪个程序用。")
@click.option(
    "--act", "acts", multiple=True, required=True, metavar="ACT",
    help="可以做什么，如 registry.read（见 docs/people.md）；可重复。",
)  # fmt: skip
@click.option("--days", type=int, default=90, show_default=True, help="有效天数。")
@json_option
def add_token(login: str, *, title: str, acts: tuple[str, ...], days: int, as_json: bool) -> None:
    """为账号 LOGIN 设立令牌，只显示这一次。"""
    with registry(f"设立令牌 {title}") as connection:
        made = accounts.add_token(connection, _keeper(), login, title=title, acts=acts, days=days)
    _hand(made, f"已为“{made.login}”设立令牌（编号 {made.id}）。", as_json=as_json, word="令牌")


@token.command("revoke")
@click.argument("number", type=int)
@json_option
def revoke_token(number: int, *, as_json: bool) -> None:
    """停用令牌。"""
    with registry(f"停用令牌 {number}") as connection:
        gone = accounts.revoke_token(connection, _keeper(), number)
    shown({"id": gone.id, "revoked": True}, [f"已停用令牌“{gone.title}”。"], as_json=as_json)


def _keeper() -> Keeper:
    return keeper(Settings.from_environment())


def _hand(made: Handed, words: str, *, as_json: bool, word: str = "一次性密码") -> None:
    """The secret is the answer: alone on standard output, so that it can be piped, not logged."""
    if as_json:
        told = {"id": made.id, "login": made.login, "secret": made.secret, "until": made.until}
        shown(told, [], as_json=True)
        return
    say(f"{words}{word}只显示这一次，{local_time(made.until)} 前有效：")
    sys.stdout.flush()
    click.echo(made.secret)


def _told(account: StoredAccount) -> dict[str, Any]:
    return accounts.account_told(account)


def _line(account: StoredAccount) -> str:
    where = "、".join(sorted(account.towns)) or "全区"
    state = f"（已锁定：{account.locked_why or '未写原因'}）" if account.locked_at else ""
    once = "（尚未改掉一次性密码）" if account.must_change else ""
    role = ROLE_TITLES[account.role]
    return f"{account.login}  {account.name}  {role}  {where}{state}{once}"


def _event_line(event: dict[str, Any]) -> str:
    words = (local_time(event["at"]), event["login"], event["address"], event["title"])
    return "  ".join(w for w in (*words, event["detail"]) if w)


def _token_line(held: StoredToken) -> str:
    state = "已停用" if held.revoked_at else f"有效至 {held.expires_at.astimezone(_CHINA):%Y-%m-%d}"
    acts = "、".join(held.acts)
    return f"{held.id}  {held.account.login}  {held.title}  {state}  {acts}"
