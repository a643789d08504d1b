"""
Stock balance: what comes in goes out or stays; open orders are fed first or wait.
"""

from __future__ import annotations

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Model, sum_over
from lotwright.solver.lotsizing.columns import Columns


def stock_balance(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Stock carried over plus receipts covers issues, deliveries and what is left.

    .. math::
        I_{p,t-1} - g_{p,t-1} + O_{pt} + \sum_a out_{ap} x_{at}
        = \sum_{a, t': u(a,t') = t} (in_{ap} x_{at'} + fix_{ap} y_{at'})
        - \sum_{k \text{ for } p} instead_{kt}
        + \sum_{k \text{ from } p} ratio_k\, instead_{kt}
        + Q_{pt} + \sum_{d \in p} served_{dt} + expired_{pt} + I_{pt} - g_{pt}

    Open orders bring :math:`O` and still need :math:`Q`; what they need and cannot have
    in time is the shortage :math:`g`.
    """
    num_points = len(net.points)
    inputs, outputs = net.inputs, net.outputs
    receipts = sum_over(
        outputs.point,
        columns.quantity.rows(outputs.activity) * outputs.ratio[:, None],
        num_points,
    )
    issued = columns.quantity.rows(inputs.activity) * inputs.ratio[:, None]
    issued += columns.lots_made.rows(inputs.activity) * inputs.per_lot[:, None]
    issues = sum_over(inputs.point, issued.at(inputs.bucket), num_points)
    choices = columns.choices
    asked = inputs.point[choices.flow]
    replaced = sum_over(asked, columns.instead, num_points)
    replacing = columns.instead * choices.ratio[:, None]
    issues += sum_over(choices.other, replacing, num_points) - replaced
    served = sum_over(net.classes.point, columns.served, num_points)
    taken = issues + served + columns.expired
    stock = columns.stock - columns.shortage
    known = net.points.open_receipts - net.points.open_issues
    known[:, 0] += net.points.opening_stock

    m.add(
        "stock_balance",
        columns.points,
        stock.previous() + receipts - taken - stock == -known,
    )


def shortage_limit(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What open orders wait for is only what they themselves still need.

    .. math::
        g_{pt} \le g_{p,t-1} + Q_{pt}
    """
    m.add(
        "shortage_limit",
        columns.points,
        columns.shortage - columns.shortage.previous() <= net.points.open_issues,
        keep=columns.shortage.columns >= 0,
    )
