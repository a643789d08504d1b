"""
Tests of planning scenarios beside one another, and of sweeps.
"""

from __future__ import annotations

import pytest

from lotwright.errors import Cancelled, InputError, TaskError
from lotwright.io.examples import example_folder
from lotwright.io.read import read
from lotwright.model.data import PlanningData
from lotwright.scenarios.apply import apply
from lotwright.scenarios.compare import compare
from lotwright.scenarios.run import run
from lotwright.scenarios.sweep import Axis, sweep
from lotwright.scenarios.wire import (
    data_as_bytes,
    data_in,
    plan_as_bytes,
    plan_in,
)
from lotwright.solver.highs.control import Control
from lotwright.solver.solve import plan


@pytest.fixture(scope="module")
def data() -> PlanningData:
    """
    Returns a shop with two items, planned in a moment.
    """
    return read(example_folder("first_five"))


def test_data_survive_the_way_through_bytes(data: PlanningData) -> None:
    """Tests that tables, findings and what is asked arrive as they were."""
    rush = apply(data.scenario("rush").scale("demands.quantity", 2, key="SO-1"))

    arrived, asked = data_in(data_as_bytes(rush, {"engine": "lp"}))

    assert {"engine": "lp"} == asked
    assert rush.fingerprint() == arrived.fingerprint()
    assert rush.findings == arrived.findings
    assert rush.given == arrived.given


def test_runs_are_the_plans_of_their_scenarios(data: PlanningData) -> None:
    """Tests that a scenario is planned in a process as it would be here."""
    base = data.scenario("base")
    rush = base.scenario("rush").scale("demands.quantity", 2)
    heard: set[str] = set()

    runs = run(
        [base, rush],
        engine="lp",
        work_limit=1000,
        workers=2,
        listener=lambda name, _event: heard.add(name),
    )
    here = plan(apply(rush), engine="lp", work_limit=1000)

    assert {"base", "rush"} == heard
    assert compare(here, runs["rush"]).is_empty
    assert plan_as_bytes(here) == plan_as_bytes(runs["rush"])
    assert dict(here.run.terms) == dict(plan_in(plan_as_bytes(here)).run.terms)
    assert ["base", "rush"] == runs.kpis()["scenario"].tolist()
    compared = runs.compare()
    assert 5 == len(compared.inputs)
    assert not compared.is_empty


def test_a_scenario_that_cannot_be_planned_stops_no_other(data: PlanningData) -> None:
    """Tests that a failure is kept by name, and raised where its plan is wanted."""
    broken = data.scenario("broken").set("demands.uom", "crate")

    runs = run([data.scenario("base"), broken], engine="lp", workers=1)

    assert ["base"] == list(runs.plans)
    assert "" != runs.kpis().set_index("scenario")["failure"]["broken"]

    with pytest.raises(TaskError):
        runs["broken"]


def test_what_cannot_be_applied_is_refused_before_anything_runs(
    data: PlanningData,
) -> None:
    """Tests that the problems of all scenarios come at once."""
    scenarios = [data.scenario(name).set("demand.quantity", 1) for name in "ab"]

    with pytest.raises(InputError) as caught:
        run(scenarios)

    assert ["scenario a, override 1", "scenario b, override 1"] == [
        problem.file for problem in caught.value.problems
    ]


def test_what_makes_no_sense_is_refused(data: PlanningData) -> None:
    """Tests that names are told apart, and options are known."""
    with pytest.raises(InputError, match=r"called \"a\".*name of its own"):
        run([data.scenario("a"), data.scenario("a")])

    with pytest.raises(TypeError, match="got 'speed'"):
        run([data.scenario("a")], speed=1)  # type: ignore[call-arg]  # an unknown one


def test_searches_start_from_the_plan_of_the_base(data: PlanningData) -> None:
    """
    Tests that the base is planned first, wherever it stands, and that the plan of
    another scenario is the one that starts from it, to the byte.
    """
    rush = data.scenario("rush").scale("demands.quantity", 2)

    runs = run(
        [rush, data.scenario("base")],
        engine="mip",
        work_limit=20,
        threads=1,
        workers=2,
    )
    here = plan(apply(rush), engine="mip", work_limit=20, threads=1, start=runs["base"])

    assert ["rush", "base"] == list(runs.plans)
    assert "of an earlier plan" in runs["rush"].run.choice
    assert "of an earlier plan" not in runs["base"].run.choice
    assert plan_as_bytes(here) == plan_as_bytes(runs["rush"])


def test_runs_can_be_cancelled(data: PlanningData) -> None:
    """Tests that one button ends all of them."""
    control = Control()
    control.cancel()

    with pytest.raises(Cancelled):
        run([data.scenario("a")], workers=1, control=control)


def test_a_sweep_has_a_row_for_each_combination(data: PlanningData) -> None:
    """Tests that more demand at a longer lead time costs more, point by point."""
    found = sweep(
        data,
        Axis(target="demands.quantity", values=[1, 2], name="demand"),
        Axis(target="sources.lead_time_days", values=[0, 3], op="add"),
        engine="lp",
        workers=1,
    )

    assert [(1, 0), (1, 3), (2, 0), (2, 3)] == list(
        zip(found["demand"], found["sources.lead_time_days"], strict=True)
    )
    assert "demand multiply 2, sources.lead_time_days add 3" == found["scenario"][3]
    assert found["cost"].is_monotonic_increasing
    assert not found["failure"].any()


def test_sweeps_that_make_no_sense(data: PlanningData) -> None:
    """Tests that axes are minded before anything runs."""
    axis = Axis(target="demands.quantity", values=[1, 2])

    with pytest.raises(ValueError, match="one or two axes"):
        sweep(data, axis, axis)

    with pytest.raises(ValueError, match="one or two axes"):
        sweep(data)

    with pytest.raises(ValueError, match="at most 200"):
        sweep(data, Axis(target="demands.quantity", values=range(201)))

    with pytest.raises(ValueError, match="values to set"):
        Axis(target="demands.quantity", values=[])

    with pytest.raises(ValueError, match=r"like demands\.quantity"):
        Axis(target="demands", values=[1])


def test_scenarios_share_the_processors(data: PlanningData) -> None:
    """Tests that a search has one processor where several scenarios are planned."""
    some = [data.scenario("base"), data.scenario("other")]

    found = run(some, workers=2, engine="mrp")
    alone = run(some[:1], engine="mrp", threads=3)

    assert [1, 1] == [plan.run.parameters["threads"] for plan in found.plans.values()]
    assert 3 == alone["base"].run.parameters["threads"]
