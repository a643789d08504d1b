"""
The two sides of forecast consumption: what consumes, and what is consumed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lotwright.model.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """
    Lines that consume or are consumed, by day and name; n of them.

    Parameters
    ----------
    group
        Lines of one group fit each other, shape ``(n,)``.
    day
        Day on which the line is due, shape ``(n,)``.
    quantity
        What is left of it, never negative, shape ``(n,)``.
    back, ahead
        Days before and after the line in which it looks for forecast, shape ``(n,)``.
    """

    group: Ints
    day: Ints
    quantity: Floats
    back: Floats
    ahead: Floats

    def with_left(self, quantity: Floats) -> Side:
        """
        Returns the lines with other quantities.
        """
        return replace(self, quantity=quantity)
