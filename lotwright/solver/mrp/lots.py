"""
Lot sizes: minimum, multiple and maximum of an order, and the cost-based lot rules.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel
from lotwright.model.kinds import LotRule
from lotwright.solver.mrp.problem import Prices, Sources

#: Quantities that differ by less than this part are the same.
TOLERANCE = 1e-9

#: More lots than this for one requirement are a mistake in the data.
MOST_LOTS = 100_000

#: Added to the number of orders when a requirement asks for more lots than that.
TOO_MANY = 1 << 40

_UNIT_COST, _PART_PERIOD = int(LotRule.LEAST_UNIT_COST), int(LotRule.PART_PERIOD)
_SILVER_MEAL = int(LotRule.SILVER_MEAL)


@inner_kernel
def rounded_up(quantity: float, multiple: float) -> float:
    """
    Returns the smallest whole multiple that is not below a quantity.
    """
    if multiple <= 0.0:
        return quantity

    return math.ceil(quantity / multiple - TOLERANCE) * multiple


@inner_kernel
def largest_lot(sources: Sources, activity: int) -> float:
    """
    Returns the largest lot that is a whole multiple; 0 where there is none.
    """
    most, multiple = sources.max_lot[activity], sources.multiple[activity]

    if multiple <= 0.0 or math.isinf(most):
        return float(most)

    return float(math.floor(most / multiple + TOLERANCE) * multiple)


@inner_kernel
def smallest_lot(sources: Sources, activity: int) -> float:
    """
    Returns the smallest lot: the minimum, or what an order must be worth.
    """
    least, value = sources.min_lot[activity], sources.least_value[activity]
    price = sources.unit_cost[activity]

    if value > 0.0 and price > 0.0:
        least = max(least, value / price)

    return float(least)


class Lots(NamedTuple):
    """
    Lots in which a quantity is ordered: so many of one size, then a rest.

    Parameters
    ----------
    whole, size
        How many lots of one size there are, none where no lot can be; and their size.
    rest
        The last lot besides, 0 where there is none.
    """

    whole: int
    size: float
    rest: float


@inner_kernel
def lots_of(sources: Sources, activity: int, quantity: float) -> Lots:
    """
    Returns the lots in which a quantity is ordered.

    It is raised to the minimum, rounded up to the multiple, and split above the maximum
    into lots of the maximum and a remainder that obeys minimum and multiple.
    """
    least = smallest_lot(sources, activity)
    multiple = sources.multiple[activity]
    most = largest_lot(sources, activity)
    whole = rounded_up(max(quantity, least), multiple)

    # Between minimum and maximum there may be no multiple.
    if most <= 0.0 or (multiple > 0.0 and rounded_up(least, multiple) > most):
        return Lots(0, 0.0, 0.0)

    if whole <= most * (1.0 + TOLERANCE):
        return Lots(1, whole, 0.0)

    count = int(min(math.floor(whole / most + TOLERANCE), MOST_LOTS + 1))
    rest = whole - count * most

    if rest <= most * TOLERANCE:
        return Lots(count, most, 0.0)

    return Lots(count, most, min(rounded_up(max(rest, least), multiple), most))


@inner_kernel
def price_of(sources: Sources, prices: Prices, activity: int, quantity: float) -> float:
    """
    Returns the mean price of a unit when so many are ordered.
    """
    first, last = sources.price_from[activity], sources.price_to[activity]

    if first == last or quantity <= 0.0:
        return float(sources.unit_cost[activity])

    price, total = sources.unit_cost[activity], 0.0
    reached = 0.0

    for row in range(first, last):
        start = prices.quantity[row]

        if start > quantity * (1.0 + TOLERANCE):
            break

        if prices.incremental[row]:
            total += (start - reached) * price
            reached = start

        price = prices.price[row]

    if prices.incremental[first]:
        return float((total + (quantity - reached) * price) / quantity)

    return float(price)


@inner_kernel
def economic_quantity(order_cost: float, holding: float, per_day: float) -> float:
    """
    Returns the economic order quantity, 0 where costs are not known.

    Harris, F. W. (1913): How many parts to make at once.
    """
    if order_cost <= 0.0 or holding <= 0.0 or per_day <= 0.0:
        return 0.0

    return math.sqrt(2.0 * order_cost * per_day / holding)


@inner_kernel
def periods_to_cover(
    rule: int, start: Ints, need: Floats, order_cost: float, holding: float
) -> int:
    r"""
    Returns how many periods the first order covers, by a rule that adds them in turn.

    With order cost :math:`K`, holding cost :math:`h` per unit and day, :math:`d_j` the
    need of period :math:`j` and :math:`s_j` its start, an order for periods 1 to
    :math:`n` holds :math:`H_n = h \sum_j (s_j - s_1) d_j`.

    * least unit cost adds periods until :math:`(K + H_n) / \sum d_j` rises;
    * Silver-Meal until :math:`(K + H_n) / (s_{n+1} - s_1)` rises;
    * part period takes the :math:`n` whose :math:`H_n` is closest to :math:`K`;
    * Groff adds period :math:`n` while :math:`n (n - 1) d_n \le 2 K / h`, counted in
      periods of its length.

    Parameters
    ----------
    rule
        Code of ``LotRule``.
    start
        First day of each period and of the one after the last, shape ``(n + 1,)``.
    need
        Net requirement of each period, the first one above 0, shape ``(n,)``.
    order_cost, holding
        Per order, and per unit and day.
    """
    covered, best = 1, 0.0
    total, held = need[0], 0.0

    if rule == _UNIT_COST:
        best = order_cost / total
    elif rule == _SILVER_MEAL:
        best = order_cost / (start[1] - start[0])

    for idx in range(1, len(need)):
        days = start[idx] - start[0]
        before = held
        total += need[idx]
        held += holding * days * need[idx]

        if rule == _UNIT_COST:
            if need[idx] <= 0.0:
                continue

            cost = (order_cost + held) / total
        elif rule == _SILVER_MEAL:
            cost = (order_cost + held) / (start[idx + 1] - start[0])
        elif rule == _PART_PERIOD:
            if held > order_cost:
                closer = held - order_cost <= order_cost - before

                return idx + 1 if closer and need[idx] > 0.0 else covered

            covered = idx + 1
            continue
        else:
            length = start[idx + 1] - start[idx]
            ahead = days / length

            if ahead * (ahead + 1.0) * need[idx] * holding * length > 2.0 * order_cost:
                return covered

            covered = idx + 1
            continue

        if cost > best * (1.0 + TOLERANCE):
            return covered

        best = cost
        covered = idx + 1

    return covered


@inner_kernel
def least_cost_plan(
    start: Ints,
    need: Floats,
    order_cost: float,
    holding: float,
    best: Floats,
    reach: Ints,
) -> None:
    """
    Writes how many periods an order covers that begins in each period of an optimum.

    Periods in which no order begins, or that have no need, get 0.

    Wagner, H. M. and Whitin, T. M. (1958), doi:10.1287/mnsc.5.1.89.

    Parameters
    ----------
    start
        First day of each period and of the one after the last, shape ``(n + 1,)``.
    need
        Net requirement of each period, shape ``(n,)``.
    order_cost, holding
        Per order, and per unit and day.
    best, reach
        Least cost from each period on, and how many periods an order covers that begins
        in it; shape ``(n + 1,)`` at least.
    """
    size = len(need)
    best[: size + 1] = math.inf
    best[size] = 0.0
    reach[:size] = 0

    for first in range(size - 1, -1, -1):
        if need[first] <= 0.0:
            best[first] = best[first + 1]
            continue

        held = 0.0

        for last in range(first, size):
            held += holding * (start[last] - start[first]) * need[last]
            cost = order_cost + held + best[last + 1]

            if cost < best[first] - TOLERANCE * max(1.0, cost):
                best[first] = cost
                reach[first] = last - first + 1

            # To hold the need of this period costs more than to order it when it comes.
            if holding * (start[last] - start[first]) * need[last] > order_cost:
                break
