"""
Units: numbers far from 1 are counted in other units, for a solver rounds at 1e-7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lotwright.model.choices import choices_of
from lotwright.model.network import Floats, Network
from lotwright.model.price_tiers import price_tiers
from lotwright.model.reference import Reference
from lotwright.model.rules import Rules
from lotwright.solver.lotsizing.largest_receipts import largest_receipts
from lotwright.solver.quantities import Quantities

#: Quantities, capacities and costs whose largest lies in this range stay as they are.
_USUAL = (1e-3, 1e8)

#: Others are brought to about this.
_TYPICAL = 1e3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """
    What one unit of the solver is; powers of 2, so that nothing is rounded.

    Parameters
    ----------
    quantity
        In base units of each stock point, shape ``(P,)``.
    work
        In units of each resource, shape ``(R,)``; the same for a group and its members.
    money
        In the currency.
    """

    quantity: Floats
    work: Floats
    money: float


def units_of(net: Network) -> Units | None:
    """
    Returns units in which no number of a network is far from 1, None where that is so
    in its own.
    """
    points, activities, classes = net.points, net.activities, net.classes
    own = np.maximum(
        net.rules.end_stock.raised(points.safety_stock).max(axis=1),
        points.opening_stock,
    )
    np.maximum.at(own, classes.point, classes.quantity.max(axis=1, initial=0.0))
    np.maximum.at(own, activities.point, largest_receipts(net).max(axis=1, initial=0.0))
    quantity = _powers(own)
    capacity = net.resources.capacity + net.resources.overtime_max
    finite = np.where(np.isfinite(capacity), capacity, 0.0).max(axis=1, initial=0.0)
    work = _powers(finite)
    # Hours of a machine count for its group as they are.
    work[net.resources.pool_member] = work[net.resources.pool_row]
    point = quantity[classes.point]
    costs = (
        classes.lost_cost * point,
        classes.late_cost * point,
        activities.lot_cost,
        net.rules.families.cost,
        activities.unit_cost * quantity[activities.point],
    )
    dearest = max(float(cost.max(initial=0.0)) for cost in costs)
    money = float(_powers(np.array([dearest]))[0])

    if money == 1.0 and (quantity == 1.0).all() and (work == 1.0).all():
        return None

    return Units(quantity=quantity, work=work, money=money)


def _powers(largest: Floats) -> Floats:
    low, high = _USUAL
    usual = (largest == 0) | ((largest >= low) & (largest <= high))
    safe = np.where(usual, _TYPICAL, largest)

    return np.asarray(2.0 ** np.round(np.log2(safe / _TYPICAL)), dtype=np.float64)


def in_units(net: Network, units: Units) -> Network:
    """
    Returns a network counted in other units; its plans are the same but for these.
    """
    unit, work, money = units.quantity, units.work, units.money
    rate, column = unit / money, unit[:, None]
    points, activities, classes = net.points, net.activities, net.classes
    made, asked = unit[activities.point], unit[classes.point]
    inputs, outputs, loads, resources = (
        net.inputs,
        net.outputs,
        net.loads,
        net.resources,
    )
    issued = unit[inputs.point]

    return replace(
        net,
        points=replace(
            points,
            opening_stock=points.opening_stock / unit,
            open_receipts=points.open_receipts / column,
            open_issues=points.open_issues / column,
            safety_stock=points.safety_stock / column,
            largest_stock=points.largest_stock / column,
            holding_cost=points.holding_cost * rate,
            safety_penalty=points.safety_penalty * rate,
            excess_penalty=points.excess_penalty * rate,
            value=points.value * rate,
        ),
        activities=replace(
            activities,
            min_lot=activities.min_lot / made,
            max_lot=activities.max_lot / made,
            lot_multiple=activities.lot_multiple / made,
            unit_cost=activities.unit_cost * made / money,
            lot_cost=activities.lot_cost / money,
        ),
        inputs=replace(
            inputs,
            ratio=inputs.ratio * made[inputs.activity] / issued,
            per_lot=inputs.per_lot / issued,
        ),
        outputs=replace(
            outputs, ratio=outputs.ratio * made[outputs.activity] / unit[outputs.point]
        ),
        loads=replace(
            loads,
            run=loads.run * made[loads.activity] / work[loads.resource],
            setup=loads.setup / work[loads.resource],
        ),
        resources=replace(
            resources,
            capacity=resources.capacity / work[:, None],
            open_load=resources.open_load / work[:, None],
            overtime_max=resources.overtime_max / work[:, None],
            overtime_cost=resources.overtime_cost * work / money,
        ),
        classes=replace(
            classes,
            quantity=classes.quantity / asked[:, None],
            late_cost=classes.late_cost * asked / money,
            lost_cost=classes.lost_cost * asked / money,
            backlog_limit=classes.backlog_limit / asked[:, None],
        ),
        lines=replace(net.lines, quantity=net.lines.quantity / unit[net.lines.point]),
        supplies=replace(
            net.supplies, quantity=net.supplies.quantity / unit[net.supplies.point]
        ),
        open_issues=replace(
            net.open_issues,
            quantity=net.open_issues.quantity / unit[net.open_issues.point],
        ),
        rules=_rules_in_units(net, units),
    )


def _rules_in_units(net: Network, units: Units) -> Rules:
    """
    Returns the rules that the lot-sizing model reads in other units.
    """
    unit, money, rules = units.quantity, units.money, net.rules
    priced = unit[net.activities.point[rules.prices.activity]]
    known = rules.alternates.other >= 0
    other = np.where(known, unit[rules.alternates.other], 1.0)

    return replace(
        rules,
        activities=replace(
            rules.activities, least_value=rules.activities.least_value / money
        ),
        prices=replace(
            rules.prices,
            from_quantity=rules.prices.from_quantity / priced,
            unit_cost=rules.prices.unit_cost * priced / money,
        ),
        alternates=replace(
            rules.alternates,
            ratio=rules.alternates.ratio * unit[rules.alternates.point] / other,
        ),
        rooms=replace(
            rules.rooms,
            space=rules.rooms.space * unit[rules.rooms.point],
            penalty=rules.rooms.penalty / money,
        ),
        least_use=replace(
            rules.least_use,
            penalty=rules.least_use.penalty
            * units.work[rules.least_use.resource]
            / money,
        ),
        carries=replace(rules.carries, cost=rules.carries.cost / money),
        families=replace(
            rules.families,
            hours=rules.families.hours / units.work[rules.families.resource],
            cost=rules.families.cost / money,
        ),
        reference=_reference_in_units(rules.reference, unit, money),
        end_stock=replace(
            rules.end_stock,
            quantity=rules.end_stock.quantity / unit[rules.end_stock.point],
            penalty=rules.end_stock.penalty * unit[rules.end_stock.point] / money,
        ),
    )


def _reference_in_units(reference: Reference, unit: Floats, money: float) -> Reference:
    if not reference.is_given:
        return reference

    return replace(
        reference,
        quantity=reference.quantity / unit[reference.point],
        cost=reference.cost * unit / money,
    )


def quantities_in(net: Network, units: Units, own: Quantities) -> Quantities:
    """
    Returns quantities, such as those of a start, in other units.
    """
    one = Units(quantity=1 / units.quantity, work=1 / units.work, money=1 / units.money)

    return quantities_of(net, one, own)


def quantities_of(net: Network, units: Units, found: Quantities) -> Quantities:
    """
    Returns quantities that were found in other units in those of the network.
    """
    unit, work = units.quantity[:, None], units.work[:, None]
    made = unit[net.activities.point]
    asked = unit[net.classes.point]
    replaced = unit[net.inputs.point[choices_of(net).flow]]

    return replace(
        found,
        receipt=found.receipt * made,
        served=found.served * asked,
        lost=found.lost * asked,
        overtime=found.overtime * work,
        expired=_times(found.expired, unit),
        instead=_times(found.instead, replaced),
        priced=_times(found.priced, made[price_tiers(net).activity]),
        capacity_worth=_times(found.capacity_worth, units.money / work),
        stock_worth=_times(found.stock_worth, units.money / unit),
    )


def _times(values: Floats | None, factor: Floats) -> Floats | None:
    return None if values is None else values * factor
