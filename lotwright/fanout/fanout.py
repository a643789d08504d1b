"""
Fan out: tasks on processes of this machine, or on a cluster, all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lotwright.fanout.cluster import Cluster, seats_of
from lotwright.fanout.inline import run_here
from lotwright.fanout.local import Pool
from lotwright.fanout.run import Run, no_news, no_wish
from lotwright.fanout.task import Function, Outcome, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Fanout:
    """
    Where tasks run.

    A task is a function of a module, of bytes to bytes. It may run more than once, and
    its result is the same wherever it runs, as long as it does not look at the clock.

    Parameters
    ----------
    workers
        Processes of this machine; with one, tasks run in this process, one at a time.
    cluster
        Address of a Dask scheduler, such as ``tcp://scheduler:8786``; empty for none.

    Raises
    ------
    ValueError
        When there is not at least one worker.
    """

    workers: int = 1
    cluster: str = ""

    def __post_init__(self) -> None:
        if self.workers < 1:
            msg = f"Expected at least one worker, got {self.workers}."
            raise ValueError(msg)

    def seats(self) -> int:
        """
        Returns how many tasks can run at a time.

        Raises
        ------
        ClusterError
            When the cluster is not there or not fit.
        """
        return seats_of(self.cluster) if self.cluster else self.workers

    def run(
        self,
        function: Function,
        payloads: Iterable[bytes],
        *,
        hear: Callable[[int, bytes], None] = no_news,
        wish: Callable[[], Wish] = no_wish,
    ) -> list[Outcome]:
        """
        Returns how each task has ended, in order.

        An exception of a task is its outcome. A task whose worker dies begins again
        elsewhere, three times at most; then that is its outcome.

        Parameters
        ----------
        function
            What all tasks do.
        payloads
            What each of them works on. They are drawn as workers become free, in this
            thread; equal ones are done once.
        hear
            Called in this thread with the ordinal of a task and what it says.
        wish
            Asked in this thread what running tasks are to be asked.

        Raises
        ------
        Cancelled
            When that was wished.
        ClusterError
            When the cluster is not there or not fit.
        """
        run = Run(function=function, payloads=payloads, hear=hear, wish=wish)
        run.refuse_cancelled()

        if self.cluster:
            Cluster(run, self.cluster).work()
        elif self.workers == 1:
            run_here(run)
        else:
            Pool(run, self.workers).work()

        return run.answer()
