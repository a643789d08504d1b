"""
Tags: what a program has seen already, and has not changed, is not sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, Response

from lotwright.fanout.task import VERSION

#: Answers are for who asks: they may keep them, and ask each time whether they still
#: may see them.
_KEPT = "private, no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    What a request asks for, and which answers to it were seen before.

    Parameters
    ----------
    asked
        What makes one answer differ from another: path, query and formats.
    tags
        Those of answers that were seen, as ``If-None-Match`` has them.
    is_program
        Whether a program asks; a browser keeps no planning data.
    """

    asked: tuple[str, ...]
    tags: str
    is_program: bool

    def answer(
        self, make: Callable[[], Response | dict[str, Any]], *content: str
    ) -> Response:
        """
        Returns an answer with its tag, or 304 where it was seen before.

        Whether who asks may know it is to be found out before.

        Parameters
        ----------
        make
            Makes the answer.
        content
            What it is made of: the same content makes the same answer.
        """
        words = json.dumps([VERSION, *self.asked, *content])
        digest = hashlib.sha256(words.encode()).hexdigest()
        tag = f'W/"{digest[:32]}"'
        headers = {"ETag": tag, "Vary": "Accept, Authorization"}

        if self.is_program:
            headers["Cache-Control"] = _KEPT

        if _bare(tag) in {_bare(each) for each in self.tags.split(",")}:
            return Response(status_code=304, headers=headers)

        made = make()

        # Whoever has seen any has seen this one, if there is one.
        if self.tags.strip() == "*":
            return Response(status_code=304, headers=headers)

        found = (
            made if isinstance(made, Response) else JSONResponse(jsonable_encoder(made))
        )
        found.headers.update(headers)

        return found


async def _seen(
    request: Request,
    accept: Annotated[str, Header()] = "",
    if_none_match: Annotated[str, Header(max_length=4000)] = "",
) -> Seen:
    return Seen(
        asked=(request.url.path, request.url.query, accept),
        tags=if_none_match,
        is_program="authorization" in request.headers,
    )


#: What a request has seen before.
SeenOf = Annotated[Seen, Depends(_seen)]


def _bare(tag: str) -> str:
    return tag.strip().removeprefix("W/")
