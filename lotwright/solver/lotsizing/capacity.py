"""
Capacity: work fits into regular time and overtime.
"""

from __future__ import annotations

from lotwright.model.families import counted_for
from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Model, sum_over
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.room import regular_room


def capacity(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Run and set-up time in a bucket fit into capacity and overtime.

    .. math::
        \sum_{a, t' \text{ loading } r \text{ in } t}
        (k_{ar} x_{at'} + s_{ar} y_{at'})
        - \sum_{w \in r} s_w saved_{wt}
        + \sum_{f \in r} s_f (family_{ft} - still_{ft})
        \le C_{rt} - L_{rt} + V_{rt} + \sum_{m \in r} o_{mt}

    Open orders take :math:`L`; what they take beyond all capacity and overtime,
    :math:`V`, is an overload that no plan can help. The members :math:`m` of a single
    resource are itself; a group pools the overtime of its machines.
    """
    resources, loads = net.resources, net.loads
    worked = columns.quantity.rows(loads.activity) * loads.run[:, None]
    worked += columns.lots_made.rows(loads.activity) * loads.setup[:, None]
    load = sum_over(loads.resource, worked.at(loads.bucket), len(resources))
    families = net.rules.families
    family, limited = families.limits(resources.pool_row, resources.pool_member)
    opened = (columns.family - columns.still).rows(family)
    load += sum_over(limited, opened * families.hours[family, None], len(resources))
    carries = net.rules.carries.load
    work, limited = counted_for(
        loads.resource[carries], resources.pool_row, resources.pool_member
    )
    saved = columns.saved.rows(work) * loads.setup[carries[work], None]
    load -= sum_over(limited, saved, len(resources))
    overtime = sum_over(
        resources.pool_row,
        columns.overtime.rows(resources.pool_member),
        len(resources),
    )

    m.add("capacity", columns.resources, load - overtime <= regular_room(net))
