"""
Targets: what publications are written to, and what can go wrong there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lotwright.errors import LotwrightError
from lotwright.service.publish.content import Content

#: Publications that stay in a target, the current one among them.
KEPT = 5

#: Columns of an order by which it is told whether it has changed.
COMPARED = (
    "order_id",
    "kind",
    "item_id",
    "location_id",
    "quantity",
    "start_date",
    "due_date",
    "status",
    "locked",
)


class TargetError(LotwrightError):
    """
    A target does not take a publication, and would not at another time either.

    Parameters
    ----------
    code, text
        A word that programs know, and a sentence for people.
    """

    def __init__(self, *, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class TargetSilentError(LotwrightError):
    """
    A target does not answer now, but may do so later.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Writ:
    """
    A publication as a target keeps it.

    Parameters
    ----------
    publication_id
        Its key: a target has it once.
    publisher
        Whose it is; each has one current publication in a target.
    number
        Grows with each publication; no earlier one replaces a later one.
    run_id, condition
        Which orders of which plan.
    at
        When it was asked for, in seconds since 1970.
    """

    publication_id: str
    publisher: str
    number: int
    run_id: str
    condition: str
    at: float


class Doubt:
    """
    Whether a target may have a publication without our knowing.

    Parameters
    ----------
    is_open
        Whether an earlier attempt has left it open.
    note
        Keeps that from now on only the target knows.
    """

    def __init__(self, *, is_open: bool, note: Callable[[], None]) -> None:
        self.is_open = is_open
        self._note = note

    def absent(self) -> None:
        """
        The target does not have it, and nobody else is writing it.
        """
        self.is_open = False

    def commits(self) -> None:
        """
        The next word decides; only the target knows how it was taken.
        """
        self._note()
        self.is_open = True


class Target(Protocol):
    """
    Where publications are written to.
    """

    def current(self) -> tuple[str, list[dict[str, Any]]]:
        """
        Returns the publisher's current publication and its orders, in the columns of
        ``COMPARED``; a blank name and no rows where there is none.

        Raises
        ------
        TargetError, TargetSilentError
            When it cannot be read.
        """
        ...

    def write(self, writ: Writ, content: Content, doubt: Doubt) -> None:
        """
        Makes a publication the current one, all of it or nothing; one that is there
        already stays as it is.

        Raises
        ------
        TargetError, TargetSilentError
            When it is not written.
        """
        ...


def superseded() -> TargetError:
    """
    Returns why an earlier publication does not replace a later one.
    """
    text = "A later publication is in the target already; nothing was written."

    return TargetError(code="superseded", text=text)


def key_taken() -> TargetError:
    """
    Returns why a key that stands for something else is left alone.
    """
    text = "The target has another publication by the same key; nothing was written."

    return TargetError(code="key_taken", text=text)
