"""
Tests of chains in plans of buckets: what binds, and how its days add up.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.solver.decode.decode import decode
from lotwright.solver.quantities import Quantities
from tests.networks import Activity, Demand, Load, Point, Resource, build_network
from tests.solver.decode.random_plans import random_plan

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_late_or_short_line_is_explained(seed: int) -> None:
    """
    Tests that lines have causes where they are late or short and only there, that their
    first one is their root cause, and that the days of a chain are those of a delivery.
    """
    _, frames = random_plan(seed)
    served = frames["demand_fulfilment"].set_index("demand_id")
    why = frames["explanations"]
    missed = served[(served["late_qty"] > 0) | (served["short_qty"] > 0)]

    assert set(missed.index) == set(why["demand_id"])
    first = why[why["rank"] == 1].set_index("demand_id")["cause_code"]
    assert missed["root_cause_code"].to_dict() == first.to_dict()
    assert why["fix_hint"].ne("").all()

    late = why[why["days"].notna()]
    days = late.groupby(["demand_id", "path"])["days"].sum()
    dates = late.groupby(["demand_id", "path"])["earliest_date"].first()
    due = served["due_date"].reindex(days.index.get_level_values(0)).to_numpy()
    assert (dates.to_numpy() - due == pd.to_timedelta(days, unit="D").to_numpy()).all()


def _made(*, capacity: float, stock: float = 0.0, lead_time: int = 2) -> Network:
    """
    Returns 10 A, due on day 1, made of 10 B that are bought within some days.
    """
    return build_network(
        points=[
            Point(name="A@L", stock=stock),
            Point(name="B@L"),
        ],
        activities=[
            Activity(
                name="MAKE",
                to="A@L",
                kind=ActivityKind.MAKE,
                inputs={"B@L": 1.0},
                loads=(Load(resource="M"),),
            ),
            Activity(name="BUY", to="B@L", lead_time=lead_time),
        ],
        resources=[Resource(name="M", capacity=capacity)],
        demands=[Demand(name="D", point="A@L", quantity=10, due_day=1)],
        bucket_days=[1] * 8,
    )


def _explained(
    network: Network, *brought: dict[int, float], served: int
) -> list[tuple[str, str, float]]:
    """
    Returns code, object and days of the causes of a plan that serves all in one bucket,
    from what each activity brings in some.
    """
    receipt = np.zeros((len(brought), 8))

    for row, days in enumerate(brought):
        for day, quantity in days.items():
            receipt[row, day] = quantity

    delivered = np.zeros((1, 8))
    delivered[0, served] = 10.0
    quantities = Quantities(
        receipt=receipt,
        lots=(receipt > 0).astype(np.float64),
        served=delivered,
        lost=np.zeros((1, 8)),
        overtime=np.zeros((len(network.resources), 8)),
    )
    why = decode(network, quantities)["explanations"]

    return list(zip(why["cause_code"], why["object_id"], why["days"], strict=True))


def test_days_are_split_over_the_levels() -> None:
    """
    Tests that the machine adds what comes before its room, the component the rest.
    """
    network = _made(capacity=20, lead_time=4)
    network.resources.open_load[0, 1] = 20

    found = _explained(network, {4: 10.0}, {4: 10.0}, served=4)

    assert [("C-LEADTIME", "B@L", 2.0), ("C-CAPACITY", "M", 1.0)] == found


def test_a_component_in_time_for_a_late_order_is_no_cause() -> None:
    """
    Tests that a component that comes just when the machine has room delays nothing.
    """
    network = _made(capacity=20)
    network.resources.open_load[0, :4] = 20

    assert [("C-CAPACITY", "M", 3.0)] == _explained(
        network, {4: 10.0}, {4: 10.0}, served=4
    )


def test_stock_that_was_there_is_late_by_choice() -> None:
    """
    Tests that nothing but cost keeps stock from being delivered.
    """
    network = _made(capacity=20, stock=10)

    assert [("C-POLICY", "D", 2.0)] == _explained(network, {}, {}, served=3)


def test_an_order_that_could_have_come_is_late_by_choice() -> None:
    """
    Tests that days on which neither machine nor component is missing are by choice.
    """
    found = _explained(_made(capacity=20), {6: 10.0}, {6: 10.0}, served=6)

    assert [("C-POLICY", "D", 4.0), ("C-LEADTIME", "B@L", 1.0)] == found


@pytest.mark.parametrize(("served", "choice"), [(5, []), (6, [("C-POLICY", "D", 1.0)])])
def test_a_component_that_need_not_hurry_is_no_cause(
    served: int, choice: list[tuple[str, str, float]]
) -> None:
    """
    Tests that the component with the long lead time is the cause where another one
    comes last, since it had time until then.
    """
    network = build_network(
        points=[Point(name="A@L"), Point(name="B@L"), Point(name="C@L")],
        activities=[
            Activity(
                name="MAKE",
                to="A@L",
                kind=ActivityKind.MAKE,
                inputs={"B@L": 1.0, "C@L": 2.0},
            ),
            Activity(name="BUY-B", to="B@L", lead_time=5),
            Activity(name="BUY-C", to="C@L", lead_time=1),
        ],
        demands=[Demand(name="D", point="A@L", quantity=10, due_day=1)],
        bucket_days=[1] * 8,
    )

    found = _explained(
        network, {served: 10.0}, {5: 10.0}, {served: 20.0}, served=served
    )

    assert [("C-LEADTIME", "B@L", 4.0), *choice] == found


@pytest.mark.parametrize(
    ("capacity", "expected"), [(0.0, ("C-CAPACITY", "M")), (20.0, ("C-POLICY", "D"))]
)
def test_what_is_never_served_lacks_room_or_is_given_up(
    capacity: float, expected: tuple[str, str]
) -> None:
    """
    Tests that a machine without room is why nothing comes, and cost where it has some.
    """
    zero = np.zeros((2, 8))
    nothing = Quantities(
        receipt=zero,
        lots=zero,
        served=zero[:1],
        lost=np.eye(1, 8) * 10.0,
        overtime=zero[:1],
    )

    why = decode(_made(capacity=capacity), nothing)["explanations"].iloc[0]

    assert expected == (why["cause_code"], why["object_id"])
    assert pd.isna(why["days"])
