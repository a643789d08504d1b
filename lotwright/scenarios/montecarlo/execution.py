"""
Execution: the orders and deliveries of a plan as a script that can be carried out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools
from lotwright.model.codes_of_rows import activities_of, codes_of, days_of
from lotwright.model.kpis import COST_TERMS
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.plan import Plan
from lotwright.model.rules import FAR
from lotwright.scenarios.montecarlo.days import carry_out
from lotwright.scenarios.montecarlo.ranks import (
    OPEN_ORDERS,
    line_ranks,
    order_ranks,
)
from lotwright.scenarios.montecarlo.script import (
    LINE,
    OPEN_ISSUE,
    ORDER_ISSUE,
    Draw,
    Script,
    Told,
)

#: Days after all that is planned in which what is late still comes.
_AFTER = 3650

#: Part of a demand that tables of plans may lack by rounding.
_ROUNDING = 1e-3

#: No plan serves a need so late.
_NEVER = 10**6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Execution:
    """
    A plan, ready to be carried out.

    Parameters
    ----------
    network
        What was planned.
    script
        What happens when; the horizon leaves room for the longest delays.
    activity
        Activity of each order, -1 where it has none, shape ``(O,)``.
    supply
        Row of the open supplies that an order is, -1 for planned ones, shape ``(O,)``.
    days
        Days that an order is planned to take, shape ``(O,)``.
    given_up_line, given_up, given_up_on
        What the plan itself does not deliver: demand line, quantity, and the day until
        which it counts as late, shape ``(G,)``.
    end, waiting, expired
        What the grids of the plan hold more than those of its script, shape ``(P, T)``:
        plans of buckets count stock by bucket, whatever the dates of orders.
    least
        Stock is never told to be less: 0, or what the plan itself has below it,
        shape ``(P, T)``.
    terms
        Cost of the plan by term.
    """

    network: Network
    script: Script
    activity: Ints
    supply: Ints
    days: Ints
    given_up_line: Ints
    given_up: Floats
    given_up_on: Ints
    end: Floats
    waiting: Floats
    expired: Floats
    least: Floats
    terms: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Needs:
    point: Ints
    kind: Ints
    owner: Ints
    day: Ints
    told: Ints
    last: Ints
    whole: Bools
    quantity: Floats
    rank: Ints


def execution_of(network: Network, plan: Plan) -> Execution:
    """
    Returns a plan as a script.

    A plan of buckets does not say what comes first inside of one. The script is carried
    out once as planned, to find the days on which things happen then; all delays count
    from these.

    Parameters
    ----------
    network
        What was planned.
    plan
        Its plan.

    Raises
    ------
    ValueError
        When the plan has orders or demand that the network does not know, or delivers
        what its orders do not bring.
    """
    orders, margins = plan.orders, plan.run.engine_used == "mrp"
    activity = activities_of(network, orders)
    _refuse_unknown(activity, orders["order_id"], "planned order")
    supplies = network.supplies
    opened = np.flatnonzero(supplies.kind != "stock")
    count = len(orders)
    open_day = _open_days(network, opened, margins=margins)
    planned_day = days_of(network, orders["available_date"])
    start = days_of(network, orders["start_date"])
    took = days_of(network, orders["due_date"]) - start
    open_start = np.clip(network.rules.supplies.start_day[opened], 0, None)
    needs = _in_order(
        [
            _deliveries(network, plan),
            _open_issues(network, opened, count),
            _components(network, plan),
        ]
    )
    receipts = _receipts(network, plan, activity, opened)
    order_day = np.concatenate([np.maximum(planned_day, 0), open_day])
    is_order = needs.kind != LINE
    waits = np.bincount(needs.owner[is_order], minlength=count + len(opened))
    last = max(
        int(order_day.max(initial=0)),
        int(needs.day.max(initial=0)),
        network.buckets.horizon,
    )
    buckets = network.buckets
    script = Script(
        edges=buckets.edges,
        start_of=buckets.start[buckets.of(np.arange(buckets.horizon))],
        last_day=last + _AFTER,
        opening=_opening(network),
        scrap=_grid(network, plan.projection, "expired"),
        order_day=order_day,
        order_waits=waits.astype(np.int64),
        order_point=np.concatenate(
            [network.activities.point[activity], supplies.point[opened]]
        ),
        receipt_first=receipts[0],
        receipt_point=receipts[1],
        receipt_quantity=receipts[2],
        need_first=np.searchsorted(needs.point, np.arange(len(network.points) + 1)),
        need_point=needs.point,
        need_kind=needs.kind,
        need_owner=needs.owner,
        need_day=needs.day,
        need_served=np.full(len(needs.day), _NEVER, dtype=np.int64),
        need_told=needs.told,
        need_last=needs.last,
        need_whole=needs.whole,
        need_quantity=needs.quantity,
    )
    told = carry_out(script, as_planned(network, count + len(opened)))
    _refuse_uncovered(network, script, told)
    given_up = _given_up(network, plan)
    end = _grid(network, plan.projection, "end")
    figures = plan.kpis.set_index("name")["value"]

    return Execution(
        network=network,
        script=script._replace(order_day=told.order_day, need_served=told.need_served),
        activity=np.concatenate([activity, network.rules.supplies.activity[opened]]),
        supply=np.concatenate([np.full(count, -1, dtype=np.int64), opened]),
        days=np.concatenate([took, np.maximum(open_day - open_start, 0)]),
        given_up_line=given_up[0],
        given_up=given_up[1],
        given_up_on=given_up[2],
        end=end - told.end,
        waiting=_grid(network, plan.projection, "waiting") - told.waiting,
        expired=script.scrap - told.expired,
        least=np.minimum(end, 0.0),
        terms={name: float(figures.loc[name]) for name in COST_TERMS},
    )


def as_planned(network: Network, orders: int) -> Draw:
    """
    Returns the sample in which all is as planned.

    Parameters
    ----------
    network
        Knows the demand lines.
    orders
        Number of orders, planned and open.
    """
    lines = network.lines

    return Draw(
        factor=np.ones(len(lines)),
        shift=np.zeros(len(lines), dtype=np.int64),
        due_day=lines.due_day.astype(np.int64),
        due_start=network.buckets.start[lines.bucket],
        delay=np.zeros(orders, dtype=np.int64),
    )


def _refuse_uncovered(network: Network, script: Script, told: Told) -> None:
    """
    Refuses a plan that delivers what its stock and its orders do not bring.

    Raises
    ------
    ValueError
        When a demand is served from elsewhere.
    """
    rows = script.need_kind == LINE
    planned = np.bincount(
        script.need_owner[rows],
        weights=script.need_quantity[rows],
        minlength=len(network.lines),
    )
    lacks = planned - told.on_time - told.late
    lines = np.flatnonzero(lacks > _ROUNDING * np.maximum(planned, 1.0))

    if len(lines):
        msg = (
            f"Expected a plan whose orders bring what it delivers; the demand "
            f"{network.lines.demand_id[lines[0]]!r} is served from elsewhere, such as "
            "by a substitute, or the data are not those that were planned."
        )
        raise ValueError(msg)


def _refuse_unknown(code: Ints, keys: pd.Series[str], what: str) -> None:
    unknown = np.flatnonzero(code < 0)

    if len(unknown):
        msg = (
            f"Expected the data that were planned; they do not know the {what} "
            f"{keys.iloc[unknown[0]]!r}."
        )
        raise ValueError(msg)


def _opening(network: Network) -> Floats:
    supplies = network.supplies
    rows = supplies.kind == "stock"

    return np.bincount(
        supplies.point[rows],
        weights=supplies.quantity[rows],
        minlength=len(network.points),
    ).astype(np.float64)


def _open_days(network: Network, opened: Ints, *, margins: bool) -> Ints:
    """
    Returns from when on open orders may be used; only MRP knows margins.
    """
    point, day = network.supplies.point[opened], network.supplies.day[opened]

    if margins:
        points = network.rules.points
        day = network.calendars.after(
            points.calendar[point], day, points.receipt_margin[point]
        )

    return np.maximum(day, 0).astype(np.int64)


def _grid(network: Network, projection: pd.DataFrame, name: str) -> Floats:
    shape = (len(network.points), network.num_buckets)

    return np.ascontiguousarray(
        projection[name].to_numpy(dtype=np.float64).reshape(shape)
    )


def _points(network: Network, items: pd.Series[str], places: pd.Series[str]) -> Ints:
    known = pd.MultiIndex.from_arrays(
        [network.points.item_id, network.points.location_id]
    )
    code = known.get_indexer(
        pd.MultiIndex.from_arrays([items.astype(object), places.astype(object)])
    ).astype(np.int64)
    _refuse_unknown(code, items, "item")

    return code


def _deliveries(network: Network, plan: Plan) -> _Needs:
    """
    Returns what demand lines take, as the plan delivers it.
    """
    table = plan.deliveries
    table = table[(table["status"] == "served").to_numpy(dtype=np.bool_)]
    lines, rules = network.lines, network.rules.lines
    line = codes_of(lines.demand_id, table["demand_id"])
    _refuse_unknown(line, table["demand_id"], "demand")
    day = np.maximum(days_of(network, table["date"]), 0)

    return _Needs(
        point=lines.point[line],
        kind=np.full(len(line), LINE, dtype=np.int64),
        owner=line,
        day=day,
        told=day,
        last=np.maximum(rules.last_day[line], day).astype(np.int64),
        whole=~rules.split_allowed[line],
        quantity=table["quantity"].to_numpy(dtype=np.float64),
        rank=line_ranks(network)[line],
    )


def _open_issues(network: Network, opened: Ints, planned: int) -> _Needs:
    """
    Returns what open orders still need.
    """
    issues = network.open_issues
    keys = network.supplies.supply_id[opened]
    order = codes_of(keys, pd.Series(issues.supply_id, dtype=object))
    rows = np.flatnonzero((order >= 0) & (issues.quantity > 0))

    return _of_orders(
        OPEN_ISSUE,
        planned + order[rows],
        issues.point[rows],
        issues.day[rows],
        issues.quantity[rows],
        np.full(len(rows), OPEN_ORDERS, dtype=np.int64),
    )


def _components(network: Network, plan: Plan) -> _Needs:
    """
    Returns what planned orders take.
    """
    table = plan.components
    table = table[(table["quantity"] > 0).to_numpy(dtype=np.bool_)]
    keys = plan.orders["order_id"]
    order = codes_of(keys.to_numpy(dtype=object), table["order_id"].astype(object))
    rank = order_ranks(network, keys, plan.pegging)

    return _of_orders(
        ORDER_ISSUE,
        order,
        _points(network, table["component_id"], table["location_id"]),
        days_of(network, table["need_date"]),
        table["quantity"].to_numpy(dtype=np.float64),
        rank[order],
    )


def _of_orders(
    kind: int, order: Ints, point: Ints, day: Ints, quantity: Floats, rank: Ints
) -> _Needs:
    size = len(order)
    day = np.maximum(day, 0).astype(np.int64)

    return _Needs(
        point=point.astype(np.int64),
        kind=np.full(size, kind, dtype=np.int64),
        owner=order.astype(np.int64),
        day=day,
        told=day,
        last=np.full(size, FAR, dtype=np.int64),
        whole=np.zeros(size, dtype=np.bool_),
        quantity=quantity.astype(np.float64),
        rank=rank,
    )


def _in_order(parts: list[_Needs]) -> _Needs:
    """
    Returns all needs, by point and rank, and of one rank by day.
    """
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in _Needs.__slots__
    }
    turn = np.lexsort((columns["day"], columns["rank"], columns["point"]))

    return _Needs(**{name: column[turn] for name, column in columns.items()})


def _receipts(
    network: Network, plan: Plan, activity: Ints, opened: Ints
) -> tuple[Ints, Ints, Floats]:
    """
    Returns where the receipts of each order begin, and their points and quantities.
    """
    orders, table = plan.orders, plan.components
    beside = table[(table["quantity"] < 0).to_numpy(dtype=np.bool_)]
    keys = orders["order_id"].to_numpy(dtype=object)
    supplies, count = network.supplies, len(orders)
    order = np.concatenate(
        [
            np.arange(count + len(opened)),
            codes_of(keys, beside["order_id"].astype(object)),
        ]
    )
    point = np.concatenate(
        [
            network.activities.point[activity],
            supplies.point[opened],
            _points(network, beside["component_id"], beside["location_id"]),
        ]
    )
    quantity = np.concatenate(
        [
            orders["quantity"].to_numpy(dtype=np.float64),
            supplies.quantity[opened],
            -beside["quantity"].to_numpy(dtype=np.float64),
        ]
    )
    turn = np.argsort(order, kind="stable")
    first = np.searchsorted(order[turn], np.arange(count + len(opened) + 1))

    return first, point[turn].astype(np.int64), quantity[turn]


def _given_up(network: Network, plan: Plan) -> tuple[Ints, Floats, Ints]:
    """
    Returns what the plan loses, by line, and what it leaves open to the horizon's end.
    """
    lines, buckets = network.lines, network.buckets
    table = plan.deliveries
    line = codes_of(lines.demand_id, table["demand_id"])
    quantity = table["quantity"].to_numpy(dtype=np.float64)
    lost = (table["status"] == "lost").to_numpy(dtype=np.bool_)
    told = np.bincount(line, weights=quantity, minlength=len(lines))
    unmet = lines.quantity - told
    rows = np.flatnonzero(unmet > 1e-6)
    bucket = codes_of(buckets.period_id, table["period_id"][lost])
    until = np.where(
        bucket >= 0, buckets.start[bucket], days_of(network, table["date"][lost])
    )

    return (
        np.concatenate([line[lost], rows]),
        np.concatenate([quantity[lost], unmet[rows]]),
        np.concatenate([until, np.full(len(rows), buckets.horizon)]).astype(np.int64),
    )
