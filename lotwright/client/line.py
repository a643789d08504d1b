"""
The line to a service: requests with a key, retries, and errors in the library's words.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lotwright.errors import InputError, LotwrightError, Problem, ServiceError

if TYPE_CHECKING:
    import httpx

ARROW = "application/vnd.apache.arrow.stream"
JSON = "application/json"

#: Answers after which the same request may be sent again.
_BUSY = (429, 502, 503, 504)

#: Rows of a list that come at a time.
_PART = 1000

#: Times that a request is sent at most, and the longest pause between two of them.
_ATTEMPTS = 6
_LONGEST_PAUSE = 60.0

#: Fields of a problem, by which it is told from what other documents list.
_OF_PROBLEM = frozenset(("code", "table", "text", "remedy"))


class Line:
    """
    Requests to one service, by one key.

    Every request may safely be sent twice: what starts something carries a key of its
    own, by which the service knows it again.

    Parameters
    ----------
    url
        Where the service is; a path before ``/v1`` is kept.
    key
        The key.
    timeout
        Seconds to wait for an answer.
    sleep
        Waits so many seconds.
    transport
        What carries requests, in place of the network.

    Raises
    ------
    ValueError
        When the address is none, or a key would go over a network in the clear.
    LotwrightError
        When the package for it is not installed.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        _refuse_clear(url)

        try:
            import httpx
        except ImportError as error:
            msg = "The client needs another package: pip install 'lotwright[client]'."
            raise LotwrightError(msg) from error

        self.url = url.rstrip("/")
        self._sleep = sleep
        self._lost = httpx.TransportError
        self._timeout = timeout
        self._client = httpx.Client(
            base_url=f"{self.url}/",
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout,
            transport=transport,
        )

    def close(self) -> None:
        """
        Closes all connections.
        """
        self._client.close()

    def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """
        Returns a document.
        """
        found: dict[str, Any] = self.ask("GET", path, params=params).json()

        return found

    def every(
        self, path: str, noun: str, most: float = math.inf, **params: str | int
    ) -> list[dict[str, Any]]:
        """
        Returns the rows of a list, which comes part by part.

        Parameters
        ----------
        path, noun, params
            The list, what it is of, and what is asked of it.
        most
            Number of rows at most.
        """
        rows: list[dict[str, Any]] = []
        cursor: str | None = ""

        while cursor is not None and len(rows) < most:
            limit = int(min(most - len(rows), _PART))
            part = self.get(path, **params, limit=limit, cursor=cursor)
            rows += part[noun]
            cursor = part["cursor"]

        return rows

    def post(self, path: str, body: object = None, *, once: str = "") -> dict[str, Any]:
        """
        Sends a document and returns the answer.

        Parameters
        ----------
        path, body
            Where to, and what.
        once
            Key of what it starts, so that it is started once.
        """
        headers = {"Idempotency-Key": once} if once else {}
        found: dict[str, Any] = self.ask(
            "POST", path, json=body, headers=headers
        ).json()

        return found

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401  # as the library takes it
        """
        Returns the answer to a request, which is sent again where the service is busy.

        Raises
        ------
        InputError
            When what was sent is malformed; lists every problem.
        ServiceError
            When the service refuses, or cannot be reached.
        """
        attempt = 0

        while True:
            attempt += 1

            try:
                answer = self._client.request(method, path, **more)
            except self._lost as error:
                if attempt == _ATTEMPTS:
                    raise self._unreachable(error) from error

                self._sleep(_pause(attempt, ""))
                continue

            if answer.is_success:
                return answer

            if answer.status_code not in _BUSY or attempt == _ATTEMPTS:
                raise _error_in(answer)

            self._sleep(_pause(attempt, answer.headers.get("Retry-After", "")))

    @contextmanager
    def lines_of(self, path: str, after: int) -> Generator[Generator[str]]:
        """
        Yields the lines of a stream of events after a number, up to where it breaks.

        Raises
        ------
        ServiceError
            When the service refuses.
        """
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}

        with self._client.stream("GET", path, headers=headers) as answer:
            if not answer.is_success:
                answer.read()
                raise _error_in(answer)

            yield self._lines(answer)

    def _lines(self, answer: httpx.Response) -> Generator[str]:
        try:
            yield from answer.iter_lines()
        except self._lost:
            # Whoever listens goes on from the last event that came.
            return

    def is_lost(self, error: Exception) -> bool:
        """
        Returns whether an error means that the line broke.
        """
        return isinstance(error, self._lost)

    def pause(self, attempt: int) -> None:
        """
        Waits before something is tried once more.
        """
        self._sleep(_pause(attempt, ""))

    def _unreachable(self, error: Exception) -> ServiceError:
        words = str(error) or type(error).__name__

        return ServiceError(0, "unreachable", f"{self.url} cannot be reached: {words}.")


def _refuse_clear(url: str) -> None:
    parts = urlsplit(url)

    if parts.scheme not in ("http", "https") or not parts.hostname:
        msg = f"Expected an address such as https://plan.example.com, got {url!r}."
        raise ValueError(msg)

    if parts.username or parts.password:
        msg = "Expected an address without a password in it."
        raise ValueError(msg)

    if parts.scheme == "http" and not _is_here(parts.hostname):
        msg = (
            f"Expected https, got {url!r}: the key would go over the network in the "
            "clear."
        )
        raise ValueError(msg)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _pause(attempt: int, asked: str) -> float:
    """
    Returns how long to wait: what the service asks for, else twice as long each time.
    """
    wanted = float(asked) if asked.isdigit() else 0.25 * 2.0**attempt

    return min(wanted, _LONGEST_PAUSE)


def _error_in(answer: httpx.Response) -> LotwrightError:
    """
    Returns the error that an answer tells, in the words of the service.
    """
    try:
        content = answer.json()
    except ValueError:
        content = None

    document: Mapping[str, Any] = content if isinstance(content, dict) else {}
    findings = [each for each in document.get("findings", ()) if isinstance(each, dict)]
    problems = [Problem(**each) for each in findings if each.keys() >= _OF_PROBLEM]
    code = str(document.get("code", "http"))

    if answer.status_code == 422 and problems:
        return InputError(problems)

    words = [str(document.get("title") or f"{answer.status_code} of {answer.url}.")]
    words += [
        f"{each.get('place', '')}: {each.get('text', '')}"
        for each in findings
        if "place" in each
    ]

    return ServiceError(
        answer.status_code,
        code,
        "\n  ".join(words),
        missing=tuple(problem.table for problem in problems),
    )
