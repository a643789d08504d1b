"""
Tests of echelon stocks and Wagner-Whitin rows: no plan is cut off, broken lots are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lotwright.model.network import Network
from lotwright.solver.highs.problem import checked, row_activity
from lotwright.solver.lotsizing import unknown
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.strengthened import StrengthenedModel
from tests.networks import (
    Activity,
    Demand,
    Load,
    Open,
    Point,
    Resource,
    build_network,
)
from tests.solver.lotsizing.milp import optimal_values, optimum
from tests.solver.lotsizing.tiny_features import with_features
from tests.solver.lotsizing.tiny_networks import tiny_network


def _both(net: Network, depth: int | None = None) -> tuple[Compiled, Compiled]:
    model = LotSizingModel(net)

    return model.compiled, StrengthenedModel(net, model, depth=depth).compiled


def _rows(compiled: Compiled, family: str) -> dict[str, str]:
    """
    Returns the rows of a family in words.
    """
    columns, rows = compiled.column_names(), compiled.row_names()
    texts = {}

    for number, name in enumerate(rows):
        if not name.startswith(family):
            continue

        part = slice(compiled.start[number], compiled.start[number + 1])
        entries = zip(compiled.index[part], compiled.value[part], strict=True)
        words = [f"{value:+g} {columns[column]}" for column, value in entries]
        texts[name] = f"{' '.join(words)} >= {compiled.row_lower[number]:g}"

    return texts


def _other_costs(rng: np.random.Generator, compiled: Compiled) -> NDArray[np.float64]:
    """
    Returns costs that make other plans the best, some of them absurd.
    """
    count = compiled.num_columns
    cost = compiled.cost * rng.choice([0.0, 0.1, 1.0, 5.0, -0.3], size=count)
    cost = np.where(rng.random(count) < 0.1, rng.uniform(0.0, 5.0, count), cost)

    return np.where(np.isinf(compiled.upper), np.maximum(cost, 0.0), cost)


@pytest.mark.parametrize("seed", range(60))
def test_no_optimum_is_cut_off(seed: int) -> None:
    """
    Tests that the least cost is the same with the rows and without them, for the costs
    of a random network with every feature and for others.
    """
    net = with_features(tiny_network(seed), seed)
    natural, strong = _both(net)
    rng = np.random.default_rng(seed)

    for cost in (natural.cost, _other_costs(rng, natural), _other_costs(rng, natural)):
        padded = np.concatenate([cost, strong.cost[len(cost) :]])
        best = optimum(replace(natural, cost=cost))

        assert pytest.approx(best, rel=1e-6, abs=1e-5) == optimum(
            replace(strong, cost=padded)
        )


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("seed", range(60, 75))
def test_shorter_windows_cut_off_less(seed: int, depth: int) -> None:
    """
    Tests that fewer rows are a weaker bound, and never one above the optimum.
    """
    net = tiny_network(seed)
    natural, strong = _both(net)
    _, weak = _both(net, depth)
    bounds = [optimum(lp.relaxed()) for lp in (natural, weak, strong)]

    assert sorted(bounds) == pytest.approx(bounds, rel=1e-7, abs=1e-6)
    assert optimum(natural) >= bounds[-1] - 1e-6 * max(abs(bounds[-1]), 1.0)


def test_one_item_is_solved_by_the_rows_alone() -> None:
    """
    Tests that the LP of an item with demand of 10 on three days, at 15 a lot and 1 a
    day, has the optimum of 40: lots on the first and second day, or first and third.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="a", to="A@P", lot_cost=15, unit_cost=0)],
        demands=[
            Demand(name=f"D{day}", point="A@P", quantity=10, due_day=day)
            for day in range(3)
        ],
        bucket_days=(1, 1, 1),
    )
    natural, strong = _both(net)

    assert pytest.approx(40.0) == optimum(natural)
    assert optimum(natural.relaxed()) < 39.0
    assert pytest.approx(40.0) == optimum(strong.relaxed())


def test_rows_of_one_item_by_hand() -> None:
    """
    Tests the rows of demand 10 and 9, of which 3 are in stock and 5 come on the second
    day: a lot brings 7 for the first day or 11 for both, which is all that there is
    ever any use for, so that the row counts the 11 themselves.
    """
    net = build_network(
        points=[Point(name="A@P", stock=3)],
        activities=[Activity(name="a", to="A@P", lot_cost=15)],
        demands=[
            Demand(name="D1", point="A@P", quantity=10, due_day=0, late_cost=1),
            Demand(name="D2", point="A@P", quantity=9, due_day=1, late_cost=1),
        ],
        open_orders=[Open(name="O", point="A@P", quantity=5, day=1)],
        bucket_days=(1, 1),
    )
    _, strong = _both(net)
    rows = _rows(strong, "wagner_whitin")

    assert {
        "wagner_whitin_1[A@P,1]": "+7 setup[a,1] +1 lost[A@P/1,1] "
        "+1 due_late[A@P/1,1] >= 7",
        "wagner_whitin_2[A@P,1]": "+1 quantity[a,1] +4 setup[a,2] +1 lost[A@P/1,1] "
        "+1 lost[A@P/1,2] +1 due_late[A@P/1,1] >= 11",
        "wagner_whitin_1[A@P,2]": "+4 setup[a,2] +1 stock[A@P,1] +1 lost[A@P/1,2] >= 4",
    } == rows
    assert {} == _rows(strong, "patient_window"), "11 is all that a lot brings"


