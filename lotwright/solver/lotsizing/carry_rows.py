"""
Set-up carry-over: what a machine is set up for at the end of a bucket saves a set-up in
the next one.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Expression, Model, sum_over
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.lot_sizes import smallest_lots

#: A lot on a machine that keeps its set-up is at least this part of the largest one.
LEAST_PART = 1e-3


def carry_one(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A machine begins a bucket in one state at most.

    .. math::
        \sum_{w \in r} carry_{wt} \le 1

    over the operations :math:`w` of the machine :math:`r`.
    """
    carried = sum_over(_machine(net), columns.carry, len(net.resources))

    m.add("carry_one", columns.resources, carried <= 1.0, keep=columns.any_carry)


def carry_from(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A state at the end of a bucket was set up in it, or went through it.

    .. math::
        carry_{wt} \le Y_{w,t-1} - saved_{w,t-1} + through_{w,t-1}

    with :math:`Y_{wt}` the lots for which :math:`w` works in :math:`t`. A set-up that
    was saved was the first of its bucket, so that it is the last, too, only where there
    was no other.
    """
    ended = _lots(columns, net) - columns.saved + columns.through

    m.add(
        "carry_from",
        columns.carry_axis,
        columns.carry <= ended.previous(),
        keep=columns.carry.columns >= 0,
    )


def carry_saved(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A set-up is saved only in the state in which the bucket begins.

    .. math::
        saved_{wt} \le carry_{wt}
    """
    del net

    m.add(
        "carry_saved",
        columns.carry_axis,
        columns.saved <= columns.carry,
        keep=columns.saved.columns >= 0,
    )


def carry_lot(m: Model, columns: Columns, net: Network) -> None:
    r"""
    No more set-ups are saved than there would be.

    .. math::
        saved_{wt} \le Y_{wt}
    """
    m.add(
        "carry_lot",
        columns.carry_axis,
        columns.saved <= _lots(columns, net),
        keep=columns.saved.columns >= 0,
    )


def carry_through(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Only the state in which a bucket begins goes through it.

    .. math::
        through_{wt} \le carry_{wt}
    """
    del net

    m.add(
        "carry_through",
        columns.carry_axis,
        columns.through <= columns.carry,
        keep=columns.through.columns >= 0,
    )


def carry_kept(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A machine is kept in a state through a bucket where any state goes through.

    .. math::
        kept_{rt} = \sum_{w \in r} through_{wt}
    """
    through = sum_over(_machine(net), columns.through, len(net.resources))

    m.add(
        "carry_kept",
        columns.resources,
        columns.kept == through,
        keep=columns.kept.columns >= 0,
    )


def carry_made(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A machine is set up only for a lot that is made, however small.

    .. math::
        x_{at} \ge \varepsilon \frac{U_{at}}{\bar y_{at}} y_{at}

    with :math:`\varepsilon` a thousandth: an order of nothing cannot be told, and would
    set up for what is made in the next bucket.
    """
    keeps = np.zeros(len(net.activities), dtype=bool)
    keeps[net.loads.activity[net.rules.carries.load]] = True
    keeps &= smallest_lots(net) <= 0
    exists = keeps[:, None] & (columns.most_lots > 0)
    least = LEAST_PART * columns.largest / np.maximum(columns.most_lots, 1.0)

    m.add(
        "carry_made",
        columns.activities,
        columns.quantity >= columns.lots_made * least,
        keep=exists,
    )


def carry_other(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A state that goes through a bucket allows no other set-up in it.

    .. math::
        Y_{wt} + \bar Y_{wt} (kept_{rt} - through_{wt}) \le \bar Y_{wt}

    with :math:`\bar Y` the most lots that there are.
    """
    most = columns.carry_lots
    kept = columns.kept.rows(_machine(net)) - columns.through
    exists = columns.kept.columns[_machine(net)] >= 0

    m.add(
        "carry_other",
        columns.carry_axis,
        _lots(columns, net) + kept * most <= most,
        keep=exists & (most > 0),
    )


def still_open(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Only a set-up group that is needed saves its opening.

    .. math::
        still_{ft} \le family_{ft}
    """
    del net

    m.add(
        "still_open",
        columns.family_axis,
        columns.still <= columns.family,
        keep=columns.still.columns >= 0,
    )


def still_carry(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A set-up group is still open where the bucket begins in a state of it.

    .. math::
        still_{ft} \le \sum_{w \in f} carry_{wt}
    """
    carried = _of_families(columns, net, columns.carry)

    m.add(
        "still_carry",
        columns.family_axis,
        columns.still <= carried,
        keep=columns.still.columns >= 0,
    )


def still_once(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A set-up group that is still open at the start of a bucket is not so at its end,
    unless the state goes through.

    .. math::
        still_{ft} + \sum_{w \in f} carry_{w,t+1} - \sum_{w \in f} through_{wt} \le 1

    Between start and end others may have been set up, after which the group would have
    to be opened once more. Where none were, this is stricter than a machine is.
    """
    following = np.arange(net.num_buckets)[None, :] - 1
    carried = _of_families(columns, net, columns.carry).at(following)
    through = _of_families(columns, net, columns.through)

    m.add(
        "still_once",
        columns.family_axis,
        columns.still + carried - through <= 1.0,
        keep=columns.still.columns >= 0,
    )


def _lots(columns: Columns, net: Network) -> Expression:
    load, loads = net.rules.carries.load, net.loads

    return columns.lots_made.rows(loads.activity[load]).at(loads.bucket[load])


def _machine(net: Network) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return net.loads.resource[net.rules.carries.load]


def _of_families(columns: Columns, net: Network, block: Expression) -> Expression:
    """
    Returns a sum over the operations of each set-up group.
    """
    del columns
    carries, families = net.rules.carries, net.rules.families
    family = families.of_loads(len(net.loads.activity))[carries.load]
    member = np.flatnonzero(family >= 0)

    return sum_over(family[member], block.rows(member), len(families))


#: The rows of carry-over, in order.
CARRY_ROWS = (
    carry_one,
    carry_from,
    carry_saved,
    carry_lot,
    carry_through,
    carry_kept,
    carry_made,
    carry_other,
    still_open,
    still_carry,
    still_once,
)
