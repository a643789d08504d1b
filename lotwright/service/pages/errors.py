"""
Errors as pages, with the words of the problem documents.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URL

from lotwright.service.pages.frame import page
from lotwright.service.pages.visits import SignInNeededError, Visit, visit_of

#: What is said above the words of a problem.
_HEADS = {
    403: "Not allowed",
    404: "Not found",
    409: "Not now",
    413: "Too large",
    412: "Somebody was faster",
    422: "That does not go together",
    429: "Too many at a time",
    503: "Try again soon",
}

#: Problems that may be over when the same is asked again.
_PASSING = (429, 500, 503)


def install(app: FastAPI) -> None:
    """
    Makes an application answer with pages where pages were asked for.
    """
    for kind, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, _as_page(handler))

    app.add_exception_handler(SignInNeededError, _to_sign_in)
    app.state.as_page = as_page


def as_page(request: Request, answer: Response) -> Response:
    """
    Returns what nobody expected as a page where a page was asked for.

    Who visits is not looked up: it may be the store that does not answer.

    Parameters
    ----------
    request
        What was asked.
    answer
        The problem document.
    """
    if not request.url.path.startswith("/ui"):
        return answer

    return _page(request, None, json.loads(bytes(answer.body)), answer)


def _as_page(
    handler: Callable[[Request, Any], Response | Awaitable[Response]],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def shown(request: Request, error: Exception) -> Response:
        found = handler(request, error)
        answer = found if isinstance(found, Response) else await found

        if not request.url.path.startswith("/ui"):
            return answer

        problem = json.loads(bytes(answer.body))
        who = await run_in_threadpool(visit_of, request)

        return _page(request, who, problem, answer)

    return shown


def _page(
    request: Request, who: Visit | None, problem: dict[str, Any], answer: Response
) -> Response:
    kept = ("retry-after",)
    headers = {name: answer.headers[name] for name in kept if name in answer.headers}
    is_part = request.headers.get("hx-request") == "true"

    return page(
        request,
        who,
        "_problem.html" if is_part else "problem.html",
        status_code=answer.status_code,
        headers=headers,
        head=_HEADS.get(answer.status_code, "Something is wrong"),
        problem=problem,
        retry_after=headers.get("retry-after", ""),
        can_retry=request.method == "GET" and answer.status_code in _PASSING,
    )


async def _to_sign_in(request: Request, _error: Exception) -> Response:
    at = request.url if request.method == "GET" else _form_of(request)
    asked = at.path + (f"?{at.query}" if at.query else "")
    address = f"/ui/sign-in?next={quote(asked, safe='')}"

    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": address})

    return RedirectResponse(address, status_code=303)


def _form_of(request: Request) -> URL:
    """
    Returns the address of the page whose form was sent.
    """
    return URL(request.headers.get("referer", "/ui"))
