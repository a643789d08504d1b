"""
First in, first out: which supply meets which need, for many stock points at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Floats, Ints
from lotwright.solver.decode.relation import running_sum

#: Smaller parts than this are never matched.
LEAST = 1e-9
#: Share of a quantity that counts as a solver's rounding.
RELATIVE = 1e-5
#: Quantity that counts as a solver's rounding, however small the others are.
ABSOLUTE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """
    Parts of supplies that meet parts of needs, ordered by group and then by turn.

    Parameters
    ----------
    supply
        Position of the supply, -1 where nothing meets the need.
    need
        Position of the need, -1 where a supply is left over.
    quantity
        How much, above ``LEAST``.
    """

    supply: Ints
    need: Ints
    quantity: Floats

    def take(self, rows: Bools) -> Matches:
        """
        Returns some of the matches.
        """
        return Matches(
            supply=self.supply[rows],
            need=self.need[rows],
            quantity=self.quantity[rows],
        )


def tolerance(quantity: Floats) -> Floats:
    """
    Returns what counts as rounding beside a quantity, never a tenth of it.
    """
    return np.minimum(np.maximum(RELATIVE * quantity, ABSOLUTE), 0.1 * quantity)


def match(
    supply_group: Ints, supply: Floats, need_group: Ints, need: Floats
) -> Matches:
    """
    Returns how supplies meet needs in their order, group by group.

    Both sides lie on one axis of cumulative quantity; a match is where a supply and a
    need overlap. An end of a supply that lies next to the end of a need, but for a
    solver's rounding, counts as that end: needs are met exactly and no slivers arise.

    Parameters
    ----------
    supply_group, supply
        Group and quantity of each supply, ordered by group and turn, shape ``(S,)``.
    need_group, need
        The same for the needs, shape ``(N,)``.
    """
    need_end = running_sum(need_group, need)
    supply_end = running_sum(supply_group, supply)
    supply_end = _snapped(supply_group, supply, supply_end, need_group, need, need_end)

    group = np.concatenate([supply_group, need_group])
    end = np.concatenate([supply_end, need_end])
    is_supply = np.arange(len(group)) < len(supply)
    by_end = np.lexsort((end, group))
    group, end, is_supply = group[by_end], end[by_end], is_supply[by_end]

    starts = np.concatenate([[0.0], end[:-1]])
    starts[np.concatenate([[True], group[1:] != group[:-1]])[: len(group)]] = 0.0
    length = end - starts[: len(end)]

    # What a part belongs to is the first supply and need that have not ended yet.
    found = Matches(
        supply=_current(is_supply, supply_group, group),
        need=_current(~is_supply, need_group, group),
        quantity=length,
    )

    return found.take(length > LEAST)


def _current(ends_here: Bools, groups: Ints, group: Ints) -> Ints:
    """
    Returns the one whose end comes next, -1 where the group has no more.
    """
    ended: Ints = np.cumsum(ends_here) - ends_here
    position = np.minimum(ended, max(len(groups) - 1, 0))
    exists = ended < len(groups)

    if len(groups):
        exists &= groups[position] == group

    return np.where(exists, position, -1)


def _snapped(
    supply_group: Ints,
    supply: Floats,
    supply_end: Floats,
    need_group: Ints,
    need: Floats,
    need_end: Floats,
) -> Floats:
    """
    Returns the ends of the supplies, moved onto ends of needs that lie next to them.
    """
    if not len(supply) or not len(need):
        return supply_end

    smaller = _smaller_neighbour(supply_group, supply)
    group = np.concatenate([need_group, supply_group])
    end = np.concatenate([need_end, supply_end])
    by_end = np.lexsort((end, group))
    is_need = by_end < len(need)
    row = np.arange(len(by_end))

    before = np.maximum.accumulate(np.where(is_need, row, -1))
    after = np.minimum.accumulate(np.where(is_need, row, len(row))[::-1])[::-1]
    result = supply_end.copy()
    best = np.full(len(supply), np.inf)

    for neighbour in (before, after):
        at = row[~is_need]
        beside = neighbour[at]
        valid = (beside >= 0) & (beside < len(row))
        at, beside = by_end[at[valid]] - len(need), by_end[beside[valid]]
        distance = np.abs(need_end[beside] - supply_end[at])
        near = distance <= tolerance(np.minimum(smaller[at], need[beside]))
        near &= (need_group[beside] == supply_group[at]) & (distance < best[at])
        result[at[near]] = need_end[beside[near]]
        best[at[near]] = distance[near]

    return result


def _smaller_neighbour(group: Ints, quantity: Floats) -> Floats:
    """
    Returns the smaller of each quantity and the next one of the same group.
    """
    following = np.append(quantity[1:], np.inf)
    following[:-1][group[1:] != group[:-1]] = np.inf

    smaller: Floats = np.minimum(quantity, following)

    return smaller
