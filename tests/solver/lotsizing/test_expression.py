"""
Tests of linear expressions against dense twins.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from lotwright.solver.lotsizing.algebra import (
    Axis,
    Expression,
    Model,
    Variable,
    sum_over,
)
from tests.solver.lotsizing.dense import Dense

Pair = tuple[Expression, Dense]
Step = Callable[[np.random.Generator, Pair, "list[Pair]"], Pair]


def _axis(size: int) -> Axis:
    return Axis("activity", [f"A{i}" for i in range(size)])


def _array(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    """
    Returns small whole numbers in one of the shapes that broadcast to ``shape``.
    """
    kinds = [shape, (shape[0], 1), (1, shape[1])]
    return rng.integers(-2, 4, kinds[rng.integers(3)]).astype(np.float64)


def _times(rng: np.random.Generator, pair: Pair, _: list[Pair]) -> Pair:
    array = _array(rng, pair[0].shape)
    left = bool(rng.integers(2))
    return array * pair[0] if left else pair[0] * array, pair[1].times(array)


def _scaled(rng: np.random.Generator, pair: Pair, _: list[Pair]) -> Pair:
    factor = float(rng.integers(1, 4))
    return -(pair[0] / factor), pair[1].times(np.array([[-1.0 / factor]]))


def _shifted(rng: np.random.Generator, pair: Pair, _: list[Pair]) -> Pair:
    array = _array(rng, pair[0].shape)
    shifted = pair[1].shifted(array)
    ways = [
        (array + pair[0], shifted),
        (pair[0] + array, shifted),
        (pair[0] - array, pair[1].shifted(-array)),
        (array - pair[0], pair[1].times(np.array([[-1.0]])).shifted(array)),
    ]
    return ways[rng.integers(4)]


def _plus(rng: np.random.Generator, pair: Pair, others: list[Pair]) -> Pair:
    fitting = [other for other in others if other[0].shape == pair[0].shape]
    other = fitting[rng.integers(len(fitting))] if fitting else pair

    if rng.integers(2):
        return pair[0] + other[0], pair[1].plus(other[1])

    return pair[0] - other[0], pair[1].plus(other[1].times(np.array([[-1.0]])))


def _previous(_: np.random.Generator, pair: Pair, __: list[Pair]) -> Pair:
    return pair[0].previous(), pair[1].previous()


def _at(rng: np.random.Generator, pair: Pair, _: list[Pair]) -> Pair:
    shape = pair[0].shape
    kinds = [shape, (shape[0], 1), (1, shape[1])]
    bucket = rng.integers(-1, shape[1], kinds[rng.integers(3)])
    return pair[0].at(bucket), pair[1].at(bucket)


def _rows(rng: np.random.Generator, pair: Pair, _: list[Pair]) -> Pair:
    index = rng.integers(0, pair[0].shape[0], rng.integers(1, 5))
    return pair[0].rows(index), pair[1].rows(index)


def _summed(rng: np.random.Generator, pair: Pair, _: list[Pair]) -> Pair:
    num_groups = int(rng.integers(1, 4))
    group = rng.integers(0, num_groups, pair[0].shape[0])
    return sum_over(group, pair[0], num_groups), pair[1].summed(group, num_groups)


STEPS: tuple[Step, ...] = (
    _times,
    _scaled,
    _shifted,
    _plus,
    _previous,
    _at,
    _rows,
    _summed,
)


def _model(rng: np.random.Generator) -> tuple[list[Variable], int]:
    """
    Returns two blocks of columns with holes, and the number of columns.
    """
    model = Model()
    num_buckets = int(rng.integers(1, 5))
    axis = _axis(int(rng.integers(1, 4)))
    keep = rng.random((len(axis), num_buckets)) < 0.7
    x = model.variable("x", axis, num_buckets, keep=keep)
    y = model.variable("y", axis, num_buckets)
    return [x, y], model.compile().num_columns


@pytest.mark.parametrize("seed", range(150))
def test_random_expressions_are_their_dense_twins(seed: int) -> None:
    """
    Tests that any chain of operators gives the same coefficients as dense vectors do.
    """
    rng = np.random.default_rng(seed)
    variables, num_columns = _model(rng)
    pairs: list[Pair] = [(x, Dense.of(x.columns, num_columns)) for x in variables]
    solution = rng.random(num_columns)

    for _ in range(8):
        step = STEPS[rng.integers(len(STEPS))]
        pairs.append(step(rng, pairs[rng.integers(len(pairs))], pairs))

    for expression, dense in pairs:
        assert dense.constant.shape == expression.shape
        np.testing.assert_allclose(
            dense.evaluate(solution), expression.evaluate(solution), atol=1e-9
        )


def test_array_left_of_an_expression() -> None:
    """
    Tests that numpy leaves ``array * x`` and the like to the expression.
    """
    x = Model().variable("x", _axis(2), 3)
    array = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])

    product = array * x
    difference = array - x

    assert isinstance(product, Expression)
    np.testing.assert_array_equal(array * 2, product.evaluate(np.full(6, 2.0)))
    np.testing.assert_array_equal(array - 2, difference.evaluate(np.full(6, 2.0)))


def test_numpy_scalars_multiply() -> None:
    """
    Tests that a numpy scalar on the left stays one factor for the whole block.
    """
    x = Model().variable("x", _axis(1), 2)

    product = np.float64(3.0) * x

    np.testing.assert_array_equal([[3.0, 6.0]], product.evaluate(np.array([1.0, 2.0])))


def test_sum_of_a_list() -> None:
    """
    Tests that Python's own sum adds expressions up.
    """
    model = Model()
    x, y = (model.variable(name, _axis(1), 1) for name in "xy")

    total = sum([x, y])

    assert isinstance(total, Expression)
    np.testing.assert_array_equal([[5.0]], total.evaluate(np.array([2.0, 3.0])))


def test_previous_has_nothing_in_the_first_bucket() -> None:
    """
    Tests that the bucket before the first one counts as 0.
    """
    x = Model().variable("x", _axis(1), 3)

    before = x.previous()

    solution = np.array([5.0, 6.0, 7.0])
    np.testing.assert_array_equal([[0.0, 5.0, 6.0]], before.evaluate(solution))


def test_rows_meet_in_one_bucket() -> None:
    """
    Tests that receipts of two buckets released in one bucket add up, and that those
    released in the past vanish.
    """
    x = Model().variable("x", _axis(1), 4)

    released = x.at(np.array([[-1, 0, 0, 3]]))

    solution = np.array([1.0, 10.0, 100.0, 1000.0])
    np.testing.assert_array_equal(
        [[110.0, 0.0, 0.0, 1000.0]], released.evaluate(solution)
    )


def test_values_of_missing_columns_are_zero() -> None:
    """
    Tests that a block decodes to a dense array with 0 where no column exists.
    """
    model = Model()
    model.variable("w", _axis(1), 1)
    x = model.variable("x", _axis(2), 2, keep=np.array([[True, False], [False, True]]))

    values = x.values(np.array([9.0, 3.0, 4.0]))

    np.testing.assert_array_equal([[3.0, 0.0], [0.0, 4.0]], values)


def test_entity_mask() -> None:
    """
    Tests that a mask of one value per entity drops whole entities.
    """
    x = Model().variable("x", _axis(2), 2, keep=np.array([False, True]))

    np.testing.assert_array_equal([[-1, -1], [0, 1]], x.columns)


@pytest.mark.parametrize(("size", "num_buckets"), [(0, 3), (2, 0), (0, 0)])
def test_empty_blocks(size: int, num_buckets: int) -> None:
    """
    Tests that blocks without entities or buckets pass through every operator.
    """
    x = Model().variable("x", _axis(size), num_buckets)
    group = np.zeros(size, dtype=np.int64)
    bucket = np.zeros((size, num_buckets), dtype=np.int64)

    moved = (2.0 * x.previous() + 1.0).at(bucket).rows(np.arange(size))
    total = sum_over(group, moved, 2)

    np.testing.assert_array_equal(
        np.zeros((2, num_buckets)), total.evaluate(np.empty(0))
    )


def test_rows_may_be_none() -> None:
    """
    Tests that picking no row gives a block without entities.
    """
    x = Model().variable("x", _axis(2), 3)

    nothing = x.rows(np.array([], dtype=np.int64))

    assert (0, 3) == nothing.shape
    assert (0, 3) == nothing.evaluate(np.ones(6)).shape


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda x: x * np.ones((3, 2)), r"Expected shape \(2, 3\).*got \(3, 2\)"),
        (lambda x: x + np.ones(3), r"Expected shape \(2, 3\).*got \(3,\)"),
        (lambda x: np.ones(3) - x, r"Expected shape \(2, 3\).*got \(3,\)"),
        (lambda x: x + x.rows(np.array([0])), r"Expected shape \(2, 3\), got \(1, 3\)"),
        (lambda x: x <= np.ones((2, 2)), r"Expected shape \(2, 3\).*got \(2, 2\)"),
        (lambda x: x.rows(np.array([2])), r"Expected positions in 0\.\.1, got 2\.\.2"),
        (lambda x: x.rows(np.array([0.0])), "Expected whole positions.*float64"),
        (lambda x: x.rows(np.array([True, False])), "Expected whole positions.*bool"),
        (lambda x: x.at(np.array([[3]])), r"Expected positions in -1\.\.2, got 3"),
        (lambda x: x.at(np.array([0, 0])), r"Expected shape \(2, 3\).*got \(2,\)"),
        (
            lambda x: sum_over(np.array([0]), x, 1),
            r"Expected shape \(2,\), got \(1,\)",
        ),
        (lambda x: sum_over(np.array([0, 1]), x, 1), r"Expected positions in 0\.\.0"),
    ],
)
def test_what_does_not_fit_is_refused(
    wrong: Callable[[Expression], object], message: str
) -> None:
    """
    Tests that wrong shapes and positions are named, one-dimensional arrays included.
    """
    x = Model().variable("x", _axis(2), 3)

    with pytest.raises(ValueError, match=message):
        wrong(x)


def test_products_of_expressions_are_refused() -> None:
    """
    Tests that the algebra stays linear.
    """
    x = Model().variable("x", _axis(2), 3)

    with pytest.raises(TypeError, match="rows are linear"):
        x * x  # type: ignore[operator]  # the mistake under test


def test_chained_comparisons_are_refused() -> None:
    """
    Tests that ``0 <= x <= 1``, which Python would cut in two, is refused.
    """
    x = Model().variable("x", _axis(2), 3)

    with pytest.raises(TypeError, match="one comparison"):
        assert 0 <= x <= 1
