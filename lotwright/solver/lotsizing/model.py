"""
The lot-sizing model: a table of contents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.lotsizing.algebra import Model, Variable
from lotwright.solver.lotsizing.capacity import capacity
from lotwright.solver.lotsizing.carry_rows import CARRY_ROWS
from lotwright.solver.lotsizing.choice_rows import instead_limit, instead_stock
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.demand import demand
from lotwright.solver.lotsizing.end_stock_rows import end_stock
from lotwright.solver.lotsizing.family_rows import family_open, open_families
from lotwright.solver.lotsizing.goals import Aim, aimed
from lotwright.solver.lotsizing.lot_rows import lot_minimum, lot_multiple, lot_open
from lotwright.solver.lotsizing.lot_sizes import largest_lots
from lotwright.solver.lotsizing.price_rows import (
    price_least,
    price_lots,
    price_most,
    price_split,
)
from lotwright.solver.lotsizing.reference_rows import (
    change_less,
    change_more,
    reference,
)
from lotwright.solver.lotsizing.share_rows import share
from lotwright.solver.lotsizing.shelf_life import expired_limit, shelf_life
from lotwright.solver.lotsizing.states import keep_states
from lotwright.solver.lotsizing.stock_balance import shortage_limit, stock_balance
from lotwright.solver.lotsizing.stock_limits import largest_stock, safety_stock
from lotwright.solver.lotsizing.storage import storage
from lotwright.solver.lotsizing.tiers import tier_of
from lotwright.solver.lotsizing.use_rows import open_resources, use_least, use_open
from lotwright.solver.quantities import Quantities

#: A family of rows: adds them where the network asks for them.
Family = Callable[[Model, Columns, Network], None]

FAMILIES: tuple[Family, ...] = (
    stock_balance,
    shortage_limit,
    instead_limit,
    instead_stock,
    demand,
    capacity,
    family_open,
    *CARRY_ROWS,
    use_open,
    use_least,
    lot_open,
    lot_minimum,
    lot_multiple,
    price_split,
    price_lots,
    price_least,
    price_most,
    share,
    safety_stock,
    largest_stock,
    end_stock,
    reference,
    change_less,
    change_more,
    storage,
    shelf_life,
    expired_limit,
)

#: Set-ups saved to less than this part are not; others may be in full.
_PART = 1e-6

#: Receipts below this part of the largest one are the rounding of a solver.
_NEGLIGIBLE = 1e-9


class LotSizingModel:
    """
    Columns and rows of the time-bucketed lot-sizing problem.

    Parameters
    ----------
    net
        What is planned.
    aim
        What is made least; the cost when None.

    Attributes
    ----------
    columns
        The blocks of columns.
    compiled
        The model as arrays.
    """

    def __init__(self, net: Network, aim: Aim | None = None) -> None:
        self._net = net
        self._model = Model()
        self.columns = Columns(self._model, net)

        for family in FAMILIES:
            family(self._model, self.columns, net)

        compiled = self._model.compile()
        self.compiled: Compiled = (
            compiled if aim is None else aimed(compiled, aim, self.columns, net)
        )

    def with_one_of(self, sets: Sequence[Ints]) -> LotSizingModel:
        """
        Returns the same model in which one column of each set at least is not 0.

        Parameters
        ----------
        sets
            Whole-number columns, ascending.
        """
        model = copy(self)
        model.compiled = self.compiled.with_one_of(sets)

        return model

    def levels_of_multiples(self) -> tuple[Ints, Ints]:
        """
        Returns the columns that count multiples, and the low-level code of each.
        """
        columns = self.columns.multiples.columns
        exists = columns >= 0
        level = self._net.points.level[self._net.activities.point]

        return columns[exists].astype(np.int64), level[np.nonzero(exists)[0]]

    def start(self, quantities: Quantities) -> Floats:
        """
        Returns the whole-number columns of a plan, NaN elsewhere, ``(num_columns,)``.

        Parameters
        ----------
        quantities
            A plan to start from, such as one of the heuristic.
        """
        values = np.full(self.compiled.num_columns, np.nan)
        receipt = quantities.receipt
        multiple = self._net.activities.lot_multiple[:, None]
        whole = np.where(multiple > 0, multiple, 1.0)
        lots = np.maximum(np.round(quantities.lots), self._fewest_lots(receipt))
        _put(values, self.columns.setup, receipt > 0)
        _put(values, self.columns.lots, lots)
        _put(values, self.columns.multiples, np.round(receipt / whole))
        self._put_prices(values, receipt, lots)
        start: Floats = np.minimum(values, self.compiled.upper)

        return self.completed(start)

    def given(self, quantities: Quantities) -> Floats:
        """
        Returns the whole-number columns and the receipts of a plan, NaN elsewhere,
        ``(num_columns,)``.

        Parameters
        ----------
        quantities
            A plan.
        """
        values = self.start(quantities)
        _put(values, self.columns.quantity, quantities.receipt)

        return values

    def tidied(self, solution: Floats) -> Floats:
        """
        Returns the whole numbers of a solution, lots closed where nothing is received.

        Parameters
        ----------
        solution
            A solution of the model, shape ``(num_columns,)``.
        """
        values = np.where(self.compiled.integer, np.round(solution), np.nan)
        received = self.quantities(solution).receipt > 0

        for block in (self.columns.setup, self.columns.lots):
            idle = (block.columns >= 0) & ~received
            values[block.columns[idle]] = 0.0

        priced = self.columns.priced_lots.columns
        idle = (priced >= 0) & ~received[self.columns.tiers.activity]
        values[priced[idle]] = 0.0

        return self.completed(values)

    def completed(self, values: Floats) -> Floats:
        """
        Returns whole numbers with those that follow from lots as the lots ask for.

        Parameters
        ----------
        values
            Whole numbers, shape ``(num_columns,)``; what stands in other columns, or
            comes after those of this model, stays.
        """
        completed = values.copy()
        open_families(self.columns, self._net, completed)
        keep_states(self.columns, self._net, completed)
        open_resources(self.columns, self._net, completed)

        return completed

    def opened(self, relaxed: Floats, least: float) -> Floats:
        """
        Returns whole numbers that open lots wherever an LP opens more than a part.

        Parameters
        ----------
        relaxed
            Solution of the LP, shape ``(num_columns,)``.
        least
            Parts of a lot up to this size stay closed.
        """
        compiled = self.compiled
        up = np.clip(np.ceil(relaxed - least), compiled.lower, compiled.upper)
        receipt = self.columns.quantity.values(relaxed)
        self._put_prices(up, receipt, self.columns.lots_made.evaluate(up))

        return self.completed(np.where(compiled.integer, up, np.nan))

    def _put_prices(self, values: Floats, receipt: Floats, lots: Floats) -> None:
        """
        Gives all lots of an activity in a bucket the price of their mean size.
        """
        tiers = self.columns.tiers
        size = np.where(lots > 0, receipt, 0.0) / np.where(lots > 0, lots, 1.0)
        chosen = tier_of(self._net, tiers, size) * lots[tiers.activity]
        _put(values, self.columns.priced_lots, chosen)

    def whole_columns(self, cells: Bools) -> Bools:
        """
        Returns the whole-number columns of some activities and buckets.

        Parameters
        ----------
        cells
            Which activities and buckets, shape ``(A, T)``.

        Returns
        -------
        Bools
            Shape ``(num_columns,)``.
        """
        chosen = np.zeros(self.compiled.num_columns, dtype=bool)

        for block in self.columns.whole():
            chosen[block.columns[cells & (block.columns >= 0)]] = True

        priced = self.columns.priced_lots.columns
        here = cells[self.columns.tiers.activity] & (priced >= 0)
        chosen[priced[here]] = True

        return chosen

    def fixed(self, solution: Floats) -> Compiled:
        """
        Returns the model as an LP with whole numbers fixed as in a solution.
        """
        whole = self.compiled.integer
        values = np.round(np.nan_to_num(solution))
        lower = np.where(whole, values, self.compiled.lower)
        upper = np.where(whole, values, self.compiled.upper)

        return replace(self.compiled.relaxed(), lower=lower, upper=upper)

    def quantities(self, solution: Floats) -> Quantities:
        """
        Returns the decisions of a solution as arrays.
        """
        columns = self.columns
        receipt = np.maximum(columns.quantity.values(solution), 0.0)
        receipt[receipt <= _NEGLIGIBLE * max(float(receipt.max(initial=0.0)), 1.0)] = (
            0.0
        )
        counted = columns.setup.values(solution) + columns.lots.values(solution)
        lots = np.maximum(np.round(counted), self._fewest_lots(receipt))

        return Quantities(
            receipt=receipt,
            lots=np.where(receipt > 0, lots, 0.0),
            served=np.maximum(columns.served.values(solution), 0.0),
            lost=np.maximum(columns.lost.values(solution), 0.0),
            overtime=np.maximum(columns.overtime.values(solution), 0.0),
            expired=np.maximum(columns.expired.values(solution), 0.0),
            instead=np.maximum(columns.instead.values(solution), 0.0),
            priced=np.maximum(columns.priced.values(solution), 0.0),
            priced_lots=np.round(columns.priced_lots.values(solution)),
            saved=np.ceil(columns.saved.values(solution) - _PART),
            still=np.ceil(columns.still.values(solution) - _PART),
        )

    def _fewest_lots(self, receipt: Floats) -> Floats:
        """
        Returns in how many lots receipts come at least, shape ``(A, T)``.
        """
        largest = np.maximum(largest_lots(self._net), _NEGLIGIBLE)[:, None]
        lots: Floats = np.maximum(np.ceil(receipt / largest - 1e-6), receipt > 0)

        return lots


def _put(values: Floats, block: Variable, amount: Floats | Bools) -> None:
    exists = block.columns >= 0
    values[block.columns[exists]] = amount[exists]
