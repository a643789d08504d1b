"""
Tests of starts whose lots have to be of some size.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.progress import Story
from lotwright.solver.search.starts import Starts
from tests.networks import Activity, Demand, Point, build_network


def test_multiples_of_a_plan_are_kept_where_rounded_ones_do_not_fit() -> None:
    """Tests products whose rounded lots do not fit the rounded lot of their part."""
    net = build_network(
        points=[Point(name=name) for name in ("first@L", "second@L", "part@L")],
        activities=[
            Activity(
                name="make first",
                to="first@L",
                inputs={"part@L": 1.0},
                min_lot=24.0,
                lot_multiple=11.0,
            ),
            Activity(
                name="make second",
                to="second@L",
                inputs={"part@L": 1.0},
                min_lot=22.0,
                lot_multiple=8.0,
            ),
            Activity(name="buy", to="part@L", lot_multiple=9.0),
        ],
        demands=[
            Demand(name="a", point="first@L", quantity=37.0, due_day=4),
            Demand(name="b", point="second@L", quantity=13.0, due_day=4),
        ],
        bucket_days=(1,) * 6,
    )
    model = LotSizingModel(net)
    elastic = Elastic(model.compiled)
    params = SolverParams()
    starts = Starts(model, elastic, params, lambda: 1e6, Story(listener=None), None)

    starts.settle(model.start(plan_mrp(net)))

    assert starts.kept is not None
    found = model.quantities(elastic.natural(starts.kept))
    assert [44.0, 24.0, 72.0] == pytest.approx(found.receipt.sum(axis=1).tolist())
    assert pytest.approx(0.0) == found.lost.sum()


def _starts(net: Network) -> tuple[LotSizingModel, Starts]:
    model = LotSizingModel(net)
    story = Story(listener=None)
    elastic = Elastic(model.compiled)

    return model, Starts(model, elastic, SolverParams(), lambda: 1e6, story, None)


def _two_lots() -> Network:
    """Returns a product that is made in one lot or in two."""
    return build_network(
        points=[Point(name="A@P", holding_cost=1.0)],
        activities=[Activity(name="make", to="A@P", lot_cost=100.0)],
        demands=[
            Demand(name="early", point="A@P", quantity=3.0, due_day=0),
            Demand(name="late", point="A@P", quantity=5.0, due_day=2),
        ],
        bucket_days=(1,) * 4,
    )


def test_a_plan_is_taken_as_it_is() -> None:
    """Tests that quantities are not changed, though others would cost less."""
    net = _two_lots()
    model, starts = _starts(net)
    plan = plan_mrp(net)
    receipt = np.array([[4.0, 0.0, 6.0, 0.0]])

    starts.take(model.given(replace(plan, receipt=receipt, lots=np.sign(receipt))))

    assert starts.kept is not None
    assert receipt.tolist() == model.quantities(starts.kept).receipt.tolist()
    # Two lots, ten pieces at 1, one of them for two days, two for two more.
    assert pytest.approx(200.0 + 10.0 + 2.0 + 4.0) == model.compiled.cost_of(
        starts.kept
    )


def test_a_plan_that_takes_what_is_not_there_is_not_taken() -> None:
    """Tests that a product whose part comes too late is no plan."""
    net = build_network(
        points=[Point(name="A@P"), Point(name="part@P")],
        activities=[
            Activity(name="make", to="A@P", inputs={"part@P": 1.0}, lot_cost=1.0),
            Activity(name="buy", to="part@P", lot_cost=1.0),
        ],
        demands=[Demand(name="d", point="A@P", quantity=5.0, due_day=1)],
        bucket_days=(1,) * 4,
    )
    model, starts = _starts(net)
    plan = plan_mrp(net)
    receipt = np.array([[0.0, 5.0, 0.0, 0.0], [0.0, 0.0, 5.0, 0.0]])

    starts.take(model.given(replace(plan, receipt=receipt, lots=np.sign(receipt))))

    assert starts.best is None
