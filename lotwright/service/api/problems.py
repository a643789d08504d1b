"""
Problem documents: how the service says that something is wrong (RFC 9457).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import Row
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from lotwright.errors import InputError, Problem
from lotwright.service.store.connections import ConnectionOffError
from lotwright.service.store.lists import CursorError
from lotwright.service.store.quotas import QuotaError
from lotwright.service.work.errands import ErrandError, StarvedError

#: How PostgreSQL and SQLite say that nothing can be written.
_DISK_FULL = "53100"
_NO_ROOM = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
)

MEDIA_TYPE = "application/problem+json"

#: Seconds after which a machine may have less to do.
_STARVED_FOR = "30"


class Refusal(Exception):  # it is an answer
    """
    An answer that refuses a request.

    Parameters
    ----------
    status, code, text
        HTTP status, a code that programs know, and a sentence for people.
    findings
        All that is wrong, where that is more than one thing.
    headers
        Headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        text: str,
        *,
        findings: Sequence[Problem] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text
        self.findings = findings
        self.headers = headers


def unknown() -> Refusal:
    """
    Returns the answer for what does not exist, or belongs to somebody else.
    """
    return Refusal(404, "not_found", "There is nothing of that name.")


def known(row: Row[Any] | None) -> Row[Any]:
    """
    Returns a row that was looked for.

    Raises
    ------
    Refusal
        When there is none.
    """
    if row is None:
        raise unknown()

    return row


def taken(name: str, noun: str) -> Refusal:
    """
    Returns the answer where something else of a name is there.
    """
    return Refusal(409, "exists", f"There is a {noun} named {name!r} already.")


def outage(error: Exception) -> Refusal:
    """
    Returns the answer where the store does not answer now, or has no room left.
    """
    cause = getattr(error, "orig", error)
    is_full = (
        getattr(cause, "sqlstate", "") == _DISK_FULL
        or getattr(cause, "sqlite_errorcode", None) in _NO_ROOM
    )

    if is_full:
        text = "The store has no room left; nothing was changed."
        return Refusal(507, "no_room", text, headers={"Retry-After": "60"})

    text = "The store does not answer; try again soon."

    return Refusal(503, "store", text, headers={"Retry-After": "5"})


def install(app: FastAPI) -> None:
    """
    Makes an application answer with problem documents.
    """
    app.add_exception_handler(Refusal, _refused)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(InputError, _malformed)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(QuotaError, _too_often)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(ErrandError, _too_hard)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(StarvedError, _too_busy)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(ConnectionOffError, _off)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(CursorError, _nowhere)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(DataError, _unstorable)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]  # by its kind
    app.add_exception_handler(HTTPException, _plain)  # type: ignore[arg-type]  # by its kind


def _document(
    status: int,
    code: str,
    text: str,
    *,
    findings: Sequence[dict[str, object]] = (),
    headers: dict[str, str] | None = None,
    **more: str,
) -> JSONResponse:
    content: dict[str, object] = {
        "type": "about:blank",
        "status": status,
        "code": code,
        "title": text,
        **more,
    }

    if findings:
        content["findings"] = list(findings)

    return JSONResponse(
        content, status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


def answer(error: Refusal) -> JSONResponse:
    """
    Returns the document of a refusal.
    """
    return _document(
        error.status,
        error.code,
        error.text,
        findings=[asdict(each) for each in error.findings],
        headers=error.headers,
    )


def too_much(error: QuotaError) -> JSONResponse:
    """
    Returns the document of a quota that was reached.
    """
    headers = {"Retry-After": str(error.seconds)}

    return _document(429, "quota", error.text, headers=headers, quota=error.quota)


def _refused(_request: Request, error: Refusal) -> JSONResponse:
    return answer(error)


def _malformed(_request: Request, error: InputError) -> JSONResponse:
    noun = "problem" if len(error.problems) == 1 else "problems"
    text = f"{len(error.problems)} {noun} in the input."
    findings = [asdict(each) for each in error.problems]

    return _document(422, "data", text, findings=findings)


def _too_often(_request: Request, error: QuotaError) -> JSONResponse:
    return too_much(error)


def _too_hard(_request: Request, error: ErrandError) -> JSONResponse:
    return _document(422, "unreadable", str(error))


def _too_busy(_request: Request, error: StarvedError) -> JSONResponse:
    headers = {"Retry-After": _STARVED_FOR}

    return _document(503, "busy", str(error), headers=headers)


def _off(_request: Request, error: ConnectionOffError) -> JSONResponse:
    return _document(409, "connection_off", str(error))


def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    findings = [
        {"place": ".".join(map(str, each["loc"])), "text": each["msg"]}
        for each in error.errors()
    ]

    return _document(422, "request", "The request is malformed.", findings=findings)


def _nowhere(_request: Request, _error: CursorError) -> JSONResponse:
    return _document(422, "cursor", "That cursor is of no list.")


def _unstorable(_request: Request, _error: DataError) -> JSONResponse:
    text = "A value in the request is none that can be kept, such as a NUL."

    return _document(422, "value", text)


def _plain(_request: Request, error: HTTPException) -> JSONResponse:
    words = {405: "method_not_allowed", 408: "too_slow", 413: "too_large"}
    code = words.get(error.status_code, "http")
    headers = dict(error.headers or {}) or None

    if error.status_code == 404:
        return answer(unknown())

    return _document(error.status_code, code, str(error.detail), headers=headers)