def test_demand_that_waits_needs_its_lot_in_time() -> None:
    """
    Tests the rows of a wheel whose bicycles wait: what is due on two days is made by
    then, lost, or waits still, two wheels for a bicycle. All of three days together is
    no more than one lot may bring, and has no row.
    """
    net = build_network(
        points=[Point(name="BIKE@P"), Point(name="WHEEL@P")],
        activities=[
            Activity(name="make", to="BIKE@P", inputs={"WHEEL@P": 2}),
            Activity(name="buy", to="WHEEL@P", lot_cost=9),
        ],
        demands=[
            Demand(name=f"D{day}", point="BIKE@P", quantity=4, due_day=day, late_cost=1)
            for day in range(3)
        ],
        bucket_days=(1, 1, 1),
    )
    _, strong = _both(net)
    rows = _rows(strong, "patient_window")

    assert {
        "patient_window_2[WHEEL@P,1]": "+16 setup[buy,1] +16 setup[buy,2] "
        "+1 echelon[WHEEL@P,1] +1 gone[WHEEL@P,1] +1 gone[WHEEL@P,2] "
        "+1 waiting[WHEEL@P,2] >= 16",
        "patient_window_2[WHEEL@P,2]": "+16 setup[buy,2] +16 setup[buy,3] "
        "+1 echelon[WHEEL@P,2] +1 gone[WHEEL@P,2] +1 gone[WHEEL@P,3] "
        "+1 waiting[WHEEL@P,3] >= 16",
    } == {name: text for name, text in rows.items() if "WHEEL" in name}
    assert "waiting_demand[WHEEL@P,2]" in _rows(strong, "waiting_demand")


def test_demand_that_waits_for_a_bucket_needs_its_lot_sooner() -> None:
    """
    Tests the rows with a deadline every other day, counted back from the last one. An
    open order of 6 comes on the second day: needs rise from 4 to 6 and 10 on the third
    and fourth. What the first day needs may wait until the second one, after which no
    more than 2 are there without a lot, and not the 4 of the first day.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="a", to="A@P", lot_cost=9)],
        demands=[
            Demand(name=f"D{day}", point="A@P", quantity=4, due_day=day, late_cost=1)
            for day in range(6)
        ],
        open_orders=[Open(name="O", point="A@P", quantity=6, day=1)],
        bucket_days=(1,) * 6,
    )
    _, strong = _both(net)
    rows = _rows(strong, "paired_window")
    lost = " ".join(f"+1 lost[A@P/1,{day}]" for day in range(1, 5))

    assert (
        "+10 setup[a,1] +10 setup[a,2] +8 setup[a,3] +8 setup[a,4] "
        f"+1 backlog[A@P/1,2] +1 backlog[A@P/1,4] {lost} >= 10"
    ) == rows["paired_window_3[A@P,1]"]
    assert "paired_window_2[A@P,1]" in rows, "needs 6 on the third day"
    assert not any("window_2[A@P,3]" in name for name in rows), "two days, one deadline"


@pytest.mark.parametrize(
    ("lot", "late", "hasty", "patient", "least"),
    [(30, 1, 119.0, 150.0, 150.0), (80, 1.5, 206.0, 277.8, 280.0)],
)
def test_cheap_delays_need_no_fewer_lots(
    lot: float, late: float, hasty: float, patient: float, least: float
) -> None:
    """
    Tests an item of which 10 are due on each of nine days, at 1 a unit and day early.

    At 30 a lot and 1 a unit and day late, three lots, each for the day before and the
    day after it as well, cost 150, and the LP says so with the windows in which demand
    waits. At 80 and 1.5 it says so with those alone that have several deadlines.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="a", to="A@P", lot_cost=lot, unit_cost=0)],
        demands=[
            Demand(
                name=f"D{day}", point="A@P", quantity=10, due_day=day, late_cost=late
            )
            for day in range(9)
        ],
        bucket_days=(1,) * 9,
    )
    model = LotSizingModel(net)

    def bound(**kinds: int) -> float:
        return optimum(StrengthenedModel(net, model, **kinds).compiled.relaxed())

    assert pytest.approx(least) == optimum(model.compiled)
    assert bound(patience=0, paired=0) < hasty
    assert bound(paired=0) <= patient + 1e-6
    assert pytest.approx(least) == bound()


