"""Errors as RFC 9457 problem documents: one table, one installer."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from geo_registry.api.permitting import PasswordChangeRequired
from geo_registry.api.service import service_of
from geo_registry.api.visitors import SAFE, note_refused
from geo_registry.domain import errors
from geo_registry.domain.canonical import plain
from geo_registry.services.accountability import withholding
from geo_registry.services.people.identifying import Entry
from geo_registry.store import secrecy
from geo_registry.store.database import read

STATUS: tuple[tuple[type[errors.RegistryError], int], ...] = (
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.Refused, 422),
    (errors.Forbidden, 403),
    (errors.Unauthenticated, 401),
    (errors.Throttled, 429),
    (errors.TooLarge, 413),
    (errors.Unreadable, 422),
    (errors.BadRequest, 422),
    (errors.Unavailable, 503),
    (errors.RegistryError, 400),
)
"""The first class that fits gives the status."""

_TITLES: Mapping[int, str] = {
    400: "请求有误",
    401: "需要登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种操作",
    409: "与他人的修改冲突",
    413: "内容太大",
    422: "不能这样做",
    429: "尝试太频繁",
    500: "操作没有完成",
    503: "暂时不能使用",
}
_MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger("geo_registry.api")


def problem_document(error: errors.RegistryError) -> tuple[int, bytes]:
    """The status and the body of a known error."""
    status = next(code for kind, code in STATUS if isinstance(error, kind))
    more: dict[str, Any] = {}
    if isinstance(error, errors.Stale):
        more = {"current": plain(error.current)}
    elif isinstance(error, errors.BadRequest) and error.field:
        more = {"fields": [{"field": error.field, "message": f"{error.message}{error.advice}"}]}
    return status, _document(status, error.code, error.message, advice=error.advice, **more)


def install(app: FastAPI) -> None:
    """Let every error of the application leave as a problem document in Chinese."""

    @app.exception_handler(errors.RegistryError)
    def known(request: Request, error: errors.RegistryError) -> Response:
        _withhold(request, error)
        status, body = problem_document(error)
        _say(request, status, error.message)
        if not isinstance(error, _OTHERWISE_NOTED):
            _write_down(request, error.message, forbidden=isinstance(error, errors.Forbidden))
        return Response(body, status, media_type=_MEDIA_TYPE)

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> Response:
        fields = [
            {"field": ".".join(str(part) for part in e["loc"]), "message": _in_words(e)}
            for e in error.errors()
        ]
        detail = "；".join(f"{f['field']}：{f['message']}" for f in fields[:5])
        _say(request, 422, detail)
        _write_down(request, detail)
        return Response(
            _document(422, "bad_request", detail, fields=fields), 422, media_type=_MEDIA_TYPE
        )

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        detail = {
            404: f"没有这个地址：{request.url.path}。",
            405: f"{request.url.path} 不支持 {request.method}。",
        }.get(error.status_code, "")
        _say(request, error.status_code, detail or str(error.detail))
        return Response(
            _document(error.status_code, "http", detail or str(error.detail)),
            error.status_code,
            headers=error.headers,
            media_type=_MEDIA_TYPE,
        )

    @app.exception_handler(Exception)
    def crashed(request: Request, error: Exception) -> Response:
        # Ours: the person gets a number, the log gets the rest; no SQL leaves the house.
        number = uuid.uuid4().hex[:6].upper()
        _log.error("crash %s at %s %s", number, request.method, request.url.path, exc_info=error)
        detail = f"操作没有完成，您的数据没有变化。编号 {number}，请告知管理员。"
        return Response(_document(500, "crash", detail), 500, media_type=_MEDIA_TYPE)


_OTHERWISE_NOTED = (
    errors.Unauthenticated,
    errors.Throttled,
    errors.Unavailable,
    PasswordChangeRequired,
)
"""Written down where they are found, no refusal (the database is away), or every page's first."""


def _withhold(request: Request, error: errors.RegistryError) -> None:
    """Take out of a reason what it says of records above the level of whoever is told.

    Most services leave it out themselves; here nothing gets past, whatever they forgot.
    """
    visitor = getattr(request.state, "visitor", None)
    if request.method in SAFE or not isinstance(visitor, Entry):
        return
    service = service_of(request)
    level = service.reference.clearances.of(visitor.actor.role)
    if level == "secret" or isinstance(error, _OTHERWISE_NOTED):
        return
    with read(service.engine) as connection:
        if secrecy.speaks_of_hidden(connection, level, error.message + error.advice):
            error.message, error.advice = f"不能办理：{withholding.WITHHELD}", withholding.ADVICE


def _say(request: Request, status: int, why: str) -> None:
    """A line of the log of the service, one line whatever somebody sent."""
    words = " ".join(why.split())
    _log.info("%s %s %s %s: %s", status, request.method, request.url.path, _who(request), words)


def _write_down(request: Request, why: str, *, forbidden: bool = False) -> None:
    """Keep a refusal in the registry's own log; the answer leaves even where that fails."""
    try:
        note_refused(request, why, forbidden=forbidden)
    except SQLAlchemyError:
        _log.exception("a refusal could not be written down")


def _who(request: Request) -> str:
    """Who is refused, for the log: the log-in name, or the address of a guest."""
    account = getattr(getattr(request.state, "visitor", None), "account", None)
    return account.login if account else (request.client.host if request.client else "-")


def _document(status: int, code: str, detail: str, **more: Any) -> bytes:
    return orjson.dumps(
        {
            "type": f"urn:geo-registry:problem:{code}",
            "title": _TITLES.get(status, "请求有误"),
            "status": status,
            "detail": detail,
            "code": code,
            **{key: value for key, value in more.items() if value},
        }
    )


def _in_words(error: Mapping[str, Any]) -> str:
    """What pydantic says, in Chinese for the kinds that a person can cause."""
    limits = error.get("ctx", {})
    words = {
        "missing": "缺少此项",
        "string_type": "应为文字",
        "string_unicode": "含有损坏的字符，请重新输入",
        "int_type": "应为整数",
        "float_type": "应为数字",
        "bool_type": "应为“是”或“否”（true、false）",
        "list_type": "应为列表",
        "tuple_type": "应为列表",
        "string_too_long": f"太长，最多 {limits.get('max_length')} 个字",
        "string_too_short": f"太短，至少 {limits.get('min_length')} 个字",
        "int_parsing": "应为整数",
        "float_parsing": "应为数字",
        "date_from_datetime_parsing": "应为日期，例如 2024-11-05",
        "date_parsing": "应为日期，例如 2024-11-05",
        "greater_than_equal": f"不能小于 {limits.get('ge')}",
        "less_than_equal": f"不能大于 {limits.get('le')}",
        "json_invalid": "不是有效的 JSON",
        "extra_forbidden": "没有这个参数",
        "union_tag_invalid": f"没有“{limits.get('tag')}”，可用：{_choices(limits)}",
        "union_tag_not_found": f"缺少 {limits.get('discriminator')}",
        "enum": f"可用：{_choices(limits)}",
        "literal_error": f"可用：{_choices(limits)}",
    }
    return words.get(error["type"], f"不符合要求（{error['msg']}）")


def _choices(limits: Mapping[str, Any]) -> str:
    """The words that would have been taken, out of what pydantic says of them."""
    said = str(limits.get("expected_tags") or limits.get("expected") or "")
    return "、".join(re.findall(r"'([^']*)'", said))
