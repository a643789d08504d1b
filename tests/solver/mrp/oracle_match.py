"""
Allocation of the oracle: which supply may serve which need, and which one does first.
"""

from __future__ import annotations

from tests.solver.mrp.oracle_days import Days
from tests.solver.mrp.oracle_parts import NOTHING, Need, Supply, peg


def may_serve(days: Days, supply: Supply, need: Need) -> bool:
    """
    Rule 8: whether a supply keeps long enough, and comes before the last day.
    """
    day = days.issue_day(need.point, need.day, need.available_by, supply.day)

    return (
        day < supply.expiry
        and day + need.sellable_days <= supply.expiry
        and day <= need.last_day
    )


def is_too_early(days: Days, supply: Supply, need: Need, earliest: int) -> bool:
    """
    Rule 2.5: whether a supply comes too long before the need.

    With the dynamic variant only needs beyond the earliest receipt are bound.
    """
    rules = days.network.rules.points
    limit = int(rules.positive_days[need.point])

    if rules.positive_after_lead_time[need.point] and need.available_by <= earliest:
        return False

    return need.available_by - supply.day > limit


def is_too_late(days: Days, supply: Supply, need: Need, earliest: int) -> bool:
    """
    Rule 2.4: whether a new order would be the better answer than a late supply.
    """
    by = need.available_by
    negative = int(days.network.rules.points.negative_days[need.point])

    return supply.day - by > max(earliest, by) - by + negative


def take_existing(
    days: Days, need: Need, supplies: list[Supply], earliest: int
) -> None:
    """
    Rules 2.4, 2.5, 7.4: takes what is in time, then what is late but not too late.
    """
    able = [
        supply
        for supply in supplies
        if may_serve(days, supply, need)
        and not is_too_early(days, supply, need, earliest)
    ]
    in_time = [supply for supply in able if supply.day <= need.available_by]
    late = [
        supply
        for supply in able
        if supply.day > need.available_by
        and not is_too_late(days, supply, need, earliest)
    ]

    late = sorted(late, key=lambda one: (one.day, _turn(days, one)[0]))

    for supply in in_turn(days, in_time) + late:
        take(days, need, supply)


def in_turn(days: Days, supplies: list[Supply]) -> list[Supply]:
    """
    Returns supplies that are in time in the order in which they serve.
    """
    if days.network.rules.latest_supply_first:
        supplies = supplies[::-1]

    return sorted(supplies, key=lambda one: _turn(days, one))


def take(days: Days, need: Need, supply: Supply, *, hard: bool = False) -> None:
    """
    Gives a need what it still lacks, as far as the supply goes.
    """
    quantity = min(need.left, supply.left)

    if quantity > NOTHING:
        day = days.issue_day(need.point, need.day, need.available_by, supply.day)
        peg(supply, need, quantity, day, hard=hard)


def _turn(days: Days, supply: Supply) -> tuple[int, int, int]:
    """
    Rules 7.4 and 8: which supply in time is first.

    First what expires first, where the point asks for that; then stock and the
    earliest, or the latest first and stock last.
    """
    rules = days.network.rules
    expiry = supply.expiry if rules.points.first_expired_first[supply.point] else 0

    if rules.latest_supply_first:
        return expiry, int(supply.stock), -supply.day

    return expiry, int(not supply.stock), supply.day
