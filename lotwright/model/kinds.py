"""
Kinds of activities, lot rules and resources.
"""

from __future__ import annotations

from enum import IntEnum


class ActivityKind(IntEnum):
    """
    The three ways of getting supply.
    """

    MAKE = 0  #: by a bill of material and a routing
    BUY = 1  #: from a supplier
    MOVE = 2  #: from another location


class LotRule(IntEnum):
    """
    How the MRP engine turns net requirements into orders.
    """

    LOT_FOR_LOT = 0  #: an order per day with a net requirement
    FIXED = 1  #: multiples of a fixed quantity
    PERIOD = 2  #: one order for the requirements of some days
    MIN_MAX = 3  #: below the reorder point, order up to the maximum
    ECONOMIC = 4  #: at least the economic order quantity
    PERIOD_ORDER_QUANTITY = 5  #: the days that the economic order quantity covers
    LEAST_UNIT_COST = 6  #: periods are added while the cost of a unit falls
    PART_PERIOD = 7  #: holding comes as close as possible to the cost of an order
    SILVER_MEAL = 8  #: periods are added while the cost of a period falls
    GROFF = 9  #: a period is added while holding it costs less than it saves
    WAGNER_WHITIN = 10  #: the least cost of all
    MANUAL = 11  #: no orders


class ResourceKind(IntEnum):
    """
    What a resource stands for.
    """

    MACHINE = 0  #: a row of the resources table
    GROUP = 1  #: the pooled members of a resource group
    SUPPLIER = 2  #: a supplier's allocation
    SOURCE = 3  #: the limit of one source
    LANE = 4  #: a transport lane
