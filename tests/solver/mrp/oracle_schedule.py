"""
The oracle's plan as named quantities, and the engine's, to compare the two.
"""

from __future__ import annotations

from collections import defaultdict

from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.schedule import NeedKind, Schedule
from tests.solver.mrp.oracle_parts import NOTHING, Need, Order, Supply
from tests.solver.mrp.oracle_world import World

#: Kinds of needs that somebody has; the others keep what is left.
REAL = (NeedKind.LINE, NeedKind.OPEN_ISSUE, NeedKind.ORDER_ISSUE)


def oracle_facts(world: World) -> dict[str, float]:
    """
    Returns the quantity of all orders and pegs of the oracle with the same name.
    """
    facts: defaultdict[str, float] = defaultdict(float)

    for order in world.orders:
        days = (order.order_day, order.start_day, order.due_day, order.available_day)
        _note_order(facts, _name(world, order), days, order.quantity)

    for needs in world.needs.values():
        for need in needs:
            for link in need.pegs:
                if link.quantity <= NOTHING:
                    continue

                giver = _giver(world, link.supply)
                facts[_peg_fact(world, need, giver, link.day)] += link.quantity

            if need.left > NOTHING:
                facts[_peg_fact(world, need, "nothing", FAR)] += need.left

    return {name: facts[name] for name in sorted(facts) if facts[name] > 1e-6}


def _name(world: World, order: Order) -> str:
    return f"{world.network.activities.source_id[order.activity]}/{order.wanted_day}"


def _giver(world: World, supply: Supply | None) -> str:
    if supply is None:
        return "nothing"

    if supply.order is None:
        return f"supply {supply.row}"

    return _name(world, supply.order)


def _peg_fact(world: World, need: Need, giver: str, day: int) -> str:
    owner = str(need.ref) if need.order is None else _name(world, need.order)
    point = world.network.points.labels[need.point]

    return peg_fact(need.kind, owner, point, (need.day, need.available_by), giver, day)


def _note_order(
    facts: dict[str, float],
    name: str,
    days: tuple[int, int, int, int],
    quantity: float,
) -> None:
    """
    Adds an order to those of the same name and days: how much they bring, and how many
    they are.
    """
    order, start, due, available = days
    end = f"{name}: order {order} start {start} due {due} available {available}"
    facts[f"ORDER {end}"] += quantity
    facts[f"LOTS {end}"] += 1.0


def peg_fact(
    kind: int, owner: str, point: str, days: tuple[int, int], giver: str, day: int
) -> str:
    """
    Returns the name of a peg.
    """
    return (
        f"PEG {NeedKind(kind).name} {owner} at {point} on {days[0]} by {days[1]}: "
        f"from {giver} on {day}"
    )


def schedule_facts(network: Network, schedule: Schedule) -> dict[str, float]:
    """
    Returns the quantities of a schedule, named as those of ``oracle_facts``.
    """
    facts: defaultdict[str, float] = defaultdict(float)
    orders, needs, pegs = schedule.orders, schedule.needs, schedule.pegs
    open_rows = len(network.supplies.day)
    names = [
        f"{network.activities.source_id[activity]}/{max(wanted, 0)}"
        for activity, wanted in zip(
            orders.activity.tolist(), orders.wanted_day.tolist(), strict=True
        )
    ]

    for k, quantity in enumerate(orders.quantity.tolist()):
        days = (
            int(orders.order_day[k]),
            int(orders.start_day[k]),
            int(orders.due_day[k]),
            int(orders.available_day[k]),
        )
        _note_order(facts, names[k], days, quantity)

    for m, s, quantity, day in zip(
        pegs.need.tolist(),
        pegs.supply.tolist(),
        pegs.quantity.tolist(),
        pegs.day.tolist(),
        strict=True,
    ):
        kind, ref = int(needs.kind[m]), int(needs.ref[m])

        if kind not in REAL:
            continue

        giver = "nothing" if s < 0 else f"supply {s}"

        if s >= open_rows:
            giver = names[int(schedule.receipts.order[s - open_rows])]

        fact = peg_fact(
            kind,
            names[ref] if kind == NeedKind.ORDER_ISSUE else str(ref),
            network.points.labels[int(needs.point[m])],
            (int(needs.day[m]), int(needs.available_by[m])),
            giver,
            day,
        )
        facts[fact] += quantity

    return {name: facts[name] for name in sorted(facts) if facts[name] > 1e-6}
