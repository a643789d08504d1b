"""
Storage: stock fits into the room of its location.
"""

from __future__ import annotations

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Model, sum_over
from lotwright.solver.lotsizing.columns import Columns


def storage(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Stock at the end of a bucket fits into its room, or lacks it.

    .. math::
        \sum_{p \in r} space_p I_{pt} - cramped_{rt} \le C_r
    """
    rooms = net.rules.rooms
    taken = sum_over(
        rooms.room,
        columns.stock.rows(rooms.point) * rooms.space[:, None],
        len(rooms),
    )

    m.add(
        "storage",
        columns.rooms,
        taken - columns.cramped <= rooms.capacity[:, None],
        keep=columns.cramped.columns >= 0,
    )
