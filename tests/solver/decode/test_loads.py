"""
Tests of loads and operations.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.solver.decode.decode import decode
from lotwright.solver.decode.findings import capacity_findings
from lotwright.solver.decode.loads import grid_of
from lotwright.solver.decode.openings import openings_of
from lotwright.solver.quantities import Quantities
from tests.networks import (
    Activity,
    Demand,
    Load,
    Point,
    Resource,
    build_network,
)
from tests.solver.decode.random_plans import SEEDS, random_plan


def _network() -> Network:
    own = Load(resource="M1", run=2.0, setup=1.0)
    pooled = Load(resource="G", run=2.0, setup=1.0, pooled=True)

    return build_network(
        points=[Point(name="A@L")],
        activities=[
            Activity(
                name="S",
                to="A@L",
                kind=ActivityKind.MAKE,
                loads=(own, pooled),
                max_lot=5,
            )
        ],
        demands=[Demand(name="D", point="A@L", quantity=10, due_day=1)],
        resources=[
            Resource(name="M1", capacity=10, overtime_max=5, overtime_cost=3),
            Resource(name="M2", capacity=8),
            Resource(name="G", capacity=18, members=("M1", "M2")),
        ],
        bucket_days=[1] * 4,
    )


def _quantities(overtime: float, bucket: int = 1) -> Quantities:
    receipt, hours = np.zeros((1, 4)), np.zeros((3, 4))
    receipt[0, bucket] = 10.0
    hours[0, bucket] = overtime

    return Quantities(
        receipt=receipt,
        lots=receipt / 5,
        served=receipt,
        lost=np.zeros((1, 4)),
        overtime=hours,
    )


def test_load_overtime_and_overload() -> None:
    """
    Tests that a machine's overtime helps itself and its group, and that the rest is an
    overload.
    """
    loads = decode(_network(), _quantities(5.0))["capacity_load"]
    columns = ["load_planned", "setup", "overtime", "overload"]
    second = loads[loads["period_id"] == "B02"].set_index("resource_id")[columns]

    assert (20.0, 2.0, 5.0, 7.0) == tuple(second.loc["M1"])
    assert (20.0, 2.0, 0.0, 0.0) == tuple(second.loc["G"])
    assert (0.0, 0.0, 0.0, 0.0) == tuple(second.loc["M2"])


def test_operations_are_those_of_machines() -> None:
    """
    Tests that a load counted for a group stands once, and carries its overtime's cost.
    """
    operations = decode(_network(), _quantities(5.0))["order_operations"]

    assert ["M1", "M1"] == operations["resource_id"].tolist()
    assert [10.0, 10.0] == operations["hours"].tolist()
    assert [1.0, 1.0] == operations["setup_h"].tolist()
    assert 15.0 == operations["cost"].sum()


def test_capacity_findings_group_buckets() -> None:
    """
    Tests that overtime and overload are told once per unbroken run of buckets.
    """
    findings = decode(_network(), _quantities(5.0))["findings"].set_index("code")

    assert "M1" == findings.loc["X-OVERLOAD", "key"]
    assert "error" == findings.loc["X-OVERLOAD", "severity"]
    assert 15.0 == findings.loc["X-OVERTIME", "value"]


def test_a_full_resource_is_the_cause() -> None:
    """
    Tests that a delivery is late for want of capacity when the machine is full from the
    bucket due to the one before the delivery.
    """
    network = _network()
    network.resources.open_load[0, 1] = 15.0

    row = decode(network, _quantities(5.0, bucket=2))["demand_fulfilment"].iloc[0]

    assert ("C-CAPACITY", 1.0) == tuple(row[["root_cause_code", "days_late"]])


@pytest.mark.parametrize("seed", SEEDS)
def test_loads_are_the_sums_of_operations(seed: int) -> None:
    """
    Tests that the load of machines is what the operations of the orders take.
    """
    _, frames = random_plan(seed)
    loads, operations = frames["capacity_load"], frames["order_operations"]
    machines = loads[loads["resource_id"] != "G"]
    group = loads[loads["resource_id"] == "G"]

    assert np.isclose(machines["load_planned"].sum(), operations["hours"].sum())
    assert np.isclose(machines["setup"].sum(), operations["setup_h"].sum())
    assert np.isclose(group["load_planned"].sum(), operations["hours"].sum())


def test_capacity_findings_reach_the_last_bucket() -> None:
    """
    Tests that the amount of a run that ends with the horizon is that of its buckets.
    """
    network = _network()
    grid = np.zeros((3, 4))
    grid[0, [0, 3]] = grid[2, 2:] = 2.0

    none, idle = np.zeros(0, dtype=np.int64), np.zeros((3, 4))
    openings = openings_of(network, none, none)

    found = capacity_findings(network, grid_of(network, openings, idle, idle, grid))

    assert [
        ("M1", 1, 6.0, "2 h"),
        ("M1", 1, 6.0, "2 h"),
        ("G", 2, 4.0, "4 h"),
    ] == [(f.key, f.count, f.value, f.text.split(": ")[1][:3]) for f in found]
