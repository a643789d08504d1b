"""
Tests of comparing plans.
"""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.scenarios.apply import apply
from lotwright.scenarios.compare import compare
from tests.model.small import small
from tests.scenarios.plans import plan_of

_AMOUNTS = st.sampled_from([0.0, 0.0, 1.0, 2.5, 7.0])
_SERIES = st.lists(_AMOUNTS, min_size=3, max_size=3)


@st.composite
def _plans(draw: st.DrawFn) -> Plan:
    order = st.tuples(
        st.sampled_from("AB"),
        st.just("S"),
        st.integers(0, 9),
        st.integers(1, 3).map(float),
    )

    return plan_of(
        orders=draw(st.lists(order, max_size=6)),
        late=draw(_SERIES),
        short=draw(_SERIES),
        load=draw(_SERIES),
        stock=draw(_SERIES),
        terms={"holding": draw(_AMOUNTS), "late": draw(_AMOUNTS)},
    )


@settings(max_examples=15, deadline=None)
@given(plan=_plans())
def test_a_plan_against_itself_is_empty(plan: Plan) -> None:
    """Tests that nothing differs between a plan and itself."""
    same = compare(plan, plan)

    assert same.is_empty
    assert "the figures are the same" in same.summary()
    assert 0.0 == same.terms["change"].abs().sum()
    changed = same.nervousness.set_index("name")["value"]
    assert [0.0, float(len(plan.orders))] == changed[
        ["changed_share", "unchanged"]
    ].tolist()


_TURNED = {"new": "gone", "gone": "new", "worse": "better", "better": "worse"}


@settings(max_examples=15, deadline=None)
@given(one=_plans(), other=_plans())
def test_differences_are_antisymmetric(one: Plan, other: Plan) -> None:
    """Tests that the way back undoes every difference of the way there."""
    there, back = compare(one, other), compare(other, one)

    for name, key in (
        ("kpis", ["name"]),
        ("terms", ["term"]),
        ("loads", ["resource_id", "period_id"]),
        ("stock", ["item_id", "period_id"]),
    ):
        forth, reverse = there.tables[name], back.tables[name]
        change = next(each for each in forth if str(each).endswith("change"))
        assert forth[key].to_numpy().tolist() == reverse[key].to_numpy().tolist()
        assert (-forth[change] + 0.0).tolist() == (reverse[change] + 0.0).tolist()

    demands = dict(
        zip(
            there.demands["demand_id"],
            there.demands["change"].map(_TURNED),
            strict=True,
        )
    )
    assert demands == dict(
        zip(back.demands["demand_id"], back.demands["change"], strict=True)
    )


@settings(max_examples=15, deadline=None)
@given(one=_plans(), other=_plans())
def test_the_bridge_leads_from_cost_to_cost(one: Plan, other: Plan) -> None:
    """Tests that each term begins where the one before it ends, and that all add up."""
    terms = compare(one, other).terms

    assert one.run.objective == pytest.approx(terms["start"].iloc[0])
    assert other.run.objective == pytest.approx(terms["end"].iloc[-1])
    assert terms["end"].iloc[:-1].tolist() == pytest.approx(terms["start"].iloc[1:])


def test_demands_that_are_missed_otherwise() -> None:
    """Tests that demands are new, gone, worse or better, and else left out."""
    before = plan_of(late=[0, 3, 3, 3, 2, 0], short=[0, 0, 0, 1, 0, 0])
    after = plan_of(late=[2, 0, 5, 9, 2, 0], short=[0, 0, 0, 0, 0, 0])

    demands = compare(before, after).demands.set_index("demand_id")

    assert {"D0": "new", "D1": "gone", "D2": "worse", "D3": "better"} == dict(
        demands["change"]
    )
    assert [2.0, -3.0, 2.0, 6.0] == demands["days_change"].reindex(
        ["D0", "D1", "D2", "D3"]
    ).tolist()


def test_a_demand_of_one_plan_alone() -> None:
    """Tests that a late demand that the first plan does not have is new."""
    demands = compare(plan_of(late=[0], short=[0]), plan_of(late=[0, 4], short=[0, 0]))

    assert [("D1", "new")] == list(
        zip(demands.demands["demand_id"], demands.demands["change"], strict=True)
    )
    assert ["A"] == demands.demands["item_id"].tolist()


def test_loads_and_stock_bucket_by_bucket() -> None:
    """Tests that only buckets that differ are listed, with both figures."""
    before = plan_of(load=[1, 2, 3], stock=[4, 5, 6])
    after = plan_of(load=[1, 2.5, 3], stock=[4, 5, 0])

    found = compare(before, after)

    assert [("WELD", "P1", 2.0, 2.5, 0.5)] == found.loads[
        ["resource_id", "period_id", "load_before", "load_after", "load_change"]
    ].to_records(index=False).tolist()
    assert [("A", "P2", 6.0, 0.0, -6.0, -12.0)] == found.stock[
        [
            "item_id",
            "period_id",
            "end_before",
            "end_after",
            "end_change",
            "value_change",
        ]
    ].to_records(index=False).tolist()


