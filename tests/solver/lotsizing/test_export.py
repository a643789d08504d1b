"""
Tests of what other programs read: OR-Tools models, MPS and LP text.
"""

from __future__ import annotations

from pathlib import Path

import highspy
import numpy as np
import pytest
from ortools.linear_solver.python import model_builder
from scipy.optimize import Bounds, LinearConstraint, milp

from lotwright.solver.lotsizing.algebra import Axis, Model, sum_over
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.export import to_lp_text, to_mps_text, to_ortools
from lotwright.solver.lotsizing.notation import LP_STYLE, MPS_STYLE, unique_labels
from tests.solver.lotsizing.dense import dense_matrix

LABELS = ("BIKE-01@PLANT", "Sattel 5", "Sattel_5", "Lenkstange [schwarz]", "ü" * 300)


def _lot_sizing(seed: int) -> Compiled:
    """
    Returns a small lot-sizing model with every kind of bound, cost and name.
    """
    rng = np.random.default_rng(seed)
    model = Model()
    items = Axis("item", LABELS)
    plant = Axis("resource", ["Werk 1"])
    shape = (len(items), 3)
    demand = rng.integers(0, 20, shape).astype(np.float64)
    x = model.variable("quantity", items, 3, cost=rng.random((5, 1)), upper=50.5)
    y = model.variable("setup", items, 3, upper=1, integer=True, cost=25.25)
    n = model.variable("lots", items, 3, upper=7, integer=True, cost=0.1)
    stock = model.variable("stock", items, 3, cost=rng.random(shape))
    short = model.variable("short", items, 3, lower=-2.0, cost=40.0)
    late = model.variable("late", plant, 3, lower=-np.inf, upper=1e5, cost=-1e-3)
    model.variable("unused", plant, 3, lower=-np.inf, upper=4.5)
    free = model.variable("free", plant, 3, lower=-np.inf)
    model.variable("fixed", plant, 1, lower=2.5, upper=2.5, cost=3.0)
    hours = sum_over(np.zeros(5, dtype=np.int64), 0.1 * x + y, 1)

    model.add("balance", items, stock.previous() + x + short - stock == demand)
    model.add("lot_open", items, x <= 50.0 * y)
    model.add("lot_multiple", items, x <= 8 * n)
    model.add("capacity", plant, hours - late <= 3.5)
    model.add("late_least", plant, late + free >= -1.5)
    model.add("free_most", plant, free <= 1e-7)
    model.offset = -12.125
    return model.compile()


def _optimum(compiled: Compiled) -> float:
    """
    Returns the least cost, found without any of the exports.
    """
    rows = LinearConstraint(
        dense_matrix(compiled), compiled.row_lower, compiled.row_upper
    )
    result = milp(
        compiled.cost,
        integrality=compiled.integer,
        bounds=Bounds(compiled.lower, compiled.upper),
        constraints=rows,
        options={"mip_rel_gap": 0.0},
    )
    assert result.success
    return float(result.fun) + compiled.offset


def _read_back(path: Path, text: str) -> highspy.Highs:
    """
    Returns HiGHS with the model that it reads from ``text``.
    """
    path.write_text(text, encoding="utf-8")
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("mip_rel_gap", 0.0)
    assert highspy.HighsStatus.kOk == highs.readModel(str(path))
    return highs


