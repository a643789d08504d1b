"""
One run of many tasks: what is drawn, what is known of it, and when it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lotwright.errors import Cancelled, TaskError
from lotwright.fanout.task import Function, Outcome, Wish, digest_of, name_of


def no_news(task: int, news: bytes) -> None:
    """
    Hears nothing of what tasks say.
    """


def no_wish() -> Wish:
    """
    Returns that tasks may go on to their ends.
    """
    return Wish.NONE


@dataclass(slots=True, kw_only=True)
class Run:
    """
    The tasks of one call, in order; equal ones are done once.

    Parameters
    ----------
    function
        What all of them do.
    payloads
        What each of them works on; drawn when there is somebody to do it.
    hear
        Told all news, with the ordinal of the task.
    wish
        Tells what running tasks are to be asked.
    """

    function: Function
    payloads: Iterable[bytes]
    hear: Callable[[int, bytes], None] = no_news
    wish: Callable[[], Wish] = no_wish
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    _first: dict[str, int] = field(default_factory=dict)
    _same: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """
        Name of the function.
        """
        return name_of(self.function)

    def draw(self) -> Iterator[tuple[int, bytes]]:
        """
        Yields ordinal and payload of every task that is not like one before.
        """
        for payload in self.payloads:
            number = len(self._same)
            first = self._first.setdefault(digest_of(self.name, payload), number)
            self._same.append(first)

            if first == number:
                yield number, payload

    def fail(self, number: int, kind: str, text: str) -> None:
        """
        Notes that a task has failed for reasons that are not its own.
        """
        self.outcomes[number] = Outcome(error=TaskError(kind, text))

    def refuse_cancelled(self) -> None:
        """
        Ends here where the run was cancelled.

        Raises
        ------
        Cancelled
            When it was.
        """
        if self.wish() is Wish.CANCEL:
            msg = "The run was cancelled; what was done so far is discarded."
            raise Cancelled(msg)

    def answer(self) -> list[Outcome]:
        """
        Returns how every task has ended, in order.
        """
        return [self.outcomes[first] for first in self._same]
