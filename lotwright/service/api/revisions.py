"""
Revisions: who changes something says which state of it they have seen.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Response

from lotwright.service.api.problems import Refusal

IfMatch = Annotated[str, Header(alias="If-Match", max_length=100)]


def tag(revision: int) -> str:
    """
    Returns the entity tag of a revision.
    """
    return f'"{revision}"'


def set_tag(response: Response, revision: int) -> None:
    """
    Says in an answer which revision it shows.
    """
    response.headers["ETag"] = tag(revision)


def stale(revision: int) -> Refusal:
    """
    Returns the answer to who has not seen the latest revision.
    """
    text = "Somebody has changed it since; look at it again."

    return Refusal(412, "changed", text, headers={"ETag": tag(revision)})


def refuse_stale(given: str, revision: int) -> None:
    """
    Refuses a change by somebody who has not seen the latest revision.

    Parameters
    ----------
    given
        The header ``If-Match``; empty where none came.
    revision
        The latest one.

    Raises
    ------
    Refusal
        When it is missing, or names another revision.
    """
    if not given:
        text = "Send If-Match with the ETag of what you have seen."
        raise Refusal(428, "if_match", text)

    if given.strip() not in (tag(revision), "*"):
        raise stale(revision)
