"""
Wagner-Whitin rows: what is due soon is in stock, or a lot is opened in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from lotwright.model.network import Bools, Floats, Ints
from lotwright.solver.lotsizing.echelon import Echelons

#: A need that grows by less than this part of it does not grow.
_SLACK = 1e-9

#: Buckets that one row may reach, in multiples of its rank.
_STRETCH = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Openings:
    """
    The columns of receipts and of their lots, one per activity and bucket.

    Parameters
    ----------
    quantity, lot
        Columns of the receipt and of the lot that it needs; -1 where there is none;
        shape ``(A * T,)``.
    largest
        The most that one lot brings, shape ``(A * T,)``.
    """

    quantity: Ints
    lot: Ints
    largest: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Windows:
    """
    One row each: the point, its first and last bucket, and what must be there.

    Parameters
    ----------
    point, first, last, rank
        The windows of one point and first bucket are counted from 1 by ``rank``; shape
        ``(W,)``.
    need
        Demand of the window less what open orders bring, shape ``(W,)``.
    window, bucket, rest
        For every bucket of every window: what is needed once there was a lot in it but
        in none before; shape ``(N,)``.
    is_deadline
        Whether what is due since the last deadline may wait until its end and no
        longer, shape ``(N,)``.
    """

    point: Ints
    first: Ints
    last: Ints
    rank: Ints
    need: Floats
    window: Ints
    bucket: Ints
    rest: Floats
    is_deadline: Bools

    def __len__(self) -> int:
        return len(self.point)

    def inside(self, size: int, num_points: int) -> csr_array:
        """
        Returns which buckets each window holds, ``(W, P * T)``.

        Parameters
        ----------
        size, num_points
            Numbers of buckets ``T`` and of points ``P``.
        """
        return self._buckets(np.ones(len(self.bucket)), size, num_points)

    def deadlines(self, size: int, num_points: int) -> csr_array:
        """
        Returns which of these are deadlines, ``(W, P * T)``.

        Parameters
        ----------
        size, num_points
            As in :meth:`inside`.
        """
        return self._buckets(self.is_deadline.astype(np.float64), size, num_points)

    def _buckets(self, value: Floats, size: int, num_points: int) -> csr_array:
        cell = self.point[self.window] * size + self.bucket
        shape = (len(self), num_points * size)
        there = value > 0
        entries = (value[there], (self.window[there], cell[there]))

        return csr_array(coo_array(entries, shape=shape).tocsr())


def windows(found: Echelons, depth: int, wait: int | None = 1) -> Windows:
    """
    Returns the windows of up to ``depth`` rising needs from each bucket on.

    A bucket that adds nothing to the need ends no window, for its row would follow from
    that of the window before.

    Parameters
    ----------
    found
        Echelon demand and supply.
    depth
        How many windows begin in a bucket.
    wait
        Every so many buckets, counted back from the last one of a window, is a
        deadline: 1 where nothing waits, None where everything may until the end.
    """
    size = found.demand.shape[1]
    parts = [_windows_from(found, depth, wait or size, k) for k in range(size)]
    counts = np.array([0, *(len(part) for part in parts)])
    offset = np.cumsum(counts)[:-1]

    return Windows(
        point=np.concatenate([part.point for part in parts]),
        first=np.concatenate([part.first for part in parts]),
        last=np.concatenate([part.last for part in parts]),
        rank=np.concatenate([part.rank for part in parts]),
        need=np.concatenate([part.need for part in parts]),
        window=np.concatenate(
            [part.window + at for part, at in zip(parts, offset, strict=True)]
        ),
        bucket=np.concatenate([part.bucket for part in parts]),
        rest=np.concatenate([part.rest for part in parts]),
        is_deadline=np.concatenate([part.is_deadline for part in parts]),
    )


def _windows_from(found: Echelons, depth: int, wait: int, first: int) -> Windows:
    end = min(first + _STRETCH * depth, found.demand.shape[1])
    gained = found.demand[:, first:end] - found.open_receipts[:, first:end]
    need = np.cumsum(gained, axis=1)
    least = found.least[:, first, None]
    covered = _covered(least, need)
    rises = need > covered + _SLACK * np.maximum(np.abs(need), 1.0)
    rank = np.cumsum(rises, axis=1, dtype=np.int64)
    point, last = np.nonzero(rises & (rank <= depth) & found.known[:, None])
    window = np.repeat(np.arange(len(point)), last + 1)
    ends = np.cumsum(last + 1)
    bucket = np.arange(len(window)) - np.repeat(ends - last - 1, last + 1)
    rest = need[point, last][window]
    to_end = last[window] - bucket

    # The deadlines of windows that end so many buckets apart are the same.
    for residue in range(min(wait, end - first)):
        if wait > 1:
            due = np.arange(end - first) % wait == residue
            covered = _covered(least, np.where(due, need, -np.inf))

        here = last[window] % wait == residue
        rest[here] -= covered[point[window[here]], bucket[here]]

    return Windows(
        point=point,
        first=np.full(len(point), first),
        last=last + first,
        rank=rank[point, last],
        need=need[point, last],
        window=window,
        bucket=bucket + first,
        rest=rest,
        is_deadline=to_end % wait == 0,
    )


def _covered(least: Floats, need: Floats) -> Floats:
    """
    Returns what is there before each bucket without a lot: the most that was needed
    before it, ``(P, n)``.
    """
    before = np.concatenate([least, need[:, :-1]], axis=1)

    return np.maximum.accumulate(before, axis=1)


def wagner_whitin(
    found: Echelons, spans: Windows, openings: Openings, num_columns: int
) -> csr_array:
    r"""
    Returns what receipts and lots add to rows of windows, ``(W, num_columns)``.

    With :math:`e_{pk}` the echelon stock of a point at the start of a bucket,
    :math:`N(k,l)` the echelon demand of the buckets :math:`k` to :math:`l` less what
    open orders bring, :math:`v_{pt}` what of the demand of :math:`t` is lost in or late
    at the end of :math:`t`, and :math:`\gamma_a x_{at}` what receipts add:

    .. math::
        e_{pk} + \sum_{t=k}^{l} v_{pt}
        + \sum_{(a,u) \in S} \gamma_a x_{au}
        + \sum_{(a,u) \notin S} \beta_u y_{au} \ge N(k,l), \qquad
        \beta_u = N(k,l) - \max \Big( e^{min}_{pk},\; \max_{k \le s < u} N(k,s) \Big)

    *Proof.* Let :math:`S^+` be what of the echelon is used for demand. It is used up by
    demand, by open orders, by what is lost on the way, and by nothing else, and
    receipts outside of the supply of the point do not add to it; so

    .. math::
        0 \le e_{p,s+1} \le e_{pk}
        + \sum_{t=k}^{s} (\text{open receipts} + \text{receipts} - S^+_{pt}),

    where :math:`S^+_{pt} \ge q_{pt} - v_{pt}`, for what is due in a bucket is served in
    it, lost in it, or late at its end; what is served of older demand besides only
    helps. Let :math:`u` be the first bucket in which an activity outside of :math:`S`
    opens a lot, :math:`u = l + 1` if none does. Up to any :math:`s < u` receipts are
    those in :math:`S`, hence :math:`e_{pk} + \sum v + \sum_S \gamma x \ge N(k,s)`. The
    left side is also at least :math:`e^{min}_{pk}`, and for :math:`u \le l` the lot
    itself adds :math:`\beta_u`, which is what lacks to :math:`N(k,l)`; for
    :math:`u = l + 1` nothing lacks. A number of lots is at least 1 where anything is
    received, so that it may stand for :math:`y`.

    Where demand may be late, the rows above say little: demand that waits a bucket is
    missing, and needs no lot from then on. Other rows have deadlines
    :math:`d_1 < \dots < d_m = l` until which it may wait; with :math:`W_{ps}` what of
    the demand on a point, due at any time, still waits at the end of :math:`s`, and
    :math:`o_{pt}` what is lost,

    .. math::
        e_{pk} + \sum_{i=1}^{m} W_{pd_i} + \sum_{t=k}^{l} o_{pt}
        + \sum_{(a,u) \in S} \gamma_a x_{au}
        + \sum_{(a,u) \notin S} \beta_u y_{au} \ge N(k,l), \qquad
        \beta_u = N(k,l) - \max \Big( e^{min}_{pk},\; \max_{d_i < u} N(k,d_i) \Big)

    *Proof.* What is due from :math:`k` to a deadline is served until then, lost, or
    waits at its end, so that :math:`q(k,d_i) - W_{pd_i} - \sum o` of what is used for
    demand is used by then. Let :math:`u` be as above. Up to any deadline
    :math:`d_i < u` receipts are those in :math:`S`, hence
    :math:`e_{pk} + W_{pd_i} + \sum o + \sum_S \gamma x \ge N(k,d_i)` by
    :math:`0 \le e_{p,d_i+1}`; what waits at other deadlines only adds to it. The lot
    brings what lacks to :math:`N(k,l)`, and for :math:`u = l + 1` the last deadline is
    the row.

    An activity is in :math:`S` where it needs no lot, and where :math:`\beta_u` is more
    than a lot can bring, :math:`\gamma_a U_{au}`: capacity and largest lots make the
    rows stronger that way.
    """
    size = found.demand.shape[1]
    cell = spans.point[spans.window] * size + spans.bucket
    begin, end = found.supply.indptr[cell], found.supply.indptr[cell + 1]
    count = np.asarray(end - begin, dtype=np.int64)
    part = np.repeat(np.arange(len(cell)), count)
    within = np.arange(len(part)) - np.repeat(np.cumsum(count) - count, count)
    entry = begin[part] + within
    receipt = found.supply.indices[entry]
    added = found.supply.data[entry]
    rest = spans.rest[part]
    by_lot = openings.lot[receipt] >= 0
    by_lot &= rest < added * openings.largest[receipt] * (1.0 - _SLACK)
    column = np.where(by_lot, openings.lot[receipt], openings.quantity[receipt])
    value = np.where(by_lot, rest, added)
    shape = (len(spans), num_columns)
    matrix = coo_array((value, (spans.window[part], column)), shape=shape).tocsr()

    return csr_array(matrix)
