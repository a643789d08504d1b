"""
One lot-sizing model written in three ways: index arrays, OR-Tools and Pyomo.

Libraries are imported where they are used, so that a process that walks one road holds
nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Buckets of a year.
NUM_BUCKETS = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Factory:
    """
    Invented data: ``n`` items, each made by one activity, in ``T`` weekly buckets.

    Parameters
    ----------
    demand
        Pieces per week, shape ``(n, T)``.
    largest
        Largest lot per week, shape ``(n, T)``.
    setup_cost, holding_cost
        Money per lot, and per piece and week, shape ``(n,)``.
    parent, component
        Items of each line of the bills of material, shape ``(L,)``.
    ratio
        Pieces of the component per piece of the parent, shape ``(L,)``.
    lead
        Weeks between issue and receipt of each line, shape ``(L,)``.
    """

    demand: Floats
    largest: Floats
    setup_cost: Floats
    holding_cost: Floats
    parent: NDArray[np.int64]
    component: NDArray[np.int64]
    ratio: Floats
    lead: NDArray[np.int64]

    @property
    def num_items(self) -> int:
        """
        Number of items.
        """
        return len(self.demand)


def invent(num_items: int, num_buckets: int = NUM_BUCKETS) -> Factory:
    """
    Returns a factory in which an item has three or four components.

    Parameters
    ----------
    num_items
        Number of items.
    num_buckets
        Number of weeks.
    """
    rng = np.random.default_rng(num_items)
    parent = np.repeat(np.arange(num_items - 1), rng.integers(3, 5, num_items - 1))
    demand = rng.integers(0, 100, (num_items, num_buckets)).astype(np.float64)

    return Factory(
        demand=demand,
        largest=demand + 1000.0,
        setup_cost=rng.uniform(100.0, 1000.0, num_items),
        holding_cost=rng.uniform(0.1, 1.0, num_items),
        parent=parent,
        component=rng.integers(parent + 1, num_items),
        ratio=rng.integers(1, 4, len(parent)).astype(np.float64),
        lead=rng.integers(0, 3, num_items)[parent],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """
    A model as the arrays that HiGHS takes, rows first.
    """

    lower: Floats
    upper: Floats
    cost: Floats
    integer: NDArray[np.bool_]
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Floats
    row_lower: Floats
    row_upper: Floats


def hand_over(model: Arrays) -> highspy.Highs:
    """
    Returns HiGHS with the model in it.

    Raises
    ------
    RuntimeError
        When HiGHS refuses the model.
    """
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    status = highs.passModel(
        len(model.lower),
        len(model.row_lower),
        len(model.value),
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        model.cost,
        model.lower,
        model.upper,
        model.row_lower,
        model.row_upper,
        model.start,
        model.index,
        model.value,
        model.integer.astype(np.int32),
    )

    if status != highspy.HighsStatus.kOk:
        msg = f"Expected HiGHS to take the model, got {status}."
        raise RuntimeError(msg)

    return highs


def by_arrays(factory: Factory) -> Callable[[], Arrays]:
    """
    Writes the model in the index-array algebra; the result hands its arrays out.

    Parameters
    ----------
    factory
        The data.
    """
    from lotwright.solver.lotsizing.algebra import Axis, Model, sum_over

    num_items, num_buckets = factory.demand.shape
    items = Axis("item", [f"I{item}" for item in range(num_items)])
    release = np.arange(num_buckets) - factory.lead[:, None]

    m = Model()
    x = m.variable("quantity", items, num_buckets)
    cost = factory.setup_cost[:, None]
    y = m.variable("setup", items, num_buckets, upper=1, integer=True, cost=cost)
    stock = m.variable("stock", items, num_buckets, cost=factory.holding_cost[:, None])
    issued = x.rows(factory.parent) * factory.ratio[:, None]
    issues = sum_over(factory.component, issued.at(np.maximum(release, -1)), num_items)
    m.add(
        "stock_balance",
        items,
        stock.previous() + x - issues - stock == factory.demand,
    )
    m.add("lot_open", items, x <= factory.largest * y)
    compiled = m.compile()

    return lambda: Arrays(
        lower=compiled.lower,
        upper=compiled.upper,
        cost=compiled.cost,
        integer=compiled.integer,
        start=compiled.start,
        index=compiled.index,
        value=compiled.value,
        row_lower=compiled.row_lower,
        row_upper=compiled.row_upper,
    )


def by_ortools(factory: Factory) -> Callable[[], Arrays]:
    """
    Writes the model in OR-Tools expressions; the result reads its arrays row by row.

    Parameters
    ----------
    factory
        The data.
    """
    from ortools.linear_solver.python import model_builder

    shape = factory.demand.shape
    cells = list(np.ndindex(*shape))
    inf = float("inf")
    m = model_builder.Model()  # type: ignore[no-untyped-call]  # has no types
    x = {(i, t): m.new_num_var(0, inf, f"quantity[I{i},{t + 1}]") for i, t in cells}
    y = {(i, t): m.new_bool_var(f"setup[I{i},{t + 1}]") for i, t in cells}
    stock = {(i, t): m.new_num_var(0, inf, f"stock[I{i},{t + 1}]") for i, t in cells}
    uses = _uses(factory)
    demand, largest = factory.demand.tolist(), factory.largest.tolist()
    setup_cost, holding_cost = (
        factory.setup_cost.tolist(),
        factory.holding_cost.tolist(),
    )

    for i, t in cells:
        issues = [
            ratio * x[parent, t + lead]
            for parent, ratio, lead in uses[i]
            if t + lead < shape[1]
        ]
        before = [stock[i, t - 1]] if t > 0 else []
        m.add(
            sum(before) + x[i, t] - sum(issues) - stock[i, t] == demand[i][t],
            f"stock_balance[I{i},{t + 1}]",
        )

    for i, t in cells:
        m.add(x[i, t] <= largest[i][t] * y[i, t], f"lot_open[I{i},{t + 1}]")

    m.minimize(
        sum(setup_cost[i] * y[i, t] + holding_cost[i] * stock[i, t] for i, t in cells)
    )
    return lambda: _arrays_of_ortools(m.helper)


def _uses(factory: Factory) -> list[list[tuple[int, float, int]]]:
    """
    Returns parent, ratio and lead time of every use, by component.
    """
    uses: list[list[tuple[int, float, int]]] = [[] for _ in range(factory.num_items)]
    lines = zip(
        factory.component.tolist(),
        factory.parent.tolist(),
        factory.ratio.tolist(),
        factory.lead.tolist(),
        strict=True,
    )

    for component, parent, ratio, lead in lines:
        uses[component].append((parent, ratio, lead))

    return uses


def _arrays_of_ortools(helper: object) -> Arrays:
    """
    Returns the arrays of an OR-Tools model, which it gives out row by row.
    """
    from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper

    assert isinstance(helper, ModelBuilderHelper)
    columns = range(helper.num_variables())
    rows = range(helper.num_constraints())
    index = [helper.constraint_var_indices(row) for row in rows]
    value = [number for row in rows for number in helper.constraint_coefficients(row)]
    start = np.cumsum([0, *map(len, index)], dtype=np.int32)

    return Arrays(
        lower=np.array([helper.var_lower_bound(place) for place in columns]),
        upper=np.array([helper.var_upper_bound(place) for place in columns]),
        cost=np.array([helper.var_objective_coefficient(place) for place in columns]),
        integer=np.array([helper.var_is_integral(place) for place in columns]),
        start=start,
        index=np.array([place for line in index for place in line], dtype=np.int32),
        value=np.array(value),
        row_lower=np.array([helper.constraint_lower_bound(row) for row in rows]),
        row_upper=np.array([helper.constraint_upper_bound(row) for row in rows]),
    )


def by_pyomo(factory: Factory) -> Callable[[], Arrays]:
    """
    Writes the model in Pyomo rules; the result compiles them to its standard form.

    Parameters
    ----------
    factory
        The data.
    """
    import pyomo.environ as pyo

    num_items, num_buckets = factory.demand.shape
    uses = _uses(factory)
    demand, largest = factory.demand.tolist(), factory.largest.tolist()
    setup_cost, holding_cost = (
        factory.setup_cost.tolist(),
        factory.holding_cost.tolist(),
    )
    m = pyo.ConcreteModel()
    m.item = pyo.RangeSet(0, num_items - 1)
    m.bucket = pyo.RangeSet(0, num_buckets - 1)
    m.x = pyo.Var(m.item, m.bucket, domain=pyo.NonNegativeReals)
    m.y = pyo.Var(m.item, m.bucket, domain=pyo.Binary)
    m.stock = pyo.Var(m.item, m.bucket, domain=pyo.NonNegativeReals)

    @m.Constraint(m.item, m.bucket)  # type: ignore[untyped-decorator]  # no types
    def stock_balance(m: pyo.ConcreteModel, i: int, t: int) -> object:
        issues = sum(
            ratio * m.x[parent, t + lead]
            for parent, ratio, lead in uses[i]
            if t + lead < num_buckets
        )
        before = m.stock[i, t - 1] if t > 0 else 0
        return before + m.x[i, t] - issues - m.stock[i, t] == demand[i][t]

    @m.Constraint(m.item, m.bucket)  # type: ignore[untyped-decorator]  # no types
    def lot_open(m: pyo.ConcreteModel, i: int, t: int) -> object:
        return m.x[i, t] <= largest[i][t] * m.y[i, t]

    @m.Objective()  # type: ignore[untyped-decorator]  # no types
    def cost(m: pyo.ConcreteModel) -> object:
        return sum(
            setup_cost[i] * m.y[i, t] + holding_cost[i] * m.stock[i, t]
            for i in m.item
            for t in m.bucket
        )

    columns = [
        var[i, t] for var in (m.x, m.y, m.stock) for i in m.item for t in m.bucket
    ]
    return lambda: _arrays_of_pyomo(m, columns)


def _arrays_of_pyomo(model: object, columns: list[object]) -> Arrays:
    """
    Returns the arrays of a Pyomo model, by its quickest compiler.
    """
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    form = LinearStandardFormCompiler().write(
        model, mixed_form=True, column_order=columns
    )
    matrix = form.A.tocsr()
    matrix.sort_indices()
    # 1 is an upper bound, -1 a lower bound, 0 an equation.
    sense = np.array([row.bound_type for row in form.rows])
    bounds = [column.bounds for column in form.columns]
    nowhere = {None: np.inf}

    return Arrays(
        lower=np.array([low for low, _ in bounds], dtype=np.float64),
        upper=np.array([nowhere.get(high, high) for _, high in bounds]),
        cost=form.c.toarray().ravel(),
        integer=np.array([column.is_integer() for column in form.columns]),
        start=matrix.indptr.astype(np.int32),
        index=matrix.indices.astype(np.int32),
        value=matrix.data,
        row_lower=np.where(sense > 0, -np.inf, form.rhs),
        row_upper=np.where(sense < 0, np.inf, form.rhs),
    )