@pytest.mark.parametrize("seed", range(60, 75))
def test_fewer_patient_windows_cut_off_less(seed: int) -> None:
    """
    Tests that fewer windows in which demand waits are a weaker bound, in order.
    """
    net = tiny_network(seed)
    model = LotSizingModel(net)
    bounds = [
        optimum(
            StrengthenedModel(
                net, model, depth=2, patience=most, paired=paired
            ).compiled.relaxed()
        )
        for most, paired in ((0, 0), (2, 0), (4, 0), (4, 3), (4, 4))
    ]

    assert sorted(bounds) == pytest.approx(bounds, rel=1e-7, abs=1e-6)


def test_rows_of_a_component_follow_its_lead_time() -> None:
    """
    Tests that bicycles due on the third day, which wheels enter a day earlier, are two
    wheels each on the second day, that what was due before counts for nothing, and that
    bicycles in stock are wheels.
    """
    net = build_network(
        points=[Point(name="BIKE@P"), Point(name="WHEEL@P")],
        activities=[
            Activity(name="make", to="BIKE@P", inputs={"WHEEL@P": 2}, lead_time=1),
            Activity(name="buy", to="WHEEL@P", lot_cost=9),
        ],
        demands=[
            Demand(name="D1", point="BIKE@P", quantity=4, due_day=0),
            Demand(name="D2", point="BIKE@P", quantity=5, due_day=2),
        ],
        bucket_days=(1, 1, 1),
    )
    _, strong = _both(net)

    assert {
        "wagner_whitin_1[WHEEL@P,1]": "+10 setup[buy,1] +10 setup[buy,2] "
        "+1 echelon[WHEEL@P,1] +1 missing[WHEEL@P,1] +1 missing[WHEEL@P,2] >= 10",
        "wagner_whitin_1[WHEEL@P,2]": "+10 setup[buy,2] +1 echelon[WHEEL@P,2] "
        "+1 missing[WHEEL@P,2] >= 10",
    } == _rows(strong, "wagner_whitin")
    assert {
        "echelon_stock[WHEEL@P,1]": "-2 stock[BIKE@P,1] +1 echelon[WHEEL@P,1] >= 0",
        "echelon_stock[WHEEL@P,2]": "-2 stock[BIKE@P,2] -1 stock[WHEEL@P,1] "
        "+1 echelon[WHEEL@P,2] >= 0",
        "echelon_stock[WHEEL@P,3]": "-1 stock[WHEEL@P,2] +1 echelon[WHEEL@P,3] >= 0",
    } == _rows(strong, "echelon_stock")


def test_scarce_capacity_counts_what_is_made() -> None:
    """
    Tests that a day of 6 hours, of which a lot takes 1, stands in the row of a need of
    8 by what is made and not by the lot, which cannot bring so much.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[
            Activity(
                name="a",
                to="A@P",
                lot_cost=15,
                loads=(Load(resource="M", run=1.0, setup=1.0),),
            )
        ],
        demands=[Demand(name="D", point="A@P", quantity=8, due_day=1)],
        resources=[Resource(name="M", capacity=6)],
        bucket_days=(1, 1),
    )
    _, strong = _both(net)

    assert not any("setup" in text for text in _rows(strong, "wagner_whitin").values())


def test_stock_that_grows_by_unknown_means_has_no_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that a column which this model does not know of, here receipts, leaves no row
    of the point that it adds to.
    """
    net = tiny_network(3)
    monkeypatch.setattr(unknown, "OF_STOCK", unknown.OF_STOCK - {"quantity"})

    _, strong = _both(net)

    assert {} == _rows(strong, "wagner_whitin")


@pytest.mark.parametrize("seed", range(200, 230))
def test_plans_can_be_extended(seed: int) -> None:
    """
    Tests that what new columns are told to be for a plan keeps all new rows.
    """
    net = with_features(tiny_network(seed), seed)
    model = LotSizingModel(net)
    strong = StrengthenedModel(net, model)
    compiled = strong.compiled
    plan = optimal_values(model.compiled)

    values = strong.extended(plan)

    activity = row_activity(checked(compiled), values)
    missed = np.maximum(compiled.row_lower - activity, activity - compiled.row_upper)
    allowed = 1e-6 * (1.0 + np.abs(np.nan_to_num(activity)))
    assert (missed <= allowed).all(), compiled.row_names()[int(np.argmax(missed))]


def test_natural_columns_come_first() -> None:
    """
    Tests that a solution of the strengthened model begins with one of the natural one.
    """
    natural, strong = _both(tiny_network(5))
    values = optimal_values(strong)[: natural.num_columns]

    assert natural.column_names() == strong.column_names()[: natural.num_columns]
    assert pytest.approx(optimum(natural), rel=1e-6) == (
        natural.cost @ values + natural.offset
    )
