"""
Lot sizes of the oracle: minimum, multiple, maximum, and ordering up to a level.
"""

from __future__ import annotations

import math

from tests.solver.mrp.oracle_parts import NOTHING


def up(quantity: float, multiple: float) -> float:
    """
    Returns the smallest multiple that is not below a quantity.
    """
    return (
        math.ceil(quantity / multiple - 1e-9) * multiple if multiple > 0 else quantity
    )


def down(quantity: float, multiple: float) -> float:
    """
    Returns the largest multiple that is not above a quantity.
    """
    if multiple <= 0 or math.isinf(quantity):
        return quantity

    return math.floor(quantity / multiple + 1e-9) * multiple


def can_be_met(minimum: float, maximum: float, multiple: float) -> bool:
    """
    Rule 3.9: whether any lot obeys minimum, maximum and multiple together.
    """
    largest = down(maximum, multiple)

    return largest > NOTHING and up(minimum, multiple) <= largest + NOTHING


def lots(need: float, minimum: float, maximum: float, multiple: float) -> list[float]:
    """
    Rule 3.6: raise to the minimum, round up to the multiple, split above the maximum.

    The remainder obeys minimum and multiple by itself.
    """
    largest = down(maximum, multiple)
    found = []

    while need > largest + NOTHING:
        found.append(largest)
        need -= largest

    if need > NOTHING:
        found.append(min(up(max(need, minimum), multiple), largest))

    return found


def up_to(stock: float, least: float, most: float, multiple: float) -> float:
    """
    Rule 3.4: what is ordered when stock is below the least, up to the most.

    With a multiple the largest that stays at or below the most, unless stock would stay
    below the least: then the next one.
    """
    if stock >= least - NOTHING:
        return 0.0

    return max(up(least - stock, multiple), down(most - stock, multiple))
