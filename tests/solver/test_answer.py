"""
Tests of the answer of a run: the cheaper one of an optimised and a levelled plan.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lotwright.model.findings import Finding, Severity
from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.solver.answer import Answer, cheaper, decoded
from lotwright.solver.engines import Outcome
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.params import Engine
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Termination
from lotwright.solver.schedule import Schedule
from tests.networks import Activity, Demand, Load, Point, Resource, build_network

_LIMIT = Finding(code="W-SOLVER-LIMIT", severity=Severity.WARNING, text="It ended.")


def _network() -> Network:
    return build_network(
        points=[Point(name="BIKE@X")],
        activities=[
            Activity(name="MAKE", to="BIKE@X", kind=ActivityKind.MAKE, lot_cost=30.0)
        ],
        demands=[
            Demand(name="D1", point="BIKE@X", quantity=7.0, due_day=3),
            Demand(name="D2", point="BIKE@X", quantity=5.0, due_day=5),
        ],
    )


def _optimised(net: Network, receipt: list[float], levelled: Schedule) -> Answer:
    """
    Returns a plan of some receipts as tables.
    """
    received = np.zeros(net.activities.release_bucket.shape)
    received[0, : len(receipt)] = receipt
    served = np.zeros((len(net.classes), net.num_buckets))
    served[0, 3], served[0, 5] = 7.0, 5.0
    quantities = Quantities(
        receipt=received,
        lots=(received > 0).astype(np.float64),
        served=served,
        lost=np.zeros_like(served),
        overtime=np.zeros((len(net.resources), net.num_buckets)),
    )
    outcome = Outcome(
        answer=quantities,
        engine=Engine.MIP,
        termination=Termination.TIME_LIMIT,
        bound=50.0,
        levelled=levelled,
        findings=(_LIMIT,),
    )

    return decoded(net, outcome, ())


def test_a_dearer_plan_gives_way_to_the_levelled_one() -> None:
    """Tests that the plan is the levelled one, says so, and keeps its bound."""
    net = _network()
    dear = _optimised(net, [12.0], plan_mrp(net))

    answer = cheaper(net, dear, ())

    assert answer.cost < dear.cost
    assert Engine.MRP is answer.outcome.engine
    assert Termination.HEURISTIC is answer.outcome.termination
    assert 50.0 == answer.outcome.bound
    assert ["W-SOLVER-FALLBACK"] == [found.code for found in answer.outcome.findings]
    assert {"mrp"} == set(answer.frames["planned_orders"]["engine"])


def test_a_bound_above_the_levelled_plan_is_none() -> None:
    """Tests that what holds for plans in buckets is not said of other plans."""
    net = _network()
    dear = _optimised(net, [12.0], plan_mrp(net))
    dear = replace(dear, outcome=replace(dear.outcome, bound=dear.cost))

    assert -math.inf == cheaper(net, dear, ()).outcome.bound


def test_a_cheaper_plan_stays() -> None:
    """Tests that the optimised plan stays where it costs no more."""
    net = _network()
    cheap = _optimised(net, [0.0, 0.0, 0.0, 12.0], plan_mrp(net))

    assert cheap is cheaper(net, cheap, ())


def test_levelled_plans_that_break_a_rule_do_not_count() -> None:
    """Tests that cost does not buy a broken rule."""
    net = _network()
    broken = Finding(code="X-RULE", severity=Severity.WARNING, text="It moved.")
    levelled = replace(plan_mrp(net), findings=(broken,))
    dear = _optimised(net, [12.0], levelled)

    assert dear is cheaper(net, dear, ())


def test_an_optimum_of_the_model_stays() -> None:
    """Tests that a plan which is proven best in buckets is not given up for another."""
    net = _network()
    dear = _optimised(net, [12.0], plan_mrp(net))
    proven = replace(dear.outcome, termination=Termination.OPTIMAL)
    dear = replace(dear, outcome=proven)

    assert dear is cheaper(net, dear, ())


def test_levelled_plans_that_fill_a_bucket_beyond_its_capacity_do_not_count() -> None:
    """Tests that work is counted in the bucket that receives it, as the model must."""
    net = build_network(
        points=[Point(name="BIKE@X")],
        activities=[
            Activity(
                name="MAKE",
                to="BIKE@X",
                kind=ActivityKind.MAKE,
                lot_cost=30.0,
                loads=(Load(resource="R"),),
            )
        ],
        resources=[Resource(name="R", capacity=6.0)],
        demands=[
            Demand(name="D1", point="BIKE@X", quantity=7.0, due_day=3),
            Demand(name="D2", point="BIKE@X", quantity=5.0, due_day=5),
        ],
    )
    dear = _optimised(net, [6.0, 6.0], plan_mrp(net))

    assert dear is cheaper(net, dear, ())
