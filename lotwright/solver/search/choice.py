"""
Choosing among ways to improve a plan by what each has brought for its work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Weight of what a way has brought before against what it brings now.
_MEMORY = 0.85

#: Part of the turns in which a new way is tried, as long as there is one.
_NEW_SHARE = 0.3

#: Part of all turns that go round, whatever they have brought: what brings nothing with
#: small parts may do so with large ones.
_EQUAL_SHARE = 0.4

#: A way that brings nothing keeps at least this part of the best one's weight.
_FLOOR = 0.02

#: How much larger a part becomes that was solved to its end: in all that it may take,
#: in no time, and in no time where none of its kind has been too large yet; and how
#: much smaller one that was not.
_GROWTH = 1.05
_FAST_GROWTH = 1.4
_FIRST_GROWTH = 2.5
_SHRINKAGE = 0.8


@dataclass(slots=True, kw_only=True)
class Size:
    """
    How large parts are: it follows what they took of what they may take.

    Parameters
    ----------
    now
        At first.
    least, most
        How small and large they may become.
    has_failed
        Whether one has been too large.
    """

    now: float
    least: float
    most: float
    has_failed: bool = False

    def follow(self, share: float) -> None:
        """
        Takes to what a part took.

        Parameters
        ----------
        share
            Which part it was of what it may take; above 1 where it was not solved to
            its end.
        """
        spare = max(1.0 - share, 0.0)
        self.has_failed |= share > 1.0
        fastest = _FAST_GROWTH if self.has_failed else _FIRST_GROWTH
        growth = _GROWTH + (fastest - _GROWTH) * spare**2
        size = self.now * (growth if share <= 1.0 else _SHRINKAGE)
        self.now = min(max(size, self.least), self.most)


@dataclass(slots=True)
class Way:
    """
    What is known of one way: the size of its parts, its turns, the gain for its work,
    and the work of a turn.
    """

    size: Size
    turns: int = 0
    yields: float = 0.0
    effort: float = 1.0


class Choice:
    """
    A lottery among ways in which each has the weight of what it has lately brought.

    Where work is counted in the solver's iterations, the same seed makes the same
    choices on every machine.

    Parameters
    ----------
    number
        How many ways there are, the quick ones first: they pay while others wait.
    size, least, most
        How large parts are at first, and how small and large they may become.
    random
        Where chance comes from.
    """

    def __init__(
        self,
        number: int,
        *,
        size: float,
        least: float,
        most: float,
        random: np.random.Generator,
    ) -> None:
        self._ways = [
            Way(Size(now=size, least=least, most=most)) for _ in range(number)
        ]
        self._random = random

    def __len__(self) -> int:
        return len(self._ways)

    def draw(self) -> int:
        """
        Returns the ordinal of the way whose turn it is; new ones come in by and by.
        """
        known = sum(way.turns > 0 for way in self._ways)
        fresh = known < len(self._ways)

        if fresh and (not known or self._random.random() < _NEW_SHARE):
            return next(idx for idx, way in enumerate(self._ways) if not way.turns)

        yields = np.array([way.yields for way in self._ways if way.turns])
        yields = np.maximum(yields, _FLOOR * yields.max())
        total = float(yields.sum())
        size = len(yields)
        share = yields / total if total > 0 else np.full(size, 1.0 / size)
        share = (1.0 - _EQUAL_SHARE) * share + _EQUAL_SHARE / size

        drawn = int(self._random.choice(size, p=share / share.sum()))
        turned = [idx for idx, way in enumerate(self._ways) if way.turns]

        return turned[drawn]

    def size(self, ordinal: int) -> int:
        """
        Returns how large its next part is.
        """
        return int(self._ways[ordinal].size.now)

    def learn(self, ordinal: int, *, gain: float, effort: float, share: float) -> None:
        """
        Notes what a turn has brought.

        Parameters
        ----------
        ordinal
            Whose turn it was.
        gain
            By how much the plan has become cheaper.
        effort
            How much work it was.
        share
            Which part it took of what it may take, so that it may be larger; above 1
            where it was not solved to its end.
        """
        way = self._ways[ordinal]
        effort = max(effort, 1.0)
        memory = _MEMORY if way.turns else 0.0
        way.yields = memory * way.yields + (1.0 - memory) * gain / effort
        way.effort = memory * way.effort + (1.0 - memory) * effort
        way.turns += 1
        way.size.follow(share)