@pytest.mark.parametrize("seed", range(3))
def test_lp_and_mps_keep_the_optimum(seed: int, tmp_path: Path) -> None:
    """
    Tests that HiGHS reads both texts back to a model of the same size and optimum.
    """
    compiled = _lot_sizing(seed)
    expected = _optimum(compiled)

    for name, text in (
        ("model.lp", to_lp_text(compiled)),
        ("model.mps", to_mps_text(compiled)),
    ):
        highs = _read_back(tmp_path / name, text)
        highs.run()

        assert compiled.num_columns == highs.getNumCol()
        assert compiled.num_rows == highs.getNumRow()
        assert pytest.approx(expected) == highs.getObjectiveValue()


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_every_number_survives(ending: str, tmp_path: Path) -> None:
    """
    Tests that bounds, costs and coefficients come back without loss.
    """
    compiled = _lot_sizing(0)
    text = to_lp_text(compiled) if ending == "lp" else to_mps_text(compiled)

    lp = _read_back(tmp_path / f"model.{ending}", text).getLp()

    # LP readers number columns as they meet them.
    order = np.argsort(np.array(lp.col_names_))
    names = sorted(zip(_names(compiled, ending), range(len(order)), strict=True))
    ours = np.array([place for _, place in names])
    assert [name for name, _ in names] == [lp.col_names_[place] for place in order]
    np.testing.assert_allclose(
        compiled.lower[ours], np.array(lp.col_lower_)[order], rtol=0, atol=0
    )
    np.testing.assert_allclose(
        compiled.upper[ours], np.array(lp.col_upper_)[order], rtol=0, atol=0
    )
    np.testing.assert_allclose(
        compiled.cost[ours], np.array(lp.col_cost_)[order], rtol=0, atol=0
    )
    whole = [kind == highspy.HighsVarType.kInteger for kind in lp.integrality_]
    assert compiled.integer[ours].tolist() == np.array(whole)[order].tolist()
    assert compiled.offset == lp.offset_


def _names(compiled: Compiled, ending: str) -> list[str]:
    """
    Returns the names of the columns as the text of that ending has them.
    """
    opening, closing = "()" if ending == "lp" else "[]"
    style = LP_STYLE if ending == "lp" else MPS_STYLE
    return [
        f"{block.name}{opening}{label},{bucket + 1}{closing}"
        for block in compiled.columns
        for label in unique_labels(block.labels, style)
        for bucket in range(block.num_buckets)
    ]


@pytest.mark.parametrize("solver_name", ["scip", "highs"])
def test_ortools_finds_the_optimum(solver_name: str) -> None:
    """
    Tests that the OR-Tools model has the same least cost by its own solvers.
    """
    compiled = _lot_sizing(1)
    solver = model_builder.Solver(solver_name)

    status = solver.solve(to_ortools(compiled))

    assert model_builder.SolveStatus.OPTIMAL == status
    assert pytest.approx(_optimum(compiled), rel=1e-4) == solver.objective_value


def test_ortools_names_are_those_of_the_logs() -> None:
    """
    Tests that a plain label keeps its name in the OR-Tools model.
    """
    compiled = _lot_sizing(0)

    helper = to_ortools(compiled, "bikes").helper

    assert "bikes" == helper.name()
    assert compiled.column_names()[0] == helper.var_name(0)
    assert "quantity[BIKE-01@PLANT,1]" == helper.var_name(0)
    assert "balance[BIKE-01@PLANT,1]" == helper.constraint_name(0)
    assert "capacity[Werk_1,2]" == helper.constraint_name(46)


def test_names_are_unique_in_every_text() -> None:
    """
    Tests that labels that differ by forbidden characters alone stay apart.
    """
    compiled = _lot_sizing(0)

    helper = to_ortools(compiled).helper
    lines = to_lp_text(compiled).splitlines()

    ortools_names = {helper.var_name(place) for place in range(compiled.num_columns)}
    lp_rows = [line.split(":")[0] for line in lines if ":" in line]
    assert compiled.num_columns == len(ortools_names)
    assert compiled.num_rows + 1 == len(lp_rows) == len(set(lp_rows))
    assert max(map(len, lp_rows)) < 255


