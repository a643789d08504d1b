"""
Tasks one at a time, in this process.
"""

from __future__ import annotations

from dataclasses import dataclass

from lotwright.fanout.run import Run
from lotwright.fanout.task import Wish, done


@dataclass(frozen=True, slots=True, kw_only=True)
class _Here:
    run: Run
    number: int

    def say(self, news: bytes) -> None:
        self.run.hear(self.number, news)

    def wish(self) -> Wish:
        return self.run.wish()


def run_here(run: Run) -> None:
    """
    Does all tasks of a run.
    """
    for number, payload in run.draw():
        run.refuse_cancelled()
        line = _Here(run=run, number=number)
        run.outcomes[number] = done(run.function, payload, line)
