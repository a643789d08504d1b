"""
Tests that the Pyomo rules and the arrays are one model.
"""

from __future__ import annotations

import math
from typing import Any

import pyomo.environ as pyo
import pytest
from pyomo.repn import generate_standard_repn

from lotwright.model.network import Network
from lotwright.solver.lotsizing.model import FAMILIES, LotSizingModel
from lotwright.solver.lotsizing.pyomo_twin import pyomo_model
from tests.networks import Activity, Demand, Point, build_network, random_network
from tests.solver.lotsizing.tiny_networks import tiny_network

Columns = dict[str, tuple[float, float, float, bool]]
Rows = dict[str, tuple[dict[str, float], float, float]]


def _columns_of_twin(model: Any) -> Columns:  # noqa: ANN401  # Pyomo has no types
    """
    Returns bounds, cost and integrality by name.
    """
    objective = generate_standard_repn(model.cost.expr)
    costs = {
        column.name: cost
        for column, cost in zip(
            objective.linear_vars, objective.linear_coefs, strict=True
        )
    }

    return {
        column.name: (
            float(column.lb),
            math.inf if column.ub is None else float(column.ub),
            float(costs.get(column.name, 0.0)),
            not column.is_continuous(),
        )
        for column in model.component_data_objects(pyo.Var)
    }


def _rows_of_twin(model: Any) -> Rows:  # noqa: ANN401  # Pyomo has no types
    """
    Returns coefficients and bounds by name.
    """
    rows: Rows = {}

    for row in model.component_data_objects(pyo.Constraint):
        body = generate_standard_repn(row.body)
        coefficients = zip(body.linear_vars, body.linear_coefs, strict=True)
        lower = -math.inf if row.lower is None else pyo.value(row.lower)
        upper = math.inf if row.upper is None else pyo.value(row.upper)
        rows[row.name] = (
            {column.name: float(value) for column, value in coefficients if value},
            lower - body.constant,
            upper - body.constant,
        )

    return rows


def _columns_of_arrays(net: Network) -> Columns:
    compiled = LotSizingModel(net).compiled
    parts = (compiled.lower, compiled.upper, compiled.cost, compiled.integer)
    values = zip(*(part.tolist() for part in parts), strict=True)

    return dict(zip(compiled.column_names(), values, strict=True))


def _rows_of_arrays(net: Network) -> Rows:
    compiled = LotSizingModel(net).compiled
    names = compiled.column_names()
    rows: Rows = {}

    for number, row in enumerate(compiled.row_names()):
        part = slice(compiled.start[number], compiled.start[number + 1])
        columns = [names[column] for column in compiled.index[part]]
        rows[row] = (
            dict(zip(columns, compiled.value[part].tolist(), strict=True)),
            float(compiled.row_lower[number]),
            float(compiled.row_upper[number]),
        )

    return rows


def _either_way(row: tuple[dict[str, float], float, float]) -> list[Any]:
    """
    Returns a row with its first coefficient, by name, above 0.
    """
    coefficients, lower, upper = row

    if coefficients and coefficients[min(coefficients)] < 0:
        coefficients = {name: -value for name, value in coefficients.items()}
        lower, upper = -upper, -lower

    return [
        pytest.approx(coefficients, rel=1e-7),
        pytest.approx([lower, upper], rel=1e-7, abs=1e-7),
    ]


def _assert_same(net: Network) -> None:
    twin = pyomo_model(net)
    columns, rows = _columns_of_twin(twin), _rows_of_twin(twin)
    columns_here, rows_here = _columns_of_arrays(net), _rows_of_arrays(net)

    assert sorted(columns) == sorted(columns_here)
    assert sorted(rows) == sorted(rows_here)

    for name, numbers in columns.items():
        assert pytest.approx(numbers, rel=1e-7) == columns_here[name], name

    for name, row in rows.items():
        coefficients, sides = _either_way(row)
        here = _either_way(rows_here[name])
        assert coefficients == here[0].expected, name
        assert sides == here[1].expected, name


@pytest.mark.parametrize("seed", range(60))
def test_tiny_networks_are_the_same_model(seed: int) -> None:
    """
    Tests that names, matrix, bounds, costs and integrality agree with every feature.
    """
    _assert_same(tiny_network(seed))


@pytest.mark.parametrize("seed", range(15))
def test_random_networks_are_the_same_model(seed: int) -> None:
    """
    Tests the same on networks of more buckets, places and ways.
    """
    _assert_same(random_network(seed))


def test_every_family_is_a_rule() -> None:
    """
    Tests that the twin has a constraint for each family, and no other.
    """
    twin = pyomo_model(tiny_network(0))
    rules = [rule.local_name for rule in twin.component_objects(pyo.Constraint)]

    assert [family.__name__ for family in FAMILIES] == rules


def test_features_all_occur() -> None:
    """
    Tests that the random networks have columns of every name and rows of every family.
    """
    columns: set[str] = set()
    rows: set[str] = set()

    for seed in range(60):
        net = tiny_network(seed)
        columns |= {name.split("[")[0] for name in _columns_of_arrays(net)}
        rows |= {name.split("[")[0] for name in _rows_of_arrays(net)}

    compiled = LotSizingModel(tiny_network(0)).compiled
    assert {block.name for block in compiled.columns} == columns
    assert {family.__name__ for family in FAMILIES} == rows


def test_rates_are_read_from_the_network() -> None:
    """
    Tests the twin's objective on a network that is easily priced by hand.
    """
    net = build_network(
        points=[Point(name="A@L", holding_cost=3.0)],
        activities=[Activity(name="buy", to="A@L", unit_cost=7.0, lot_cost=50.0)],
        demands=[Demand(name="D", point="A@L", quantity=4, due_day=2)],
        bucket_days=(1, 2, 1),
    )

    costs = _columns_of_twin(pyomo_model(net))

    assert 7.0 == costs["quantity[buy,2]"][2]
    assert 50.0 == costs["setup[buy,2]"][2]
    assert [3.0, 6.0] == [costs[f"stock[A@L,{t}]"][2] for t in (1, 2)]
    assert [10.0, 20.0] == [costs[f"backlog[A@L/1,{t}]"][2] for t in (1, 2)]
    assert 1000.0 == costs["lost[A@L/1,1]"][2]
