"""
Lots by slope: an LP whose set-ups cost as much per unit as the last plan says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.solver.highs.problem import Arrays
from lotwright.solver.lotsizing.compiled import Compiled

#: A quantity below this part of its bound is none.
_NOTHING = 1e-6

#: A lot is thought to be at least this part of the largest one.
_LEAST_LOT = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    r"""
    Rows :math:`x \le U y` that let a quantity be only where lots are; K of them.

    Parameters
    ----------
    quantity, lot
        Columns :math:`x` and :math:`y`, shape ``(K,)``; of :math:`y`, 0 or 1 or the
        number of lots.
    most
        :math:`U`, which is the largest lot, shape ``(K,)``.
    entry
        Where the matrix holds :math:`-U`, shape ``(K,)``.
    """

    quantity: Ints
    lot: Ints
    most: Floats
    entry: Ints


def links_of(compiled: Compiled) -> Links:
    """
    Returns the links between quantities and lots.
    """
    counts = np.diff(compiled.start)
    counted = compiled.integer & (compiled.lower == 0.0)
    pair = (counts == 2) & np.isneginf(compiled.row_lower) & (compiled.row_upper == 0.0)
    first = compiled.start[:-1][pair].astype(np.int64)
    second = first + 1
    swapped = counted[compiled.index[first]]
    quantity = np.where(swapped, second, first)
    lot = np.where(swapped, first, second)
    x, y = compiled.index[quantity], compiled.index[lot]
    fits = counted[y] & ~compiled.integer[x] & (compiled.value[quantity] > 0)
    fits &= compiled.value[lot] < 0

    return Links(
        quantity=x[fits].astype(np.int64),
        lot=y[fits].astype(np.int64),
        most=-compiled.value[lot[fits]] / compiled.value[quantity[fits]],
        entry=lot[fits],
    )


class Slopes:
    r"""
    Seeks lots whose set-up costs and times capacity and demand can bear.

    A lot that was :math:`\bar x` large takes :math:`1 / \bar x` of a set-up per unit:
    the LP with :math:`x \le \bar x y` in place of :math:`x \le U y` sees set-ups as
    they were in the plan before; :math:`\bar x` is the mean where there were several.
    Lots that it does not use close; those that it uses grow.

    Parameters
    ----------
    compiled
        The elastic model.
    solve
        Solves an LP; None when it has no solution.
    keep
        Part of the last size of a lot that counts in the next round.

    References
    ----------
    Kim, D., Pardalos, P. M. (1999). A solution approach to the fixed charge network
    flow problem using a dynamic slope scaling procedure. Operations Research Letters
    24(4). https://doi.org/10.1016/S0167-6377(99)00004-8
    """

    def __init__(
        self,
        compiled: Compiled,
        solve: Callable[[Arrays], Floats | None],
        keep: float,
    ) -> None:
        self._compiled = compiled
        self._solve = solve
        self._keep = keep
        self._links = links_of(compiled)
        self._size = self._links.most.copy()
        self._used = np.zeros(len(self._size))

    def __bool__(self) -> bool:
        return len(self._size) > 0

    def begin(self, relaxed: Floats) -> None:
        """
        Takes the sizes of lots from an LP: what it makes for each lot that it opens.

        Parameters
        ----------
        relaxed
            Solution of the LP, on the columns of the model, shape ``(num_columns,)``.
        """
        used, lots = relaxed[self._links.quantity], relaxed[self._links.lot]
        opened = lots > _NOTHING
        size = np.where(opened, used / np.where(opened, lots, 1.0), self._size)
        self._size = np.clip(size, _LEAST_LOT * self._links.most, self._links.most)

    def lots(self) -> Floats | None:
        """
        Returns whole numbers of the next plan, NaN elsewhere, shape ``(num_columns,)``.
        """
        links, compiled = self._links, self._compiled
        value, upper = compiled.value.copy(), compiled.upper.copy()
        value[links.entry] *= self._size / links.most
        # Besides lots, what only follows them, such as an open set-up group.
        upper[compiled.integer] = np.inf
        sloped = replace(compiled, value=value, upper=upper)
        values = self._solve(sloped)

        if values is None:
            return None

        self._used = values[links.quantity]
        lots = np.ceil(values - _NOTHING)
        lots[links.lot] = self._counted(self._used)
        lots = np.clip(lots, compiled.lower, compiled.upper)

        return np.where(compiled.integer, lots, np.nan)

    def learn(self, solution: Floats | None) -> None:
        """
        Takes the sizes of lots from the plan that was made of the last ones.

        Parameters
        ----------
        solution
            Shape ``(num_columns,)``; None when there is none, so that the LP counts.
        """
        least = _NOTHING * self._links.most
        used = self._used if solution is None else solution[self._links.quantity]
        used = np.where(used > least, used, self._used)
        used = used / np.maximum(self._counted(used), 1.0)
        kept = self._keep * self._size + (1.0 - self._keep) * used
        size = np.where(used > least, kept, self._size)
        self._size = np.clip(size, _LEAST_LOT * self._links.most, self._links.most)

    def _counted(self, used: Floats) -> Floats:
        """
        Returns how many lots hold what is used, shape ``(K,)``.
        """
        counted: Floats = np.ceil(used / self._links.most - _NOTHING)

        return counted
