"""
Numbers as a planner reads them.
"""

from __future__ import annotations

import math


def amount(value: float) -> str:
    """
    Returns a number with thousands separated and no more decimals than it needs.
    """
    if not math.isfinite(value):
        return "-"

    digits = 0 if abs(value) >= 100 else 2
    rounded = round(value, digits) or 0.0  # minus nothing is nothing

    if rounded == int(rounded):
        return f"{rounded:,.0f}"

    return f"{rounded:,.2f}".rstrip("0")


def percent(fraction: float) -> str:
    """
    Returns a fraction as a percentage.
    """
    if not math.isfinite(fraction):
        return "-"

    digits = 2 if abs(fraction) < 0.01 else 1
    rounded = round(100 * fraction, digits) or 0.0

    return f"{rounded:,.{digits}f}".rstrip("0").rstrip(".") + " %"


def counted(number: int, noun: str, plural: str = "") -> str:
    """
    Returns a number with its noun, such as ``1 order`` or ``2 orders``.
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
