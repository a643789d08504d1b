"""
Tests of demand fulfilment.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.decode.decode import decode
from lotwright.solver.decode.fulfilment import deliveries_of
from lotwright.solver.quantities import Quantities
from tests.networks import Activity, Demand, Point, build_network
from tests.solver.decode.random_plans import SEEDS, random_plan


def _network(*demands: Demand, bucket_days: tuple[int, ...] = (1,) * 5) -> Network:
    return build_network(
        points=[Point(name="A@L")],
        activities=[Activity(name="S", to="A@L")],
        demands=demands,
        bucket_days=bucket_days,
    )


def _quantities(
    network: Network, served: list[float], lost: list[float] | None = None
) -> Quantities:
    size = network.num_buckets

    return Quantities(
        receipt=np.array([served]),
        lots=(np.array([served]) > 0).astype(np.float64),
        served=np.array([served]),
        lost=np.array([lost or [0.0] * size]),
        overtime=np.zeros((0, size)),
    )


def test_first_due_is_first_served() -> None:
    """
    Tests that a bucket's delivery goes to the earliest line that waits, and that what
    is lost comes after it.
    """
    network = _network(
        Demand(name="late", point="A@L", quantity=4, due_day=2),
        Demand(name="early", point="A@L", quantity=6, due_day=1),
    )
    quantities = _quantities(network, [0, 2, 3, 0, 3], [0, 0, 1, 0, 1])

    found = deliveries_of(network, quantities)

    assert [
        ("early", 1, False, 2.0),
        ("early", 2, False, 3.0),
        ("early", 2, True, 1.0),
        ("late", 4, False, 3.0),
        ("late", 4, True, 1.0),
    ] == list(
        zip(
            network.lines.demand_id[found.line].tolist(),
            found.bucket.tolist(),
            found.is_lost.tolist(),
            found.quantity.tolist(),
            strict=True,
        )
    )


def test_late_and_short_quantities() -> None:
    """
    Tests that a line is split into what is in time, late and never delivered.
    """
    network = _network(Demand(name="D", point="A@L", quantity=10, due_day=1))

    frames = decode(network, _quantities(network, [0, 5, 0, 3, 0]))
    row = frames["demand_fulfilment"].iloc[0]

    assert (5.0, 3.0, 2.0) == tuple(row[["on_time_qty", "late_qty", "short_qty"]])
    assert ("2026-01-06", "2026-01-08") == (
        f"{row['first_date']:%Y-%m-%d}",
        f"{row['last_date']:%Y-%m-%d}",
    )
    assert 2.0 == row["days_late"]
    assert row.isna()["promised_date"]


def test_past_due_demand_is_late() -> None:
    """
    Tests that demand from before the plan is late even in the first bucket, and that
    its lateness counts from its due date.
    """
    network = _network(Demand(name="D", point="A@L", quantity=2, due_day=-4))

    row = decode(network, _quantities(network, [1, 1, 0, 0, 0]))[
        "demand_fulfilment"
    ].iloc[0]

    assert (0.0, 2.0, 5.0) == tuple(row[["on_time_qty", "late_qty", "days_late"]])


def test_supply_after_the_day_in_the_same_bucket_is_told_once() -> None:
    """
    Tests that deliveries count as in time by bucket, with one finding on the days.
    """
    network = build_network(
        points=[Point(name="A@L")],
        activities=[Activity(name="S", to="A@L", lead_time=2)],
        demands=[
            Demand(name="D1", point="A@L", quantity=2, due_day=0),
            Demand(name="D2", point="A@L", quantity=2, due_day=1),
        ],
        bucket_days=[7, 7],
    )

    frames = decode(network, _quantities(network, [4, 0]))
    found = frames["findings"].query("code == 'I-BUCKET-DATE'")

    assert [0.0, 0.0] == frames["demand_fulfilment"]["late_qty"].tolist()
    assert [2] == found["count"].tolist()
    assert "up to 2 days" in found["text"].iloc[0]


def test_lead_time_is_the_cause_where_nothing_can_come_earlier() -> None:
    """
    Tests that lateness which lead times alone force is told as such, along the chain.
    """
    network = build_network(
        points=[Point(name="A@L"), Point(name="B@L")],
        activities=[
            Activity(name="MAKE", to="A@L", inputs={"B@L": 1.0}, lead_time=1),
            Activity(name="BUY", to="B@L", lead_time=2),
        ],
        demands=[Demand(name="D", point="A@L", quantity=2, due_day=1)],
        bucket_days=[1] * 6,
    )
    receipt = np.zeros((2, 6))
    receipt[0, 3] = receipt[1, 2] = 2.0
    quantities = Quantities(
        receipt=receipt,
        lots=receipt / 2,
        served=receipt[:1],
        lost=np.zeros((1, 6)),
        overtime=np.zeros((0, 6)),
    )

    frames = decode(network, quantities)
    row = frames["demand_fulfilment"].iloc[0]

    assert ("C-LEADTIME", 2.0) == tuple(row[["root_cause_code", "days_late"]])


@pytest.mark.parametrize(
    ("made", "expected"),
    [(4, [("C-LEADTIME", 3.0)]), (5, [("C-LEADTIME", 3.0), ("C-POLICY", 1.0)])],
)
def test_lead_time_of_a_component_is_found_behind_stock(
    made: int, expected: list[tuple[str, float]]
) -> None:
    """
    Tests that a component with some stock is still the cause where the line waits for
    more of it, and that days on which the parent could have come earlier are by choice.
    """
    network = build_network(
        points=[Point(name="A@L"), Point(name="B@L", stock=1)],
        activities=[
            Activity(name="MAKE", to="A@L", inputs={"B@L": 1.0}, lead_time=1),
            Activity(name="BUY", to="B@L", lead_time=3),
        ],
        demands=[Demand(name="D", point="A@L", quantity=3, due_day=1)],
        bucket_days=[1] * 7,
    )
    receipt = np.zeros((2, 7))
    receipt[0, 1], receipt[0, made], receipt[1, 3] = 1.0, 2.0, 2.0
    quantities = Quantities(
        receipt=receipt,
        lots=(receipt > 0).astype(np.float64),
        served=receipt[:1],
        lost=np.zeros((1, 7)),
        overtime=np.zeros((0, 7)),
    )

    frames = decode(network, quantities)
    text = frames["findings"].set_index("code")["text"]["X-LATE"]
    why = frames["explanations"]

    assert expected == list(zip(why["cause_code"], why["days"], strict=True))
    assert "No new B@L can arrive earlier" in text


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("noise", [0.0, 1e-8])
def test_every_line_is_accounted_for(seed: int, noise: float) -> None:
    """
    Tests that in time, late and short make up a line, and deliveries what is served.
    """
    _, frames = random_plan(seed, noise)
    fulfilment, deliveries = frames["demand_fulfilment"], frames["deliveries"]
    served = deliveries[deliveries["status"] == "served"]
    parts = fulfilment[["on_time_qty", "late_qty", "short_qty"]].sum(axis=1)
    totals = served.groupby("demand_id")["quantity"].sum()
    given = totals.reindex(fulfilment["demand_id"]).fillna(0.0).to_numpy()

    assert np.allclose(parts, fulfilment["quantity"])
    assert np.allclose(fulfilment["on_time_qty"] + fulfilment["late_qty"], given)
    late, short = fulfilment["late_qty"] > 0, fulfilment["short_qty"] > 0
    assert ((fulfilment["days_late"] > 0) == late).all()
    assert (fulfilment["days_late"].isna() == (short & ~late)).all()
