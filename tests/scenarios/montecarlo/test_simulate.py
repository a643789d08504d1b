"""
Tests of simulations: closed forms, what must not depend on what, and what is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

import lotwright as lw
from lotwright.plot.display import simulation_bundle
from tests.solver.plans import data_of, demands


def _stocked(stock: float, **tables: Mapping[str, list[Any]]) -> lw.PlanningData:
    """
    Returns data of which stock and an order make the demand of 100 on day 2.
    """
    frames: dict[str, Mapping[str, list[Any]]] = {
        "inventory": {"item_id": ["A"], "location_id": ["P"], "quantity": [stock]},
        "demands": demands((100.0, 2)),
    }

    return data_of(**(frames | tables))


def _chain() -> lw.PlanningData:
    """
    Returns data of A, made of B, bought with a lead time of 2 days; A is due on day 5
    by more and by less urgent demand.
    """
    return data_of(
        items={"item_id": ["A", "B"], "base_uom": ["pc"] * 2, "unit_cost": [10.0, 4.0]},
        sources={
            "source_id": ["MAKE-A", "BUY-B"],
            "item_id": ["A", "B"],
            "location_id": ["P"] * 2,
            "kind": ["make", "buy"],
            "lead_time_days": [1, 2],
            "bom_id": ["A", None],
        },
        boms={"bom_id": ["A"], "item_id": ["A"], "location_id": ["P"]},
        bom_lines={
            "bom_id": ["A"],
            "line": ["1"],
            "component_id": ["B"],
            "quantity_per": [1.0],
        },
        policies={"item_id": ["A", "B"], "holding_cost": [1.0, 0.5]},
        demands={**demands((10.0, 5), (10.0, 5)), "priority": [2, 1]},
    )


def test_shortage_is_that_of_the_loss_function() -> None:
    """Tests expected shortage of normal demand against fixed stock: a newsvendor."""
    data = _stocked(110.0)
    plan = lw.plan(data, engine="mrp")

    found = lw.simulate(
        plan,
        data,
        demand=lw.DemandError(cv=0.2, distribution="normal"),
        samples=4000,
    )

    z = (110.0 - 100.0) / 20.0
    expected = 20.0 * (norm.pdf(z) - z * norm.sf(z))
    short = found.figure("short_quantity")
    assert 0 == len(plan.orders)
    assert expected == pytest.approx(short["mean"], abs=4 * short["standard_error"])
    risk = found.demands["short_probability"].iloc[0]
    assert norm.sf(z) == pytest.approx(risk, abs=4 * np.sqrt(0.25 / 4000))
    assert "demand" == found.demands["cause"].iloc[0]


@pytest.mark.parametrize("distribution", ["lognormal", "normal", "gamma"])
def test_demand_has_the_mean_and_deviation_asked_for(distribution: str) -> None:
    """Tests what is delivered where there is always enough."""
    data = _stocked(10_000.0)
    error = lw.DemandError(cv=0.3, mean=1.1, distribution=distribution)

    found = lw.simulate(lw.plan(data, engine="mrp"), data, demand=error, samples=3000)

    left = found.items["stock_mean"].iloc[0]
    # On hand for two of eight days, and less by the demand for six.
    assert 10_000.0 - 110.0 * 6 / 8 == pytest.approx(left, abs=2.0)
    spread = (found.items["stock_p95"] - found.items["stock_p5"]).iloc[0]
    assert 33.0 * 6 / 8 * 2 * norm.ppf(0.95) == pytest.approx(spread, rel=0.1)


def test_triangular_delays_have_their_mean() -> None:
    """Tests days late of an order without any slack, and what is told as the cause."""
    data = _chain()
    error = lw.LeadTimeError(low=1, mode=2, high=6, where="source_id == 'BUY-B'")

    found = lw.simulate(
        lw.plan(data, engine="mrp"), data, lead_time=error, samples=2000
    )

    late = found.demands.iloc[0]
    assert 3.0 == pytest.approx(late["days_late_mean"], abs=0.12)
    assert 1.0 == late["late_probability"]
    assert ("lead_time", "B") == (late["cause"], late["cause_item_id"])
    assert "because orders for B@P take longer" in found.summary()


def test_priority_is_served_first() -> None:
    """Tests that the more urgent of two demands gets what there is."""
    data = _stocked(
        100.0, demands={**demands((50.0, 2), (50.0, 2)), "priority": [2, 1]}
    )
    error = lw.DemandError(cv=0.4, per="all")

    found = lw.simulate(lw.plan(data, engine="mrp"), data, demand=error, samples=300)

    short = found.demands.set_index("demand_id")["short_probability"]
    assert short["D1"] > 0.3
    assert short["D2"] < 0.1


def test_more_stock_never_serves_worse() -> None:
    """Tests sample by sample that safety stock helps, with the same draws."""
    asked = {"demand": 0.4, "lead_time": lw.LeadTimeError(cv=1.0), "samples": 150}
    served, short = [], []

    wanted = demands((40.0, 1), (30.0, 3), (30.0, 6))
    plan = lw.plan(_stocked(60.0, demands=wanted), engine="mrp")

    for stock in (60.0, 100.0, 140.0):
        data = _stocked(stock, demands=wanted)
        found = lw.simulate(plan, data, **asked)  # type: ignore[arg-type]
        served.append(found.samples["quantity_on_time"].to_numpy())
        short.append(found.samples["short_quantity"].to_numpy())

    assert (served[0] <= served[1] + 1e-9).all()
    assert (served[1] <= served[2] + 1e-9).all()
    assert (short[1] >= short[2] - 1e-9).all()
    assert served[0].mean() < served[2].mean()


def test_samples_are_the_same_wherever_they_are_drawn() -> None:
    """Tests two processes against this one, and fewer samples against more."""
    data = _chain()
    plan = lw.plan(data, engine="mrp")
    asked = {"demand": 0.3, "lead_time": 0.5, "seed": 7}

    here = lw.simulate(plan, data, samples=30, **asked)  # type: ignore[arg-type]
    there = lw.simulate(plan, data, samples=30, workers=2, **asked)  # type: ignore[arg-type]
    fewer = lw.simulate(plan, data, samples=10, **asked)  # type: ignore[arg-type]

    for name, table in here.tables.items():
        assert table.equals(there.tables[name]), name

    assert here.samples[:10].equals(fewer.samples)
    assert not here.samples.drop(columns="sample").duplicated().all()


def test_without_uncertainty_nothing_differs() -> None:
    """Tests the figures of a plan of the optimiser, and what is said."""
    data = _chain()
    plan = lw.plan(data, engine="mip", time_limit=10)

    found = lw.simulate(plan, data, samples=3)

    figures = found.figures
    assert np.allclose(figures["plan"], figures["mean"], atol=1e-5)
    assert (figures["deviation"] == 0).all()
    assert "No demand is late or short in any sample." in str(found)
    assert 0 == len(found.causes)


def test_due_dates_move() -> None:
    """Tests that demand that is wanted earlier than planned is late at times."""
    data = _chain()
    error = lw.DemandError(shift_days=2, key="D1")

    found = lw.simulate(lw.plan(data, engine="mrp"), data, demand=error, samples=300)

    late = found.demands.set_index("demand_id")["late_probability"]
    assert 0.3 < late["D1"] < 0.5


def test_open_orders_are_late_by_their_table() -> None:
    """Tests errors of open orders: all late together by five days, or none."""
    data = _stocked(
        0.0,
        supplies={
            "supply_id": ["PO-1"],
            "kind": ["purchase"],
            "item_id": ["A"],
            "location_id": ["P"],
            "quantity": [100.0],
            "due_date": ["2026-01-06"],
            "status": ["confirmed"],
        },
    )
    error = lw.LeadTimeError(low=5, mode=5, high=5, chance=0.5, table="supplies")

    found = lw.simulate(lw.plan(data, engine="mrp"), data, lead_time=error, samples=400)

    days = found.samples["days_late"]
    assert {0.0, 4.0} == set(days)
    assert 2.0 == pytest.approx(days.mean(), abs=0.4)


def test_what_makes_no_sense_is_refused() -> None:
    """Tests conditions that mean nothing, wrong numbers, and wrong types."""
    data = _chain()
    plan = lw.plan(data, engine="mrp")

    with pytest.raises(lw.InputError) as caught:
        lw.simulate(
            plan,
            data,
            demand=lw.DemandError(cv=0.1, where="kind == 'forecast'"),
            lead_time=lw.LeadTimeError(cv=0.1, where="kind == 'transfer'"),
        )

    assert ["demands", "sources"] == [
        problem.table for problem in caught.value.problems
    ]

    with pytest.raises(ValueError, match="1 to 100,000 samples, got 0"):
        lw.simulate(plan, data, samples=0)

    with pytest.raises(TypeError, match="Expected DemandError"):
        lw.simulate(plan, data, demand=[lw.LeadTimeError()])  # type: ignore[list-item]

    with pytest.raises(ValueError, match="low <= mode <= high"):
        lw.LeadTimeError(low=3, high=1)

    with pytest.raises(ValueError, match="cv of at least 0"):
        lw.DemandError(cv=-1)

    with pytest.raises(ValueError, match="sources or supplies"):
        lw.LeadTimeError(table="demands")


def test_a_notebook_shows_figures_and_risks() -> None:
    """Tests the rich display and its text."""
    data = _chain()
    found = lw.simulate(lw.plan(data, engine="mrp"), data, lead_time=1.0, samples=20)

    shown = simulation_bundle(found)

    assert found.summary() == shown["text/plain"]
    assert "Demand at risk" in shown["text/html"]
    assert "D1" in shown["text/html"]
