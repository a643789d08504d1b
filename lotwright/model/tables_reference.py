"""
The reference plan: what an earlier run wanted, and is not to be changed for nothing.
"""

from __future__ import annotations

from dataclasses import replace

from lotwright.model.schema import Column, Direction, Table
from lotwright.model.tables_master import ORIGIN
from lotwright.model.tables_output import PLANNED_ORDERS

#: Columns of planned orders that are compared; all others may be there, or not.
COMPARED = ("order_id", "item_id", "location_id", "quantity", "due_date")

#: Columns that say which source an order has.
SOURCES = ("source_id", "routing_id", "bom_id")


def _column(column: Column) -> Column:
    if column.name in (*COMPARED, *SOURCES):
        return column

    return replace(column, required=False).info()


REFERENCE_ORDERS = Table(
    name="reference_orders",
    meaning="Planned orders of an earlier plan, to be changed as little as "
    "`costs.change_cost` asks for; its table `planned_orders` fits as it is.",
    direction=Direction.INPUT,
    columns=(*(_column(column) for column in PLANNED_ORDERS.columns), *ORIGIN),
)

#: The tables of this file, in the manual's order.
REFERENCE_TABLES = (REFERENCE_ORDERS,)
