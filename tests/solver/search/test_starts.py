"""
Tests of starts whose lots have to be of some size.
"""

from __future__ import annotations

import pytest

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
