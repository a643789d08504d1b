"""
Rules: what the day-exact engine needs to know beyond quantities, as typed arrays.

Letters as in the network: P stock points, A activities, F inputs, N demand lines, S
open supplies. Days count from the start of the plan; ``FAR`` means "no limit".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.carries import Carries, no_carries
from lotwright.model.end_stock import EndStock, no_end_stock
from lotwright.model.families import Families, no_families
from lotwright.model.least_use import LeastUse, no_least_use
from lotwright.model.reference import Reference, no_reference
from lotwright.model.rooms import Rooms, no_rooms

#: A day later than any other, and a number of days without limit.
FAR = 10**6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointRules:
    """
    How the orders and needs of stock points are dated and matched, shape ``(P,)`` each.

    Parameters
    ----------
    calendar
        Calendar of the location: shipping, receiving and margins.
    receipt_margin, issue_margin, reorder_margin
        Working days from receipt to use, from use to need, from order to start.
    negative_days
        Calendar days that a supply may be later than an order made today.
    positive_days
        Calendar days that a supply may lie before the need, ``FAR`` without limit.
    positive_after_lead_time
        Whether that limit binds only needs beyond the lead time.
    planning_fence, freeze_fence, firm_fence, action_fence
        Calendar days from the start of the plan; ``FAR``, 0, 0 and ``FAR`` where none:
        how far the point is planned, how long nothing new is received, how long orders
        are firmed, how far actions are given.
    advance_margin, postpone_margin
        Calendar days by which an action must change a date to be given.
    strict_safety
        Whether safety stock is kept from demand.
    shelf_life
        Calendar days from the availability of a new receipt to the first on which it
        may not be used, ``FAR`` where it keeps.
    first_expired_first
        Whether, of supplies that are there, what expires first is used first.
    safety_stock, safety_days
        Fixed quantity, and the number of coming days whose needs are kept in stock.
    phantom
        Whether needs that stock does not meet are exploded without an order.
    """

    calendar: Ints
    receipt_margin: Ints
    issue_margin: Ints
    reorder_margin: Ints
    negative_days: Ints
    positive_days: Ints
    positive_after_lead_time: Bools
    planning_fence: Ints
    freeze_fence: Ints
    firm_fence: Ints
    action_fence: Ints
    advance_margin: Ints
    postpone_margin: Ints
    strict_safety: Bools
    shelf_life: Ints
    first_expired_first: Bools
    safety_stock: Floats
    safety_days: Ints
    phantom: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SafetySteps:
    """
    Safety stock by date; each row holds from its day until the next one of its point.

    Before the first row of a point, and after a row with a quantity below 0, the
    point's own rule holds.

    Parameters
    ----------
    point, day, quantity
        Sorted by point and day, shape ``(n,)``.
    """

    point: Ints
    day: Ints
    quantity: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ActivityRules:
    """
    When and for what quantities activities may be used, shape ``(A,)`` each.

    Parameters
    ----------
    valid_from, valid_to
        First day on which an order may start, and the first on which it may not.
    lot_from, lot_to
        Smallest and largest order for which bill and routing hold; 0 and infinite.
    share
        Agreed part of the supply, NaN where none is agreed.
    least_value
        Smallest value of an order, 0 where none.
    """

    valid_from: Ints
    valid_to: Ints
    lot_from: Floats
    lot_to: Floats
    share: Floats
    least_value: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceSteps:
    """
    Prices that depend on the quantity of an order.

    Parameters
    ----------
    activity, from_quantity, unit_cost
        Sorted by activity and quantity, shape ``(n,)``.
    incremental
        Whether a price holds only for what is above its quantity, shape ``(n,)``.
    """

    activity: Ints
    from_quantity: Floats
    unit_cost: Floats
    incremental: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alternates:
    """
    Stock points that may stand in for another.

    Parameters
    ----------
    flow
        The input that it is for, -1 for whatever is needed at the point, ``(n,)``.
    point, other
        The point that is asked for, and the one that may be used, shape ``(n,)``.
    ratio
        Units of the other for one unit of what is asked for, shape ``(n,)``.
    rank
        Lower first, shape ``(n,)``.
    valid_from, valid_to
        Days of the need between which it may be used, shape ``(n,)``.
    use_up
        Whether stock of the other is used before that of the point, shape ``(n,)``.
    """

    flow: Ints
    point: Ints
    other: Ints
    ratio: Floats
    rank: Ints
    valid_from: Ints
    valid_to: Ints
    use_up: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineRules:
    """
    How demand lines are served, shape ``(N,)`` each.

    Parameters
    ----------
    required_day
        Day on which the goods leave: the due date, or the last open day of the location
        before it, and never before day 0.
    last_day
        Last day on which the line may be served, ``FAR`` without limit; where that was
        before day 0, it is not served at all.
    sellable_days
        Calendar days that goods must still keep when they are delivered.
    split_allowed
        Whether the line may be delivered in parts.
    own_order
        Whether the line gets an order of its own, whatever the lot rule.
    min_shipment
        Smallest part delivery, 0 where none.
    """

    required_day: Ints
    last_day: Ints
    sellable_days: Ints
    split_allowed: Bools
    own_order: Bools
    min_shipment: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SupplyRules:
    """
    How stock and open orders may be used, shape ``(S,)`` each.

    Parameters
    ----------
    expiry
        First day on which it may not be used, ``FAR`` where it keeps.
    due_day
        Day on which it was to arrive: below 0 for an order that is overdue.
    can_move, can_cancel
        Whether advice to move it or to change its quantity may be given.
    approved
        Whether it is a planned order of an earlier run that somebody approved.
    activity
        Activity that it is an order of, -1 where unknown and for stock.
    start_day
        Day on which it starts or started, 0 for stock.
    release_day
        Day by which it must be released, ``FAR`` for stock and where it is already.
    needs_source
        Whether its source matters: it names one and has not started, or there is one
        and nobody has released it.
    """

    expiry: Ints
    due_day: Ints
    can_move: Bools
    can_cancel: Bools
    approved: Bools
    activity: Ints
    start_day: Ints
    release_day: Ints
    needs_source: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reserved:
    """
    Supplies that are held for demand lines.

    Parameters
    ----------
    line, supply, quantity
        Shape ``(n,)``.
    """

    line: Ints
    supply: Ints
    quantity: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rules:
    """
    All rules of a network that quantities and buckets do not tell.

    Parameters
    ----------
    points, safety_steps, activities, prices, alternates, lines, supplies, reserved
        By what they are about.
    input_from, input_to
        Days of the issue between which an input of an activity holds, shape ``(F,)``.
    rooms
        Locations with limited room for stock.
    families
        Set-up groups of resources.
    carries
        Operations on machines that keep their set-up.
    least_use
        Resources that are to be used in part at least, or not at all.
    end_stock
        Stock to have at the end of the plan.
    reference
        Orders of an earlier plan that this one is compared with.
    latest_supply_first
        Whether, of the supplies that are in time, the latest serves first.
    delay_components_together
        Whether components of an order that is late come no earlier than it starts.
    """

    points: PointRules
    safety_steps: SafetySteps
    activities: ActivityRules
    prices: PriceSteps
    alternates: Alternates
    lines: LineRules
    supplies: SupplyRules
    reserved: Reserved
    input_from: Ints
    input_to: Ints
    rooms: Rooms = field(default_factory=no_rooms)
    families: Families = field(default_factory=no_families)
    carries: Carries = field(default_factory=no_carries)
    least_use: LeastUse = field(default_factory=no_least_use)
    end_stock: EndStock = field(default_factory=no_end_stock)
    reference: Reference = field(default_factory=no_reference)
    latest_supply_first: bool = False
    delay_components_together: bool = False
