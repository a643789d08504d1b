"""
Small random networks with random rules, one function for each family of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from lotwright.model.kinds import LotRule
from lotwright.model.network import (
    Floats,
    Ints,
    Network,
    OpenIssues,
    OpenSupplies,
    Outputs,
)
from lotwright.model.rules import FAR, Alternates, Reserved, SafetySteps
from tests.networks import random_network
from tests.solver.mrp.oracle_world import planning_levels

Rule = Callable[[np.random.Generator, Network], Network]


def random_planning(seed: int, families: Iterable[str] = ()) -> Network:
    """
    Returns a random network with rules of the families that are named.
    """
    rng = np.random.default_rng([seed, 17])
    network = without_loops(random_network(seed))

    for family in families:
        network = FAMILIES[family](rng, network)

    return network


def without_loops(network: Network) -> Network:
    """
    Returns the network without by-products that go, in the end, into what brings them.
    """
    activities, inputs, outputs = network.activities, network.inputs, network.outputs
    below: dict[int, set[int]] = {p: set() for p in range(len(network.points))}

    for upper, lower in zip(
        activities.point[inputs.activity].tolist(), inputs.point.tolist(), strict=True
    ):
        below[upper].add(lower)

    kept = []

    for row, (activity, point) in enumerate(
        zip(outputs.activity.tolist(), outputs.point.tolist(), strict=True)
    ):
        upper = int(activities.point[activity])

        if row >= len(activities):
            if point == upper or upper in _reached(below, point):
                continue

            below[upper].add(point)

        kept.append(row)

    return replace(
        network,
        outputs=Outputs(
            activity=outputs.activity[kept],
            point=outputs.point[kept],
            ratio=outputs.ratio[kept],
        ),
    )


def _reached(below: dict[int, set[int]], start: int) -> set[int]:
    found: set[int] = set()
    ahead = [start]

    while ahead:
        for point in below[ahead.pop()] - found:
            found.add(point)
            ahead.append(point)

    return found


def margins(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 4.1: margins of up to two days.
    """
    size = len(network.points)

    return _with_points(
        network,
        receipt_margin=rng.integers(0, 3, size),
        issue_margin=rng.integers(0, 3, size),
        reorder_margin=rng.integers(0, 3, size),
    )


def calendars(rng: np.random.Generator, network: Network) -> Network:
    """
    Rules 1.3, 4.2: locations and sources that are closed at weekends, or are not.
    """
    points, lines = network.rules.points, network.rules.lines
    calendar = rng.integers(0, 2, len(network.points))
    own = rng.integers(0, 2, len(network.activities))
    required = network.calendars.before(
        calendar[network.lines.point], lines.required_day, np.array(0)
    )
    network = replace(network, activities=replace(network.activities, calendar=own))

    return replace(
        network,
        rules=replace(
            network.rules,
            points=replace(points, calendar=calendar),
            lines=replace(lines, required_day=np.maximum(required, 0)),
        ),
    )


def tolerances(rng: np.random.Generator, network: Network) -> Network:
    """
    Rules 2.4, 2.5: negative and positive days, also dynamic.
    """
    size = len(network.points)

    return _with_points(
        network,
        negative_days=rng.integers(0, 6, size),
        positive_days=rng.choice([FAR, FAR, 0, 3, 10], size),
        positive_after_lead_time=rng.random(size) < 0.5,
    )


