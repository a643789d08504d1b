"""
The strengthened model: the natural one with echelon stocks and Wagner-Whitin rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.lotsizing.algebra import Variable
from lotwright.solver.lotsizing.compiled import Block, Compiled
from lotwright.solver.lotsizing.echelon import Echelons, echelons
from lotwright.solver.lotsizing.lot_sizes import largest_lots
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.wagner_whitin import (
    Openings,
    Windows,
    wagner_whitin,
    windows,
)

#: Columns that rows of stock points and of demand may hold; what others do to stock is
#: not known here.
OF_STOCK = frozenset({"quantity", "setup", "lots", "stock", "shortage", "served"})
OF_DEMAND = frozenset({"served", "backlog", "lost"})

#: The most windows that begin in one bucket of one point.
DEEPEST = 8

#: Entries that the rows of windows may have about; larger models get shorter windows.
_MOST_ENTRIES = 4_000_000


def strengthened(
    net: Network, model: LotSizingModel, *, depth: int | None = None
) -> Compiled:
    r"""
    Returns the model with rows that cut off broken lots and no plan.

    The natural columns come first, as they are. New are the echelon stock of a point at
    the start of a bucket, where it goes into others, and what of the demand on it is
    lost or late,

    .. math::
        echelon_{pk} &= I_{p,k-1} + \sum_j m_{pj} \, echelon_{j,\sigma(k)}
            + \text{receipts of } j \text{ that took } p \text{ before } k
            \text{ and come later} \\
        missing_{pk} &= \sum_{d \in p} (due\_late_{dk} + lost_{dk}) + due\_waiting_{pk}
            + \sum_j m_{pj} \sum_{t \text{ belongs to } k} missing_{jt} \\
        due\_late_{dt} &\le \min(q_{dt}, backlog_{dt}), \qquad
        due\_waiting_{pt} \le \min(Q_{pt}, shortage_{pt})

    and on them stand the rows of :func:`~lotwright.solver.lotsizing.wagner_whitin`.

    Parameters
    ----------
    net, model
        The network and its natural model.
    depth
        Windows that begin in one bucket; None to choose by the size of the model.
    """
    extension = _Extension(net, model)
    found = extension.found

    if depth is None:
        cells = max(int((found.demand > 0).sum()), 1)
        depth = next(
            (d for d in range(DEEPEST, 2, -1) if cells * d * (d + 4) < _MOST_ENTRIES), 2
        )

    return extension.compiled(depth)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """
    Rows of one family on all columns.
    """

    name: str
    labels: tuple[str, ...]
    keep: Ints
    matrix: csr_array
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Form:
    """
    A linear form for each point and bucket, ``p * T + t``.
    """

    matrix: csr_array
    constant: Floats


class _Extension:
    """
    The new columns, and the forms that rows are made of.
    """

    def __init__(self, net: Network, model: LotSizingModel) -> None:
        self._net = net
        self._model = model
        self._natural = model.compiled
        self._size = net.num_buckets
        exists = model.columns.quantity.columns >= 0
        gains, losses = _unknown(net, model)
        self.found: Echelons = echelons(net, exists, gains=gains, losses=losses)
        self._blocks: list[Block] = []
        self._upper: list[Floats] = []
        self._num_columns = self._natural.num_columns
        edges = self.found.edges
        inner = np.zeros(len(net.points), dtype=bool)
        inner[edges.component] = True
        columns, classes, points = model.columns, net.classes, net.points
        late = (classes.quantity > 0) & (columns.backlog.columns >= 0)
        waits = (points.open_issues > 0) & (columns.shortage.columns >= 0)
        everywhere = np.repeat(inner[:, None], self._size, axis=1)
        self._late = self._add(
            "due_late", classes.labels, late, np.asarray(classes.quantity)
        )
        self._waits = self._add("due_waiting", points.labels, waits, points.open_issues)
        infinite = np.full(everywhere.shape, np.inf)
        self._echelon = self._add("echelon", points.labels, everywhere, infinite)
        self._missing = self._add("missing", points.labels, everywhere, infinite)

    def compiled(self, depth: int) -> Compiled:
        """
        Returns the natural model with all that is new.
        """
        natural = self._natural
        rows = [part for part in self._families(depth) if len(part.keep)]
        blocks, first = [], natural.num_rows

        for part in rows:
            blocks.append(self._block(part.name, part.labels, part.keep, first))
            first += len(part.keep)

        shape = (natural.num_rows, natural.num_columns)
        old = csr_array((natural.value, natural.index, natural.start), shape=shape)
        old.resize((natural.num_rows, self._num_columns))
        matrix = vstack([old, *(part.matrix for part in rows)], format="csr")
        matrix.sort_indices()
        added = self._num_columns - natural.num_columns

        return replace(
            natural,
            lower=np.concatenate([natural.lower, np.zeros(added)]),
            upper=np.concatenate([natural.upper, *self._upper]),
            cost=np.concatenate([natural.cost, np.zeros(added)]),
            integer=np.concatenate([natural.integer, np.zeros(added, dtype=bool)]),
            start=np.asarray(matrix.indptr, dtype=np.int32),
            index=np.asarray(matrix.indices, dtype=np.int32),
            value=np.asarray(matrix.data, dtype=np.float64),
            row_lower=np.concatenate([natural.row_lower, *(r.lower for r in rows)]),
            row_upper=np.concatenate([natural.row_upper, *(r.upper for r in rows)]),
            columns=(*natural.columns, *self._blocks),
            rows=(*natural.rows, *blocks),
        )

    def _families(self, depth: int) -> Iterator[_Rows]:
        columns, labels = self._model.columns, self._net.points.labels
        late = self._at_most(
            "due_late_in_backlog",
            tuple(self._net.classes.labels),
            self._late,
            columns.backlog,
        )
        waits = self._at_most(
            "due_waiting_in_shortage", labels, self._waits, columns.shortage
        )
        echelon, stocked = self._stocked()
        missing, lacking = self._lacking()

        yield from (late, waits, stocked, lacking)
        yield from self._windows(echelon, missing, depth)

    def _windows(self, echelon: _Form, missing: _Form, depth: int) -> Iterator[_Rows]:
        """
        Yields the rows of windows, rank by rank.
        """
        spans = windows(self.found, depth)
        openings = self._openings()
        by_lots = wagner_whitin(self.found, spans, openings, self._num_columns)
        cell = spans.point * self._size + spans.first
        inside = _inside(spans, self._size, len(self._net.points))
        matrix = by_lots + echelon.matrix[cell] + inside @ missing.matrix
        lower = spans.need - echelon.constant[cell]
        lots = np.zeros(self._num_columns)
        lots[openings.lot[openings.lot >= 0]] = 1.0
        useful = (by_lots @ lots) > 0

        for rank in range(1, depth + 1):
            rows = np.flatnonzero(useful & (spans.rank == rank))
            rows = rows[np.argsort(cell[rows], kind="stable")]

            yield _Rows(
                name=f"wagner_whitin_{rank}",
                labels=self._net.points.labels,
                keep=cell[rows],
                matrix=csr_array(matrix[rows]),
                lower=lower[rows],
                upper=np.full(len(rows), np.inf),
            )

    def _openings(self) -> Openings:
        columns = self._model.columns
        setup, lots = columns.setup.columns.ravel(), columns.lots.columns.ravel()
        by_lot = np.repeat(largest_lots(self._net), self._size)

        return Openings(
            quantity=columns.quantity.columns.ravel().astype(np.int64),
            lot=np.maximum(setup, lots).astype(np.int64),
            largest=np.where(setup >= 0, columns.largest.ravel(), by_lot),
        )

    def _stocked(self) -> tuple[_Form, _Rows]:
        """
        Returns the echelon stock of every point, and the rows that say what it is.
        """
        size, net = self._size, self._net
        stock = self._model.columns.stock.columns.astype(np.int64)
        point, bucket = np.divmod(np.arange(len(net.points) * size), size)
        later = np.flatnonzero(bucket > 0)
        own = self._sparse(later, stock[point[later], bucket[later] - 1])
        opening = np.where(bucket == 0, net.points.opening_stock[point], 0.0)
        outer, place = self._placed(self._echelon)
        form = _Form(
            matrix=csr_array(own.multiply(outer[:, None]).tocsr() + place),
            constant=np.where(outer, opening, 0.0),
        )
        inside = self._inside()
        whole = own + inside @ form.matrix + self._moving()
        known = opening + inside @ form.constant

        return form, self._equal("echelon_stock", place - whole, known, ~outer)

    def _inside(self) -> csr_array:
        """
        Returns what echelons of products hold of components at their cuts.
        """
        size, edges = self._size, self.found.edges
        cuts = edges.cuts()
        edge, at = np.nonzero(cuts < size)
        to = edges.component[edge] * size + at
        of = edges.product[edge] * size + cuts[edge, at]
        count = len(self._net.points) * size
        entries = (edges.ratio[edge], (to, of))

        return csr_array(coo_array(entries, shape=(count, count)).tocsr())

    def _moving(self) -> csr_array:
        """
        Returns what was issued before a cut for a receipt that lies behind it.
        """
        edges, inputs = self.found.edges, self._net.inputs
        quantity = self._model.columns.quantity.columns.astype(np.int64)
        exists = quantity[inputs.activity] >= 0
        taken = (edges.flow >= 0)[:, None] & (inputs.bucket >= 0) & exists
        flow, receipt = np.nonzero(taken)
        issued = inputs.bucket[flow, receipt]
        days = edges.bucket[edges.flow[flow], receipt] - issued
        part = np.repeat(np.arange(len(flow)), days)
        passed = np.arange(len(part)) - np.repeat(np.cumsum(days) - days, days)
        held = inputs.point[flow[part]] * self._size + issued[part] + 1 + passed
        column = quantity[inputs.activity[flow[part]], receipt[part]]

        return self._sparse(held, column, inputs.ratio[flow[part]])

    def _lacking(self) -> tuple[_Form, _Rows]:
        """
        Returns what is missing of every point, and the rows that say what it is.
        """
        size, net = self._size, self._net
        lost = self._model.columns.lost.columns.astype(np.int64)
        at = net.classes.point[:, None] * size + np.arange(size)
        own = self._sparse(at[lost >= 0], lost[lost >= 0])
        late = self._late >= 0
        own = own + self._sparse(at[late], self._late[late])
        waits = self._waits.ravel()
        waiting = np.flatnonzero(waits >= 0)
        own = own + self._sparse(waiting, waits[waiting])
        outer, place = self._placed(self._missing)
        form = _Form(
            matrix=csr_array(own.multiply(outer[:, None]).tocsr() + place),
            constant=np.zeros(len(outer)),
        )
        whole = own + self.found.passed @ form.matrix

        return form, self._equal("missing_demand", place - whole, form.constant, ~outer)

    def _placed(self, columns: Ints) -> tuple[Bools, csr_array]:
        """
        Returns where a block has no column, and the columns that it has.
        """
        flat = columns.ravel()
        there = np.flatnonzero(flat >= 0)

        return flat < 0, self._sparse(there, flat[there])

    def _sparse(
        self, row: Ints, column: Ints, value: Floats | None = None
    ) -> csr_array:
        shape = (len(self._net.points) * self._size, self._num_columns)
        data = np.ones(len(row)) if value is None else value

        return csr_array(coo_array((data, (row, column)), shape=shape).tocsr())

    def _equal(self, name: str, matrix: csr_array, known: Floats, keep: Bools) -> _Rows:
        rows = np.flatnonzero(keep)
        kept = csr_array(matrix[rows])
        kept.eliminate_zeros()

        return _Rows(
            name=name,
            labels=self._net.points.labels,
            keep=rows,
            matrix=kept,
            lower=known[rows],
            upper=known[rows],
        )

    def _at_most(
        self, name: str, labels: tuple[str, ...], part: Ints, whole: Variable
    ) -> _Rows:
        keep = np.flatnonzero(part.ravel() >= 0)
        count = np.arange(len(keep))
        row = np.concatenate([count, count])
        column = np.concatenate([part.ravel()[keep], whole.columns.ravel()[keep]])
        value = np.concatenate([np.ones(len(keep)), -np.ones(len(keep))])
        shape = (len(keep), self._num_columns)

        return _Rows(
            name=name,
            labels=labels,
            keep=keep,
            matrix=csr_array(coo_array((value, (row, column)), shape=shape).tocsr()),
            lower=np.full(len(keep), -np.inf),
            upper=np.zeros(len(keep)),
        )

    def _add(
        self, name: str, labels: tuple[str, ...], keep: Bools, upper: Floats
    ) -> Ints:
        """
        Returns the indices of new columns, shape ``(n, T)``; -1 where there is none.
        """
        columns = np.full(keep.shape, -1, dtype=np.int64)
        count = int(keep.sum())
        columns[keep] = self._num_columns + np.arange(count)

        if count:
            where = np.flatnonzero(keep)
            self._blocks.append(self._block(name, labels, where, self._num_columns))
            self._upper.append(upper[keep])
            self._num_columns += count

        return columns

    def _block(
        self, name: str, labels: tuple[str, ...], keep: Ints, first: int
    ) -> Block:
        return Block(
            name=name, first=first, labels=labels, num_buckets=self._size, keep=keep
        )


def _inside(spans: Windows, size: int, num_points: int) -> csr_array:
    """
    Returns which cells each window holds, ``(W, P * T)``.
    """
    cell = spans.point[spans.window] * size + spans.bucket
    shape = (len(spans), num_points * size)
    ones = np.ones(len(cell))

    return csr_array(coo_array((ones, (spans.window, cell)), shape=shape).tocsr())


def _unknown(net: Network, model: LotSizingModel) -> tuple[Bools, Bools]:
    """
    Returns the points that columns unknown here may add to or take from, ``(P,)`` each.
    """
    gains = np.zeros(len(net.points), dtype=bool)
    losses = np.zeros(len(net.points), dtype=bool)
    up, down = _others(model.compiled, "stock_balance", OF_STOCK)
    gains[up], losses[down] = True, True
    more, less = _others(model.compiled, "demand", OF_DEMAND)
    gains[net.classes.point[np.concatenate([more, less])]] = True

    return gains, losses


def _others(
    compiled: Compiled, family: str, known: frozenset[str]
) -> tuple[Ints, Ints]:
    """
    Returns the entities whose rows hold unknown columns, by the sign of their entry.
    """
    none = np.zeros(0, dtype=np.int64)
    blocks = [block for block in compiled.rows if block.name == family]
    others = [block for block in compiled.columns if block.name not in known]

    if not blocks or not others:
        return none, none

    block = blocks[0]
    strange = np.zeros(compiled.num_columns, dtype=bool)

    for other in others:
        strange[other.first : other.first + len(other)] = True

    begin, end = (
        compiled.start[block.first],
        compiled.start[block.first + len(block)],
    )
    count = np.diff(compiled.start[block.first : block.first + len(block) + 1])
    place = np.arange(len(block)) if block.keep is None else block.keep
    entity = np.repeat(place // max(block.num_buckets, 1), count)
    found = strange[compiled.index[begin:end]]
    up = compiled.value[begin:end] > 0

    return np.unique(entity[found & up]), np.unique(entity[found & ~up])
