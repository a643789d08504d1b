"""
How long the parts of a plan may take that are decided anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from lotwright.solver.search.turns import Turn

#: CPU seconds for one part, as a part of the time limit, and their least and most; what
#: is not finished in that time is too large.
_SHARE = 0.01
_LEAST, _MOST = 0.3, 2.0

#: The same for parts that pay when they have more time; never less than the others. The
#: solver may look at the clock late: near the end there is none of them.
_LONG_SHARE = 0.07
_LONGEST = 12.0
_OVERRUN = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAPart:
    """
    CPU seconds for one part.

    Parameters
    ----------
    usual, long
        For most parts, and for those that pay when they have more time.
    """

    usual: float
    long: float

    @classmethod
    def within(cls, seconds: float) -> TimeAPart:
        """
        Returns what parts may take in a search of some seconds.
        """
        usual = min(max(_SHARE * seconds, _LEAST), _MOST)
        long = max(min(_LONG_SHARE * seconds, _LONGEST), usual)

        return cls(usual=usual, long=long)

    def of(self, turn: Turn) -> float:
        """
        Returns what the part of a turn may take.
        """
        return self.long if turn.is_long else self.usual

    def has_time(self, seconds: float) -> bool:
        """
        Returns whether a long part surely ends within some seconds.
        """
        return seconds > _OVERRUN * self.long