def sequence(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 7.4: the latest supply in time first.
    """
    del rng

    return replace(network, rules=replace(network.rules, latest_supply_first=True))


def lot_rules(rng: np.random.Generator, network: Network) -> Network:
    """
    Rules 3.1 to 3.4: lot for lot, periods, fixed lots, minimum and maximum, none.
    """
    size = len(network.points)
    least = rng.integers(0, 20, size).astype(np.float64)
    rules = [LotRule.LOT_FOR_LOT, LotRule.PERIOD, LotRule.FIXED, LotRule.MIN_MAX]
    rule = np.where(
        rng.random(size) < 0.05, LotRule.MANUAL, rng.choice(np.array(rules), size)
    )
    points = replace(
        network.points,
        lot_rule=rule.astype(np.int64),
        period_days=rng.integers(1, 8, size).astype(np.float64),
        reorder_point=np.where(rng.random(size) < 0.7, least, np.nan),
        order_up_to=np.where(rng.random(size) < 0.7, least + 15.0, np.nan),
    )
    made_by = network.activities
    fixed = rule[made_by.point] == LotRule.FIXED
    lot = rng.choice([4.0, 10.0, 25.0], len(made_by))

    return replace(
        network,
        points=points,
        activities=replace(
            made_by,
            min_lot=np.where(fixed, lot, made_by.min_lot),
            max_lot=np.where(fixed, lot, made_by.max_lot),
            lot_multiple=np.where(fixed, 0.0, made_by.lot_multiple),
        ),
    )


def cost_rules(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 3.5: rules that weigh the cost of a lot against that of holding.
    """
    size = len(network.points)
    first, last = LotRule.ECONOMIC, LotRule.WAGNER_WHITIN

    return replace(
        network,
        points=replace(network.points, lot_rule=rng.integers(first, last + 1, size)),
    )


def safety(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 6.3: safety stock by date, and for the needs of coming days.
    """
    size = len(network.points)
    count = int(rng.integers(0, 6))
    network = _with_points(
        network,
        safety_stock=np.where(rng.random(size) < 0.4, rng.integers(0, 20, size), 0.0),
        safety_days=np.where(rng.random(size) < 0.4, rng.integers(1, 8, size), 0),
    )
    cells = sorted(
        {
            (int(rng.integers(size)), int(rng.integers(0, network.buckets.edges[-1])))
            for _ in range(count)
        }
    )
    steps = SafetySteps(
        point=_ints([point for point, _ in cells]),
        day=_ints([day for _, day in cells]),
        quantity=rng.choice([-1.0, 0.0, 5.0, 30.0], len(cells)),
    )

    return replace(network, rules=replace(network.rules, safety_steps=steps))


def fences(rng: np.random.Generator, network: Network) -> Network:
    """
    Rules 9.1, 9.2: planning and freeze fences.
    """
    size = len(network.points)

    return _with_points(
        network,
        freeze_fence=rng.choice([0, 0, 2, 6], size),
        planning_fence=rng.choice([FAR, FAR, 5, 20], size),
    )


def validity(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 3.9: sources and components that hold for some days, or for some lots.
    """
    count, flows = len(network.activities), len(network.inputs.activity)
    rules = network.rules

    return replace(
        network,
        rules=replace(
            rules,
            activities=replace(
                rules.activities,
                valid_from=rng.choice([0, 0, 3, 8], count),
                valid_to=rng.choice([FAR, FAR, 10, 20], count),
                lot_from=rng.choice([0.0, 0.0, 8.0], count),
                lot_to=rng.choice([np.inf, np.inf, 40.0], count),
            ),
            input_from=rng.choice([-FAR, -FAR, 4], flows),
            input_to=rng.choice([FAR, FAR, 9], flows),
        ),
    )


def expiry(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 8: lots that expire, orders that do not keep, and lines that want fresh goods.
    """
    network = _split_stock(network)
    rules, points = network.rules, len(network.points)
    count, lines = len(network.supplies.day), len(network.lines)

    return replace(
        network,
        rules=replace(
            rules,
            points=replace(
                rules.points,
                shelf_life=rng.choice([FAR, FAR, 4, 12], points),
                first_expired_first=rng.random(points) < 0.7,
            ),
            supplies=replace(
                rules.supplies,
                expiry=network.supplies.day + rng.choice([FAR, 2, 6, 20], count),
            ),
            lines=replace(
                rules.lines,
                sellable_days=rng.choice([0, 0, 3], lines),
            ),
        ),
    )


def patience(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 5.4: lines that wait for some days at most.
    """
    lines, rows = network.rules.lines, len(network.lines)
    days = lines.required_day + rng.integers(0, 6, rows)
    last_day = np.where(rng.random(rows) < 0.2, days, FAR)

    return replace(
        network, rules=replace(network.rules, lines=replace(lines, last_day=last_day))
    )


def _split_stock(network: Network) -> Network:
    """
    Returns the network with every supply in two rows, a third and the rest, and what is
    reserved of it in both.
    """
    supplies, rules = network.supplies, network.rules
    rows = np.repeat(np.arange(len(supplies.day)), 2)
    share = np.tile([1.0, 2.0], len(supplies.day)) / 3.0
    suffix = np.tile(["a", "b"], len(supplies.day))
    quantity = (supplies.quantity[rows] * share).round(3)

    return replace(
        network,
        supplies=OpenSupplies(
            kind=supplies.kind[rows],
            supply_id=np.array(
                [f"{name}{end}" for name, end in _pairs(supplies.supply_id, suffix)],
                dtype=np.object_,
            ),
            lot_id=np.array(
                [f"{name}{end}" for name, end in _pairs(supplies.lot_id, suffix)],
                dtype=np.object_,
            ),
            point=supplies.point[rows],
            quantity=quantity,
            day=supplies.day[rows],
            bucket=supplies.bucket[rows],
        ),
        rules=replace(
            rules,
            reserved=_split_reserved(rules.reserved, quantity),
            supplies=replace(
                rules.supplies,
                expiry=rules.supplies.expiry[rows],
                due_day=rules.supplies.due_day[rows],
                can_move=rules.supplies.can_move[rows],
                can_cancel=rules.supplies.can_cancel[rows],
                approved=rules.supplies.approved[rows],
                activity=rules.supplies.activity[rows],
                start_day=rules.supplies.start_day[rows],
                release_day=rules.supplies.release_day[rows],
                needs_source=rules.supplies.needs_source[rows],
            ),
        ),
    )


def _split_reserved(reserved: Reserved, quantity: Floats) -> Reserved:
    """
    Returns what is reserved of supplies that are in two rows each: of the first as much
    as is there, then of the second.
    """
    free = quantity.copy()
    found: list[tuple[int, int, float]] = []

    for line, supply, wanted in zip(
        reserved.line.tolist(),
        reserved.supply.tolist(),
        reserved.quantity.tolist(),
        strict=True,
    ):
        for row in (2 * supply, 2 * supply + 1):
            part = min(wanted, float(free[row]))
            free[row] -= part
            wanted -= part

            if part > 0.0:
                found.append((line, row, part))

    return Reserved(
        line=_ints([row[0] for row in found]),
        supply=_ints([row[1] for row in found]),
        quantity=_floats([row[2] for row in found]),
    )


def _pairs(names: Iterable[object], ends: Iterable[object]) -> list[tuple[str, str]]:
    names = np.repeat(np.array(list(names), dtype=np.object_), 2).tolist()

    return [(str(name), str(end)) for name, end in zip(names, ends, strict=True)]


def open_issues(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 2.2: components that open orders still need.
    """
    count = int(rng.integers(0, 4))
    day = rng.integers(0, network.buckets.edges[-1], count)
    ids = [f"P{number}" for number in range(count)]

    return replace(
        network,
        open_issues=OpenIssues(
            supply_id=np.array(ids, dtype=np.object_),
            point=rng.integers(0, len(network.points), count),
            quantity=rng.integers(1, 20, count).astype(np.float64),
            day=day,
            bucket=network.buckets.of(day),
        ),
    )


def reservations(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 7.1: supplies that are held for lines of the same stock point.
    """
    free = network.supplies.quantity.copy()
    rows: list[tuple[int, int, float]] = []

    for line in range(len(network.lines)):
        same = np.flatnonzero(network.supplies.point == network.lines.point[line])

        if len(same) and rng.random() < 0.5:
            supply = int(rng.choice(same))
            most = min(float(network.lines.quantity[line]), float(free[supply]))
            held = float(np.floor(most * rng.choice([0.5, 1.0])))

            if held > 0:
                free[supply] -= held
                rows.append((line, supply, held))

    reserved = Reserved(
        line=_ints([row[0] for row in rows]),
        supply=_ints([row[1] for row in rows]),
        quantity=_floats([row[2] for row in rows]),
    )

    return replace(network, rules=replace(network.rules, reserved=reserved))


def own_orders(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 3.8: lines that get an order of their own.
    """
    lines = network.rules.lines
    own = rng.random(len(network.lines)) < 0.3

    return replace(
        network, rules=replace(network.rules, lines=replace(lines, own_order=own))
    )


def shares(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 3.9: sources with an agreed part of the supply.
    """
    share = rng.choice([np.nan, 0.25, 0.5, 1.0], len(network.activities))
    activities = replace(network.rules.activities, share=share)

    return replace(network, rules=replace(network.rules, activities=activities))


def alternates(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 3.9: stock points that stand in for others, also for one component only.
    """
    level = planning_levels(network)
    rank = sorted(level, key=lambda point: (level[point], point))
    rows: list[tuple[int, int, int]] = []

    for _ in range(int(rng.integers(0, 4))):
        if len(rank) < 2:
            break

        first, second = sorted(rng.choice(len(rank), 2, replace=False).tolist())
        flows = np.flatnonzero(network.inputs.point == rank[first])
        flow = int(rng.choice(flows)) if len(flows) and rng.random() < 0.5 else -1
        rows.append((flow, rank[first], rank[second]))

    rows.sort(key=lambda row: row[1])
    count = len(rows)
    found = Alternates(
        flow=_ints([row[0] for row in rows]),
        point=_ints([row[1] for row in rows]),
        other=_ints([row[2] for row in rows]),
        ratio=rng.choice([1.0, 2.0], count),
        rank=rng.permutation(count),
        valid_from=rng.choice([-FAR, 3], count),
        valid_to=rng.choice([FAR, 15], count),
        use_up=rng.random(count) < 0.3,
    )

    return replace(network, rules=replace(network.rules, alternates=found))


def phantoms(rng: np.random.Generator, network: Network) -> Network:
    """
    Rule 4.4: made points that are exploded through.
    """
    made = np.isin(
        np.arange(len(network.points)),
        network.activities.point[network.inputs.activity],
    )

    return _with_points(network, phantom=made & (rng.random(len(made)) < 0.4))


#: What each family of rules is called.
FAMILIES: dict[str, Rule] = {
    "margins": margins,
    "calendars": calendars,
    "tolerances": tolerances,
    "sequence": sequence,
    "lot_rules": lot_rules,
    "cost_rules": cost_rules,
    "safety": safety,
    "fences": fences,
    "validity": validity,
    "expiry": expiry,
    "open_issues": open_issues,
    "reservations": reservations,
    "own_orders": own_orders,
    "shares": shares,
    "alternates": alternates,
    "phantoms": phantoms,
    "patience": patience,
}


def _with_points(network: Network, **columns: object) -> Network:
    points = replace(network.rules.points, **columns)  # type: ignore[arg-type]

    return replace(network, rules=replace(network.rules, points=points))


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _floats(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def scaled(network: Network, factor: float) -> Network:
    """
    Returns the network with all quantities, and the costs of a lot, times a factor.
    """
    points, made_by, rules = network.points, network.activities, network.rules

    return replace(
        network,
        points=replace(
            points,
            opening_stock=points.opening_stock * factor,
            open_receipts=points.open_receipts * factor,
            open_issues=points.open_issues * factor,
            safety_stock=points.safety_stock * factor,
            largest_stock=points.largest_stock * factor,
            reorder_point=points.reorder_point * factor,
            order_up_to=points.order_up_to * factor,
        ),
        activities=replace(
            made_by,
            min_lot=made_by.min_lot * factor,
            max_lot=made_by.max_lot * factor,
            lot_multiple=made_by.lot_multiple * factor,
            lot_cost=made_by.lot_cost * factor,
        ),
        inputs=replace(network.inputs, per_lot=network.inputs.per_lot * factor),
        classes=replace(network.classes, quantity=network.classes.quantity * factor),
        lines=replace(network.lines, quantity=network.lines.quantity * factor),
        supplies=replace(network.supplies, quantity=network.supplies.quantity * factor),
        open_issues=replace(
            network.open_issues, quantity=network.open_issues.quantity * factor
        ),
        rules=replace(
            rules,
            points=replace(
                rules.points, safety_stock=rules.points.safety_stock * factor
            ),
            safety_steps=replace(
                rules.safety_steps,
                quantity=np.where(
                    rules.safety_steps.quantity < 0,
                    -1.0,
                    rules.safety_steps.quantity * factor,
                ),
            ),
            activities=replace(
                rules.activities,
                lot_from=rules.activities.lot_from * factor,
                lot_to=rules.activities.lot_to * factor,
                least_value=rules.activities.least_value * factor,
            ),
            reserved=replace(rules.reserved, quantity=rules.reserved.quantity * factor),
        ),
    )
