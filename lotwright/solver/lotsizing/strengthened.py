"""
The strengthened model: the natural one with echelon stocks and Wagner-Whitin rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.lotsizing.algebra import Variable
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.echelon import Echelons, echelons
from lotwright.solver.lotsizing.extension import Extension, Places, Rows
from lotwright.solver.lotsizing.lot_sizes import largest_lots
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.unknown import unknown_to_echelons
from lotwright.solver.lotsizing.wagner_whitin import (
    Openings,
    Windows,
    wagner_whitin,
    windows,
)

#: The most windows that begin in one bucket of one point.
DEEPEST = 8

#: Buckets between deadlines of windows that have several.
_PAIR = 2

#: Entries that the rows of windows may have about; larger models get shorter windows.
_MOST_ENTRIES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Form:
    """
    A linear form for each point and bucket, ``p * T + t``.
    """

    matrix: csr_array
    constant: Floats


class StrengthenedModel:
    r"""
    The model with rows that cut off broken lots and no plan.

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

    and, where demand may be late, what is lost and what still waits at the end of a
    bucket, however long it has,

    .. math::
        gone_{pk} &= \sum_{d \in p} lost_{dk}
            + \sum_j m_{pj} \sum_{t \text{ belongs to } k} gone_{jt} \\
        waiting_{pk} &= \sum_{d \in p} backlog_{dk} + shortage_{pk}
            + \sum_j m_{pj} \, waiting_{j,\sigma(k+1)-1}

    and on them stand the rows of :func:`~lotwright.solver.lotsizing.wagner_whitin`.

    Parameters
    ----------
    net, model
        The network and its natural model.
    depth
        Windows that begin in one bucket; None to choose by the size of the model.
    patience
        How many of these have rows in which demand may wait until the end; None for all
        of them; it may be more than the depth.
    paired
        How many have rows in which it may wait until the end of every other bucket;
        None for as many as wait until the end.

    Attributes
    ----------
    compiled
        The model as arrays.
    """

    def __init__(
        self,
        net: Network,
        model: LotSizingModel,
        *,
        depth: int | None = None,
        patience: int | None = None,
        paired: int | None = None,
    ) -> None:
        self._net = net
        self._model = model
        self._size = net.num_buckets
        exists = model.columns.quantity.columns >= 0
        gains, losses = unknown_to_echelons(net, model)
        self._found: Echelons = echelons(net, exists, gains=gains, losses=losses)
        self._extension = Extension(model.compiled, self._size)
        depth = depth or self._depth()
        patience = self._patience(depth if patience is None else patience)
        paired = patience if paired is None else self._patience(paired)
        self._add_columns(patient=patience + paired > 0)
        self._stocked = self._stock_inside()
        self._lacking = self._lack_inside()
        self._losing = self._loss_inside()
        self._delaying = self._delay_inside()
        self._openings = self._find_openings()
        self._begins = self._placed(self._echelon, self._stocked)
        self.compiled: Compiled = self._extension.compiled(
            [
                *self._definitions(),
                *self._windows(depth),
                *self._patient_windows(patient_name, patience, None),
                *self._patient_windows(paired_name, paired, _PAIR),
            ]
        )

    def extended(self, values: Floats) -> Floats:
        """
        Returns a solution of the natural model with the new columns that go with it.

        Parameters
        ----------
        values
            Value of every natural column, shape ``(num_natural_columns,)``.
        """
        columns, net = self._model.columns, self._net
        whole = np.zeros(self._extension.num_columns)
        whole[: len(values)] = values
        late = np.minimum(columns.backlog.values(values), net.classes.quantity)
        waits = np.minimum(columns.shortage.values(values), net.points.open_issues)
        whole[self._late[self._late >= 0]] = late[self._late >= 0]
        whole[self._waits[self._waits >= 0]] = waits[self._waits >= 0]

        # Products first: every round gives components on the next level theirs.
        for _ in range(int(net.points.level.max(initial=0))):
            for block, form in (
                (self._echelon.ravel(), self._stocked),
                (self._missing.ravel(), self._lacking),
                (self._gone.ravel(), self._losing),
                (self._waiting.ravel(), self._delaying),
            ):
                there = block >= 0
                whole[block[there]] = (form.matrix @ whole + form.constant)[there]

        return whole

    def _depth(self) -> int:
        """
        Returns how many windows fit into a model that can still be solved.
        """
        cells = max(int((self._found.demand > 0).sum()), 1)

        for depth in range(DEEPEST, 2, -1):
            if cells * depth * (depth + 4) < _MOST_ENTRIES:
                return depth

        return 2

    def _patience(self, most: int) -> int:
        """
        Returns how many windows have rows in which demand waits: none where none may.
        """
        columns = self._model.columns
        states = (columns.backlog.columns, columns.shortage.columns)

        return most if any((state >= 0).any() for state in states) else 0

    def _add_columns(self, *, patient: bool) -> None:
        net, columns, add = self._net, self._model.columns, self._extension.add
        classes, points = net.classes, net.points
        inner = np.zeros((len(points), self._size), dtype=bool)
        inner[self._found.edges.component] = True
        infinite = np.full(inner.shape, np.inf)
        late = (classes.quantity > 0) & (columns.backlog.columns >= 0)
        waits = (points.open_issues > 0) & (columns.shortage.columns >= 0)
        self._late = add("due_late", classes.labels, late, classes.quantity)
        self._waits = add("due_waiting", points.labels, waits, points.open_issues)
        self._echelon = add("echelon", points.labels, inner, infinite)
        self._missing = add("missing", points.labels, inner, infinite)
        self._gone = add("gone", points.labels, inner & patient, infinite)
        self._waiting = add("waiting", points.labels, inner & patient, infinite)

    def _definitions(self) -> Iterator[Rows]:
        """
        Yields the rows that say what the new columns are.
        """
        columns, labels = self._model.columns, self._net.points.labels
        classes = self._net.classes.labels
        part, whole = self._late, columns.backlog
        yield self._at_most("due_late_in_backlog", classes, part, whole)
        part, whole = self._waits, columns.shortage
        yield self._at_most("due_waiting_in_shortage", labels, part, whole)
        yield self._equal("echelon_stock", self._echelon, self._stocked)
        yield self._equal("missing_demand", self._missing, self._lacking)
        yield self._equal("gone_demand", self._gone, self._losing)
        yield self._equal("waiting_demand", self._waiting, self._delaying)

    def _windows(self, depth: int) -> Iterator[Rows]:
        """
        Yields the rows of windows, rank by rank, in which demand is in time or counts
        as missing.
        """
        spans = windows(self._found, depth)
        by_lots = self._by_lots(spans)
        useful = self._opens(by_lots)
        missing = self._placed(self._missing, self._lacking).matrix
        matrix = by_lots + self._inside(spans) @ missing

        for rank in range(1, depth + 1):
            rows = np.flatnonzero(useful & (spans.rank == rank))
            yield self._ranked(window_name(rank), spans, rows, matrix)

    def _patient_windows(
        self, name: Callable[[int], str], depth: int, wait: int | None
    ) -> Iterator[Rows]:
        """
        Yields the rows of windows, rank by rank, in which demand may wait until the
        next deadline.
        """
        if not depth:
            return

        spans = windows(self._found, depth, wait)
        by_lots = self._by_lots(spans)
        waiting = self._placed(self._waiting, self._delaying).matrix
        gone = self._placed(self._gone, self._losing).matrix
        late = spans.deadlines(self._size, len(self._net.points)) @ waiting
        inside = self._inside(spans)
        useful = self._opens(by_lots) & (inside @ (np.diff(waiting.indptr) > 0) > 0)
        matrix = by_lots + inside @ gone + late

        if wait is not None:
            # With one deadline it is the row of those that wait until the end.
            useful &= spans.last - spans.first >= wait

        # In a window of one need there is no time to wait.
        for rank in range(2, depth + 1):
            rows = np.flatnonzero(useful & (spans.rank == rank))
            yield self._ranked(name(rank), spans, rows, matrix)

    def _inside(self, spans: Windows) -> csr_array:
        return spans.inside(self._size, len(self._net.points))

    def _ranked(self, name: str, spans: Windows, rows: Ints, matrix: csr_array) -> Rows:
        """
        Returns the rows of some windows with what is in stock when they begin.

        Parameters
        ----------
        name
            Their name.
        spans, rows
            All windows, and which of them.
        matrix
            What else is in the rows of all windows, ``(W, num_columns)``.
        """
        cell = spans.point[rows] * self._size + spans.first[rows]
        order = np.argsort(cell, kind="stable")
        rows, cell = rows[order], cell[order]

        return Rows(
            name=name,
            labels=self._net.points.labels,
            keep=cell,
            matrix=csr_array(matrix[rows] + self._begins.matrix[cell]),
            lower=spans.need[rows] - self._begins.constant[cell],
            upper=np.full(len(rows), np.inf),
        )

    def _by_lots(self, spans: Windows) -> csr_array:
        count = self._extension.num_columns

        return wagner_whitin(self._found, spans, self._openings, count)

    def _opens(self, by_lots: csr_array) -> Bools:
        """
        Returns which rows hold a lot.
        """
        lot = self._openings.lot
        lots = np.zeros(self._extension.num_columns)
        lots[lot[lot >= 0]] = 1.0

        return np.asarray((by_lots @ lots) > 0)

    def _find_openings(self) -> Openings:
        columns = self._model.columns
        setup, lots = columns.setup.columns.ravel(), columns.lots.columns.ravel()
        by_lot = np.repeat(largest_lots(self._net), self._size)

        return Openings(
            quantity=columns.quantity.columns.ravel().astype(np.int64),
            lot=np.maximum(setup, lots).astype(np.int64),
            largest=np.where(setup >= 0, columns.largest.ravel(), by_lot),
        )

    def _stock_inside(self) -> _Form:
        """
        Returns the echelon stock of every point at the start of every bucket.
        """
        net, size = self._net, self._size
        stock = self._model.columns.stock.columns
        before = np.full(stock.shape, -1, dtype=np.int64)
        before[:, 1:] = stock[:, :-1]
        opening = np.zeros(stock.shape)
        opening[:, 0] = net.points.opening_stock
        own = self._extension.block(before)
        cuts = self._found.edges.cuts()
        inside = self._of_products(np.where(cuts < size, cuts, -1))
        placed = self._placed(
            self._echelon, _Form(matrix=own, constant=opening.ravel())
        )

        return _Form(
            matrix=csr_array(own + inside @ placed.matrix + self._moving()),
            constant=opening.ravel() + inside @ placed.constant,
        )

    def _moving(self) -> csr_array:
        """
        Returns what was issued before a cut for a receipt that lies behind it.
        """
        edges, inputs = self._found.edges, self._net.inputs
        quantity = self._model.columns.quantity.columns
        exists = quantity[inputs.activity] >= 0
        taken = (edges.flow >= 0)[:, None] & (inputs.bucket >= 0) & exists
        flow, receipt = np.nonzero(taken)
        issued = inputs.bucket[flow, receipt]
        days = edges.bucket[edges.flow[flow], receipt] - issued
        part = np.repeat(np.arange(len(flow)), days)
        passed = np.arange(len(part)) - np.repeat(np.cumsum(days) - days, days)
        held = inputs.point[flow[part]] * self._size + issued[part] + 1 + passed
        column = quantity[inputs.activity[flow[part]], receipt[part]]
        count = len(self._net.points) * self._size

        return self._extension.matrix(count, held, column, inputs.ratio[flow[part]])

    def _lack_inside(self) -> _Form:
        """
        Returns what is lost or late of every point in every bucket.
        """
        own = self._extension.block(self._waits)
        own = own + self._by_point(self._model.columns.lost.columns)
        own = own + self._by_point(self._late)

        return self._with_products(own, self._missing, self._found.passed)

    def _loss_inside(self) -> _Form:
        """
        Returns what is lost of every point in every bucket.
        """
        own = self._by_point(self._model.columns.lost.columns)

        return self._with_products(own, self._gone, self._found.passed)

    def _delay_inside(self) -> _Form:
        """
        Returns what of every point waits at the end of every bucket.
        """
        columns, edges = self._model.columns, self._found.edges
        own = self._extension.block(columns.shortage.columns)
        own = own + self._by_point(columns.backlog.columns)
        ends = np.full((len(edges), 1), self._size, dtype=np.int64)
        last = np.concatenate([edges.cuts()[:, 1:], ends], axis=1) - 1

        return self._with_products(own, self._waiting, self._of_products(last))

    def _by_point(self, block: Places) -> csr_array:
        """
        Returns the columns of demand classes, summed by point and bucket.
        """
        net = self._net
        at = net.classes.point[:, None] * self._size + np.arange(self._size)
        there = block >= 0
        count = len(net.points) * self._size

        return self._extension.matrix(count, at[there], block[there])

    def _of_products(self, bucket: Ints) -> csr_array:
        """
        Returns what states of products at some of their buckets are for components.

        Parameters
        ----------
        bucket
            Bucket of the product for each of the component, -1 for none, ``(E, T)``.
        """
        edges, count = self._found.edges, len(self._net.points) * self._size
        edge, at = np.nonzero(bucket >= 0)
        to = edges.component[edge] * self._size + at
        of = edges.product[edge] * self._size + bucket[edge, at]
        entries = (edges.ratio[edge], (to, of))

        return csr_array(coo_array(entries, shape=(count, count)).tocsr())

    def _with_products(self, own: csr_array, columns: Ints, passed: csr_array) -> _Form:
        """
        Returns what is a point's own with what its products pass on.
        """
        count = len(self._net.points) * self._size
        form = _Form(matrix=own, constant=np.zeros(count))
        placed = self._placed(columns, form)

        return _Form(
            matrix=csr_array(own + passed @ placed.matrix), constant=form.constant
        )

    def _placed(self, columns: Ints, form: _Form) -> _Form:
        """
        Returns the columns of a block, and the form itself where it has none.
        """
        outer = columns.ravel() < 0
        kept = csr_array(form.matrix.multiply(outer[:, None]).tocsr())

        return _Form(
            matrix=csr_array(kept + self._extension.block(columns)),
            constant=np.where(outer, form.constant, 0.0),
        )

    def _equal(self, name: str, columns: Ints, form: _Form) -> Rows:
        rows = np.flatnonzero(columns.ravel() >= 0)
        matrix = self._extension.block(columns) - form.matrix

        return Rows(
            name=name,
            labels=self._net.points.labels,
            keep=rows,
            matrix=csr_array(matrix[rows]),
            lower=form.constant[rows],
            upper=form.constant[rows],
        )

    def _at_most(
        self, name: str, labels: tuple[str, ...], part: Ints, whole: Variable
    ) -> Rows:
        rows = np.flatnonzero(part.ravel() >= 0)
        matrix = self._extension.block(part) - self._extension.block(whole.columns)

        return Rows(
            name=name,
            labels=labels,
            keep=rows,
            matrix=csr_array(matrix[rows]),
            lower=np.full(len(rows), -np.inf),
            upper=np.zeros(len(rows)),
        )


def window_name(rank: int) -> str:
    """
    Returns the name of the rows of the windows of a rank, counted from 1.

    Parameters
    ----------
    rank
        Rising needs that a window holds.
    """
    return f"wagner_whitin_{rank}"


def patient_name(rank: int) -> str:
    """
    Returns the name of the rows of windows to the end of which demand may wait.

    Parameters
    ----------
    rank
        Rising needs that a window holds, from 2 on.
    """
    return f"patient_window_{rank}"


def paired_name(rank: int) -> str:
    """
    Returns the name of the rows of windows in which demand may wait until the end of
    every other bucket.

    Parameters
    ----------
    rank
        Rising needs that a window holds, from 2 on.
    """
    return f"paired_window_{rank}"