def test_lp_text_by_hand() -> None:
    """
    Tests the LP text of a model small enough to write down.
    """
    model = Model()
    items = Axis("item", ["A-1"])
    x = model.variable("quantity", items, 2, cost=np.array([[1.0, 0.5]]))
    y = model.variable("setup", items, 2, upper=1, integer=True, cost=20.0)
    model.variable("lots", items, 1, lower=1, upper=9, integer=True)
    model.variable("free", items, 1, lower=-np.inf)
    model.variable("fixed", items, 1, lower=3, upper=3)
    model.variable("least", items, 1, lower=-3)
    model.add("lot_open", items, x - 100 * y <= 0)
    model.add("demand", items, -x.previous() - x <= np.array([[-3.0, -1e-9]]))
    model.offset = 7.5

    expected = """\
Minimize
 cost: + quantity(A_1,1) + 0.5 quantity(A_1,2) + 20 setup(A_1,1) + 20 setup(A_1,2) + 7.5
Subject To
 lot_open(A_1,1): + quantity(A_1,1) - 100 setup(A_1,1) <= 0
 lot_open(A_1,2): + quantity(A_1,2) - 100 setup(A_1,2) <= 0
 demand(A_1,1): - quantity(A_1,1) <= -3
 demand(A_1,2): - quantity(A_1,1) - quantity(A_1,2) <= -1e-09
Bounds
 1 <= lots(A_1,1) <= 9
 free(A_1,1) free
 fixed(A_1,1) = 3
 least(A_1,1) >= -3
Binaries
 setup(A_1,1)
 setup(A_1,2)
Generals
 lots(A_1,1)
End
"""
    assert expected == to_lp_text(model.compile())


def _ranged() -> Compiled:
    """
    Returns a model without names, with a row between two bounds.
    """
    return Compiled(
        lower=np.array([0.0, -np.inf]),
        upper=np.array([np.inf, -2.0]),
        cost=np.array([1.0, -0.0]),
        integer=np.array([False, True]),
        start=np.array([0, 2], dtype=np.int32),
        index=np.array([0, 1], dtype=np.int32),
        value=np.ones(2),
        row_lower=np.array([2.0]),
        row_upper=np.array([5.0]),
    )


def test_row_between_two_bounds_becomes_two_in_lp(tmp_path: Path) -> None:
    """
    Tests that a range, which LP text does not know, is written as two rows.
    """
    text = to_lp_text(_ranged())
    highs = _read_back(tmp_path / "range.lp", text)
    highs.run()

    assert " x1: + x1 + x2 >= 2\n x1~upper: + x1 + x2 <= 5\n" in text
    assert pytest.approx(4.0) == highs.getObjectiveValue()


def test_mps_text_by_hand(tmp_path: Path) -> None:
    """
    Tests the MPS text of a model with a range and a whole column below 0.
    """
    expected = """\
NAME lotwright
ROWS
 N  cost
 G  x1
COLUMNS
    x1  cost  1
    x1  x1  1
    marker  'MARKER'  'INTORG'
    x2  x1  1
    marker  'MARKER'  'INTEND'
RHS
    RHS  x1  2
RANGES
    RANGES  x1  3
BOUNDS
 MI BOUND  x2
 UP BOUND  x2  -2
ENDATA
"""

    text = to_mps_text(_ranged())
    highs = _read_back(tmp_path / "range.mps", text)
    highs.run()

    assert expected == text
    assert pytest.approx(4.0) == highs.getObjectiveValue()
    assert [5.0] == list(highs.getLp().row_upper_)


def test_empty_model_is_written(tmp_path: Path) -> None:
    """
    Tests that a model without columns and rows has valid texts.
    """
    compiled = Model().compile()

    assert to_lp_text(compiled).endswith("End\n")
    assert 0 == to_ortools(compiled).num_variables
    assert 0 == _read_back(tmp_path / "empty.mps", to_mps_text(compiled)).getNumCol()


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["A", "B"], ["A", "B"]),
        (["A B", "A_B", "A/B"], ["A_B~2", "A_B", "A_B~3"]),
        (["A_~2", "A ", "A!", "A_"], ["A_~2", "A_~3", "A!", "A_"]),
        (["ä", "ö", "ü"], ["_", "_~2", "_~3"]),
        (["x" * 90, "x" * 91], ["x" * 80, "x" * 80 + "~2"]),
        ([], []),
    ],
)
def test_labels_stay_apart(labels: list[str], expected: list[str]) -> None:
    """
    Tests that replaced labels never take the name of another one.
    """
    assert expected == unique_labels(labels, LP_STYLE)
