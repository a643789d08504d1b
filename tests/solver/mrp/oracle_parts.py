"""
What the oracle plans with: supplies, needs, pegs and orders, one small object each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lotwright.model.rules import FAR

#: Quantities up to this size count as nothing.
NOTHING = 1e-7


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """
    A planned order.

    Parameters
    ----------
    activity, point, quantity, ordinal
        What is ordered; the ordinal counts all orders in the order of their making.
    order_day, start_day, due_day, available_day
        As in the schedule.
    wanted_day
        Receipt day that would be in time.
    priority
        The best one of what it was made for.
    needs
        Of its components.
    """

    activity: int
    point: int
    quantity: float
    ordinal: int
    order_day: int
    start_day: int
    due_day: int
    available_day: int
    wanted_day: int
    priority: int
    needs: list[Need] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Supply:
    """
    Something that comes to a stock point, or lies there.

    Parameters
    ----------
    point, quantity, day, expiry
        Where, how much, from which day and until before which one.
    left
        What nobody has taken yet.
    stock
        Whether it is there already.
    row
        Row of the network's open supplies, -1 for a planned order.
    order, flow
        The planned order that brings it, and the row of the network's outputs.
    pegs
        Who takes it.
    """

    point: int
    quantity: float
    day: int
    left: float
    expiry: int = FAR
    stock: bool = False
    row: int = -1
    order: Order | None = None
    flow: int = -1
    pegs: list[Peg] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Need:
    """
    Something that takes from a stock point.

    Parameters
    ----------
    kind, ref, flow, point, day, available_by, priority, quantity
        As in the schedule; ``ref`` is the ordinal for needs of planned orders.
    left
        What nobody has given yet.
    order
        The planned order whose component it is.
    sellable_days, last_day
        Of a demand line.
    own_order
        Whether it gets an order of its own.
    is_planned
        Whether orders are made for it.
    stands_in
        Whether it stands in for a need of another point: what it takes was never there.
    offset
        Working days from the issue to the start of its order.
    number
        Place among all needs, as they were known.
    pegs
        Who gives.
    """

    kind: int
    ref: int
    flow: int
    point: int
    day: int
    available_by: int
    priority: int
    quantity: float
    left: float
    order: Order | None = None
    sellable_days: int = 0
    last_day: int = FAR
    own_order: bool = False
    is_planned: bool = True
    stands_in: bool = False
    offset: int = 0
    number: int = 0
    pegs: list[Peg] = field(default_factory=list)

    @property
    def turn(self) -> tuple[int, int, int]:
        """
        Rule 7.1: by required date, then priority; else whoever was first.
        """
        return self.available_by, self.priority, self.number


@dataclass(slots=True, kw_only=True, eq=False)
class Peg:
    """
    A part of a supply that serves a part of a need; no supply where nothing does.
    """

    supply: Supply | None
    need: Need
    quantity: float
    day: int
    hard: bool = False


def peg(
    supply: Supply, need: Need, quantity: float, day: int, *, hard: bool = False
) -> None:
    """
    Links a supply to a need; several links between the same two are one.
    """
    supply.left -= quantity
    need.left -= quantity

    for link in need.pegs:
        if link.supply is supply and link.hard == hard:
            link.quantity += quantity
            return

    link = Peg(supply=supply, need=need, quantity=quantity, day=day, hard=hard)
    supply.pegs.append(link)
    need.pegs.append(link)