def test_other_buckets_are_told() -> None:
    """Tests that plans of other buckets are compared with a word of warning."""
    found = compare(plan_of(stock=[1]), plan_of(stock=[1, 2]))

    assert ["P1"] == found.stock["period_id"].tolist()
    assert "B has other buckets than A" in found.notes[0]


def test_up_to_four_plans_side_by_side() -> None:
    """Tests that each plan is compared with the first, under its name."""
    plans = [plan_of(terms={"holding": cost}) for cost in (1.0, 2.0, 4.0, 8.0)]

    found = compare(*plans, names=("first", "x", "y", "z"))
    frame = found.to_frame().set_index("name").drop(columns="unit")

    assert [1.0, 2.0, 4.0, 8.0, 1.0, 3.0, 7.0] == frame.loc[["cost"]].to_numpy()[
        0
    ].tolist()
    assert ["x", "y", "z"] == list(dict.fromkeys(found.terms["plan"]))
    assert "z against first:" in str(found)


def test_figures_are_told_as_people_write_them() -> None:
    """
    Tests that words have shares as percentages, and large numbers whole, where they
    had an exponent.
    """
    one = plan_of(terms={"late": 2_060_394_672.5})
    other = plan_of(terms={"late": 74_490.25})

    said = str(compare(one, other))

    assert "cost: 2,060,394,672 -> 74,490.2 (-2,060,320,182 EUR)" in said
    assert "e+" not in said
    assert "fraction" not in said


@pytest.mark.parametrize(
    ("number", "names", "expected"),
    [
        (1, (), "two to 4 plans, got 1"),
        (5, (), "two to 4 plans, got 5"),
        (2, ("a", "a"), "a name of its own"),
        (2, ("a",), "a name of its own"),
    ],
)
def test_what_cannot_be_compared(
    number: int, names: tuple[str, ...], expected: str
) -> None:
    """Tests that the number of plans and of names is minded."""
    with pytest.raises(ValueError, match=expected):
        compare(*[plan_of()] * number, names=names)


def test_input_of_a_scenario() -> None:
    """Tests that rows and cells that differ are named, and shared tables are not."""
    base = PlanningData.from_frames(small())
    rush = apply(
        base.scenario("rush")
        .scale("demands.quantity", 1.5, key="D1")
        .add("demands.due_date", 1, key="D1")
        .delete("demands", key="D2")
        .insert("items", item_id="NUT", base_uom="pc")
    )

    found = compare(plan_of(), plan_of(data="x"), data=[base, rush])

    rows = found.inputs.drop(columns="plan").astype(object)
    assert [
        ("items", "added", "NUT", None, None, None),
        ("demands", "removed", "D2", None, None, None),
        ("demands", "changed", "D1", "quantity", "10", "15"),
        ("demands", "changed", "D1", "due_date", "2026-01-05", "2026-01-06"),
    ] == [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in rows.itertuples(index=False)
    ]
    assert () == found.notes


def test_input_that_is_not_given_is_told() -> None:
    """Tests that plans of different data say so where the data are not given."""
    found = compare(plan_of(), plan_of(data="x"))

    assert "was made from other data" in found.notes[0]
    assert 0 == len(found.inputs)

    with pytest.raises(ValueError, match="planning data for each plan"):
        compare(plan_of(), plan_of(), data=[PlanningData.from_frames(small())])


def test_nervousness() -> None:
    """Tests that figures say how much of a plan has changed, and how soon."""
    before = plan_of(orders=[("A", "S", 0, 10), ("A", "S", 50, 10), ("B", "S", 5, 20)])
    after = plan_of(orders=[("A", "S", 0, 10), ("A", "S", 54, 10), ("B", "S", 5, 25)])

    figures = compare(before, after).nervousness.set_index("name")["value"]

    assert {
        "unchanged": 1.0,
        "moved": 1.0,
        "resized": 1.0,
        "added": 0.0,
        "changed_share": 2 / 3,
        "changed_near": 1.0,
        "days_moved_mean": 4.0,
        "quantity_changed": 5.0,
        "quantity_moved": 10.0,
        "quantity_changed_share": 5 / 40,
    } == {
        name: figures[name]
        for name in (
            "unchanged",
            "moved",
            "resized",
            "added",
            "changed_share",
            "changed_near",
            "days_moved_mean",
            "quantity_changed",
            "quantity_moved",
            "quantity_changed_share",
        )
    }
