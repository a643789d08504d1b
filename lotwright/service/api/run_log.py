"""
The log of a run, as text that can be read on from where one was.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import Response
from sqlalchemy import Row

from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.documents import moment
from lotwright.service.api.problems import Refusal, known
from lotwright.service.store import runs

router = APIRouter(prefix="/v1/runs", tags=["runs"])

_RANGE = re.compile(r"bytes=(\d{1,12})?-(\d{1,12})?")


@router.get("/{run_id}/log")
def get_log(
    run_id: str,
    who: Reader,
    store: StoreOf,
    range_: Annotated[str, Header(alias="Range", max_length=100)] = "",
) -> Response:
    """
    Returns what has happened to a run, a line for each event; with ``Range``, a part.
    """
    with store.look(who.tenant_id) as connection:
        known(runs.find(connection, who.tenant_id, run_id))
        rows = runs.events(connection, who.tenant_id, run_id)

    content = "".join(_line(row) for row in rows).encode()
    media_type = "text/plain; charset=utf-8"
    headers = {"Accept-Ranges": "bytes"}
    match = _RANGE.fullmatch(range_.strip())

    if match is None or not any(match.groups()):
        return Response(content, media_type=media_type, headers=headers)

    begin, end = _part(match, len(content))
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(content)}"

    return Response(
        content[begin:end], status_code=206, media_type=media_type, headers=headers
    )


def _part(match: re.Match[str], size: int) -> tuple[int, int]:
    """
    Returns where a part that is asked for begins and ends.

    Raises
    ------
    Refusal
        When there is nothing there.
    """
    first, last = match.groups()
    begin = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size

    if begin >= end:
        headers = {"Content-Range": f"bytes */{size}"}
        raise Refusal(416, "range", "The log is not as long yet.", headers=headers)

    return begin, end


def _line(row: Row[Any]) -> str:
    told = ", ".join(
        f"{name} {value:.10g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in row.data.items()
        if value not in (None, "")
    )

    # An event is one line, whatever somebody called something.
    text = f"{moment(row.at)}  {row.kind:8}  {told}".translate(_NO_BREAKS)

    return f"{text.rstrip()}\n"


#: What would begin another line.
_NO_BREAKS = dict.fromkeys((*range(32), 127, 0x85, 0x2028, 0x2029), " ")
