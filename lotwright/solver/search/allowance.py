"""
The time of a search, and what its phases may take of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lotwright.solver.params import SolverParams
from lotwright.solver.search.progress import Story

#: The least that a solve is given, so that a late start still answers.
_LEAST_SECONDS = 0.5

#: Where time is short, a phase may take more than its share, but no more than this part
#: of the time.
_LARGEST_SHARE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """
    What a search may take.

    Parameters
    ----------
    params
        Limits and settings of the search.
    story
        Which knows how long it goes on.
    """

    params: SolverParams
    story: Story

    def left(self) -> float:
        """
        Returns the seconds left, below 0 when time is over.
        """
        return self.params.time_limit - self.story.seconds()

    def within(self, share: float = 1.0) -> SolverParams:
        """
        Returns limits for a solve that may take a part of the time left.
        """
        seconds = max(self.left() * share, _LEAST_SECONDS)

        return replace(self.params, time_limit=seconds)

    def limits(self, share: float) -> SolverParams:
        """
        Returns limits for a solve that may take a part of the time left, or of the work
        where that is limited.
        """
        work = self.params.work_limit

        if work is None:
            return self.within(share)

        return replace(self.within(), work_limit=int(work * share))

    def share(self, usual: float, seconds: float) -> float:
        """
        Returns the part of the time left that a phase may take: the usual one, or as
        much as some seconds are, within a limit.
        """
        part = seconds / max(self.left(), _LEAST_SECONDS)

        return max(usual, min(part, _LARGEST_SHARE))
