"""
Tests of the model: rows, columns, costs and what it refuses.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lotwright.solver.lotsizing.algebra import (
    Axis,
    Expression,
    Model,
    ModelError,
    Relation,
    sum_over,
)
from tests.solver.lotsizing.dense import dense_matrix


def _axis(*labels: str) -> Axis:
    return Axis("activity", labels)


def test_stock_balance_by_hand() -> None:
    """
    Tests the matrix, bounds and names of a small balance written out by hand.
    """
    model = Model()
    points = _axis("A", "B")
    x = model.variable("quantity", points, 2)
    stock = model.variable("stock", points, 2)
    # Two of B go into one A, one bucket earlier.
    made, used = np.array([0]), np.array([1])
    issues = sum_over(used, (2.0 * x.rows(made)).at(np.array([[-1, 0]])), 2)
    demand = np.array([[3.0, 4.0], [0.0, 0.0]])

    model.add("balance", points, stock.previous() + x - issues - stock == demand)

    compiled = model.compile()
    expected = [
        [1, 0, 0, 0, -1, 0, 0, 0],
        [0, 1, 0, 0, 1, -1, 0, 0],
        [0, -2, 1, 0, 0, 0, -1, 0],
        [0, 0, 0, 1, 0, 0, 1, -1],
    ]
    np.testing.assert_array_equal(expected, dense_matrix(compiled))
    np.testing.assert_array_equal(demand.ravel(), compiled.row_lower)
    np.testing.assert_array_equal(demand.ravel(), compiled.row_upper)
    names = ["balance[A,1]", "balance[A,2]", "balance[B,1]", "balance[B,2]"]
    assert names == compiled.row_names()


def test_matrix_is_canonical() -> None:
    """
    Tests that duplicates are summed, zeros removed and columns ascending, in 32 bits.
    """
    model = Model()
    axis = _axis("A")
    x = model.variable("x", axis, 1)
    y = model.variable("y", axis, 1)
    z = model.variable("z", axis, 1)

    model.add("row", axis, z + y + 2 * z - 0.0 * x + x - x <= 1.0)
    compiled = model.compile()

    assert [1, 2] == compiled.index.tolist()
    assert [1.0, 3.0] == compiled.value.tolist()
    assert np.int32 == compiled.index.dtype
    assert np.int32 == compiled.start.dtype


@pytest.mark.parametrize("seed", range(30))
def test_rows_are_their_expressions(seed: int) -> None:
    """
    Tests that each row of the matrix, times a solution, is its expression's value
    without the constant, with random masks of rows and columns.
    """
    rng = np.random.default_rng(seed)
    model = Model()
    axis = _axis("A", "B", "C")
    keep = rng.random((3, 4)) < 0.6
    x = model.variable("x", axis, 4, keep=rng.random((3, 4)) < 0.8)
    y = model.variable("y", axis, 4)
    constant = rng.random((3, 4))
    group = rng.integers(0, 3, 3)
    linear = sum_over(group, x.at(rng.integers(-1, 4, (3, 4))), 3) - 2 * y.previous()

    model.add("row", axis, linear + y + constant >= 7.0, keep=keep)
    compiled = model.compile()

    solution = rng.random(compiled.num_columns)
    values = (linear + y).evaluate(solution)
    np.testing.assert_allclose(values[keep], dense_matrix(compiled) @ solution)
    np.testing.assert_allclose((7.0 - constant)[keep], compiled.row_lower)
    labels = [f"row[{'ABC'[i]},{t + 1}]" for i, t in np.argwhere(keep).tolist()]
    assert labels == compiled.row_names()


@pytest.mark.parametrize(
    ("relate", "lower", "upper"),
    [
        (lambda x: x <= 5.0, -np.inf, 5.0),
        (lambda x: x >= 5.0, 5.0, np.inf),
        (lambda x: x == 5.0, 5.0, 5.0),
        (lambda x: np.array([[5.0]]) <= x, 5.0, np.inf),
        (lambda x: np.array([[5.0]]) >= x, -np.inf, 5.0),
        (lambda x: np.array([[5.0]]) == x, 5.0, 5.0),
        (lambda x: x - 1.0 <= 2.0 * x + 4.0, -np.inf, 5.0),
    ],
)
def test_senses(
    relate: Callable[[Expression], Relation], lower: float, upper: float
) -> None:
    """
    Tests the bounds of each comparison, with the array on either side.
    """
    model = Model()
    x = model.variable("x", _axis("A"), 1)

    model.add("row", _axis("A"), relate(x))
    compiled = model.compile()

    assert [lower] == compiled.row_lower.tolist()
    assert [upper] == compiled.row_upper.tolist()


def test_rows_without_bounds_are_left_out() -> None:
    """
    Tests that a row with an infinite right-hand side does not enter the model.
    """
    model = Model()
    axis = _axis("A", "B")
    x = model.variable("x", axis, 1)

    model.add("row", axis, x <= np.array([[np.inf], [3.0]]))
    compiled = model.compile()

    assert ["row[B,1]"] == compiled.row_names()
    assert 1 == compiled.num_nonzeros


def test_satisfied_rows_without_columns_are_left_out() -> None:
    """
    Tests that a row whose columns do not exist is dropped when it holds.
    """
    model = Model()
    axis = _axis("A", "B")
    x = model.variable("x", axis, 1, keep=np.array([False, True]))

    model.add("row", axis, x == np.array([[1e-12], [3.0]]))

    assert ["row[B,1]"] == model.compile().row_names()


def test_broken_rows_without_columns_are_named() -> None:
    """
    Tests that a demand nobody can serve is refused by the name of its row.
    """
    model = Model()
    axis = _axis("A", "B")
    x = model.variable("x", axis, 2, keep=np.array([True, False]))

    with pytest.raises(ModelError, match=r"row\[B,2\] has no columns .* 3 and inf\."):
        model.add("row", axis, x >= np.array([[1.0, 1.0], [0.0, 3.0]]))


def test_other_broken_rows_are_counted() -> None:
    """
    Tests that the error tells how many rows share the trouble.
    """
    model = Model()
    axis = _axis("A")
    x = model.variable("x", axis, 3, keep=np.array([False]))

    with pytest.raises(ModelError, match=r"row\[A,1\].*and 2 more rows"):
        model.add("row", axis, x >= 1.0)


def test_masked_rows_may_be_broken() -> None:
    """
    Tests that rows left out by a mask are not looked at.
    """
    model = Model()
    axis = _axis("A", "B")
    x = model.variable("x", axis, 1, keep=np.array([True, False]))
    bound = np.array([[1.0], [np.nan]])

    model.add("row", axis, x >= bound, keep=np.array([True, False]))

    assert ["row[A,1]"] == model.compile().row_names()


@pytest.mark.parametrize("bound", [np.inf, np.nan])
def test_impossible_rows_are_named(bound: float) -> None:
    """
    Tests that a row that must be infinite, or not a number, is refused.
    """
    model = Model()
    x = model.variable("x", _axis("A"), 1)

    with pytest.raises(ModelError, match=r"row\[A,1\] cannot hold"):
        model.add("row", _axis("A"), x == bound)


def test_infinite_coefficients_are_named() -> None:
    """
    Tests that an infinite big M is refused by the name of its row.
    """
    model = Model()
    axis = _axis("A", "B")
    x = model.variable("x", axis, 1)
    y = model.variable("y", axis, 1)
    largest = np.array([[1.0], [np.inf]])

    with pytest.raises(
        ModelError, match=r"finite coefficients, got -inf in row\[B,1\]"
    ):
        model.add("row", axis, x <= largest * y)


def test_columns_without_a_value_are_named() -> None:
    """
    Tests that crossing bounds of a column are refused by its name.
    """
    with pytest.raises(ModelError, match=r"x\[B,1\] has no value .* 2 and 1\."):
        Model().variable(
            "x", _axis("A", "B"), 1, lower=np.array([[0.0], [2.0]]), upper=1
        )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            lambda m: m.variable("x", _axis("A"), 1),
            "Expected a new name, got 'x' a second time",
        ),
        (
            lambda m: m.variable("y", _axis("A"), 2, keep=np.array([True, False])),
            r"Expected a mask of shape \(1, 2\) or \(1,\), got bool of shape \(2,\)",
        ),
        (
            lambda m: m.variable("y", _axis("A"), 2, keep=np.array([1])),
            r"Expected a mask of shape .* got int64",
        ),
        (
            lambda m: m.variable("y", _axis("A"), 2, cost=np.array([1.0, 2.0])),
            r"Expected shape \(1, 2\).*got \(2,\)",
        ),
        (
            lambda m: m.variable("y", _axis("A"), 2, cost=np.inf),
            "Expected finite costs in y",
        ),
        (
            lambda m: m.add("row", _axis("A", "B"), m.columns_of("x") <= 1.0),
            r"Expected shape \(2, 1\), got \(1, 1\) in row",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    wrong: Callable[[Model], object], message: str
) -> None:
    """
    Tests that wrong names, masks and shapes are refused.
    """
    model = Model()
    model.variable("x", _axis("A"), 1)

    with pytest.raises(ValueError, match=message):
        wrong(model)


def test_second_family_of_one_name_is_refused() -> None:
    """
    Tests that row names stay unique.
    """
    model = Model()
    x = model.variable("x", _axis("A"), 1)
    model.add("row", _axis("A"), x <= 1.0)

    with pytest.raises(ValueError, match="'row' a second time"):
        model.add("row", _axis("A"), x <= 2.0)


def test_labels_are_unique() -> None:
    """
    Tests that two entities of one label are refused.
    """
    with pytest.raises(ValueError, match="one activity per label, got 'B' twice"):
        _axis("A", "B", "B")


def test_columns_in_order() -> None:
    """
    Tests bounds, costs, integrality and names of the columns that exist.
    """
    model = Model()
    axis = _axis("A", "B")
    keep = np.array([[True, False], [True, True]])
    cost = np.array([[1.0], [2.0]])
    model.variable("x", axis, 2, upper=np.arange(4.0).reshape(2, 2), keep=keep)
    model.variable("y", axis, 2, lower=-1.0, cost=cost, integer=True)

    compiled = model.compile()

    assert [0.0, 2.0, 3.0, *[np.inf] * 4] == compiled.upper.tolist()
    assert [0.0] * 3 + [-1.0] * 4 == compiled.lower.tolist()
    assert [0.0] * 3 + [1.0, 1.0, 2.0, 2.0] == compiled.cost.tolist()
    assert [False] * 3 + [True] * 4 == compiled.integer.tolist()
    assert ["x[A,1]", "x[B,1]", "x[B,2]", "y[A,1]"] == compiled.column_names()[:4]
    assert not compiled.relaxed().integer.any()


def test_cost_terms_add_up_to_the_objective() -> None:
    """
    Tests that named terms share blocks and constants and leave nothing out.
    """
    model = Model()
    axis = _axis("A")
    model.variable("stock", axis, 2, cost=2.0, term="holding")
    model.variable("transit", axis, 1, cost=3.0, term="holding")
    model.variable("setup", axis, 1, cost=10.0)
    model.variable("quantity", axis, 1)
    model.constant("holding", 5.0)
    model.constant("sunk", 7.0)
    model.offset += 0.5
    solution = np.array([1.0, 2.0, 3.0, 1.0, 9.0])

    compiled = model.compile()
    terms = model.cost_terms(solution)

    assert {"holding": 20.0, "setup": 10.0, "offset": 0.5, "sunk": 7.0} == terms
    assert compiled.cost @ solution + compiled.offset == sum(terms.values())
    expected = ["holding", "holding", "holding", "setup", ""]
    assert expected == compiled.terms.tolist()


def test_empty_model_compiles() -> None:
    """
    Tests that a model without columns and rows has an empty matrix.
    """
    compiled = Model().compile()

    assert (0, 0, 0) == (
        compiled.num_columns,
        compiled.num_rows,
        compiled.num_nonzeros,
    )
    assert [0] == compiled.start.tolist()
    assert {} == compiled.cost_terms(np.empty(0))
    assert [] == compiled.terms.tolist()


@pytest.mark.parametrize(("labels", "num_buckets"), [((), 3), (("A",), 0)])
def test_empty_families_compile(labels: tuple[str, ...], num_buckets: int) -> None:
    """
    Tests that a family over no entities or no buckets adds no row.
    """
    model = Model()
    axis = Axis("resource", labels)
    x = model.variable("x", axis, num_buckets, cost=1.0)

    model.add("row", axis, x.previous() + x >= 1.0)
    compiled = model.compile()

    assert (0, 0) == (compiled.num_columns, compiled.num_rows)
    assert [] == compiled.row_names()
