"""
Tests that hold for every figure: empty input, hostile names, themes, repetition.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

import lotwright as lw
from lotwright.plot.plotly_bundle import KINDS
from lotwright.plot.theme import GROUND
from tests.plot.plans import HOSTILE, empty_plan, record, small_plan
from tests.solver.plans import data_of, demands

Draw = Callable[..., go.Figure]

#: Figures that show no name of the data.
UNNAMED = ("kpis", "costs", "search", "uncertainty")

MANUAL = Path(__file__).parents[2] / "docs" / "figures.md"

#: Figures of a plan of an item, by name.
OF_PLANS: dict[str, Draw] = {
    "kpis": lambda plan, item, **how: lw.plot.kpis(plan, **how),
    "costs": lambda plan, item, **how: lw.plot.costs(plan, **how),
    "search": lambda plan, item, **how: lw.plot.search(plan, **how),
    "loads": lambda plan, item, **how: lw.plot.loads(plan, **how),
    "load": lambda plan, item, **how: lw.plot.load(plan, item, **how),
    "stock": lambda plan, item, **how: lw.plot.stock(plan, item, "P", **how),
    "orders": lambda plan, item, **how: lw.plot.orders(plan, **how),
    "chain": lambda plan, item, **how: lw.plot.chain(plan, "D2", **how),
    "pegging": lambda plan, item, **how: lw.plot.pegging(plan, "D2", **how),
    "comparison": lambda plan, item, **how: lw.plot.comparison(
        _compared(plan, item), **how
    ),
    "bridge": lambda plan, item, **how: lw.plot.bridge(_compared(plan, item), **how),
    "sweep": lambda plan, item, **how: lw.plot.sweep(
        pd.DataFrame({item: [1.0, 2.0], "cost": [3.0, 4.0], "by": [item, "B"]}),
        item,
        series="by",
        **how,
    ),
    "tornado": lambda plan, item, **how: lw.plot.tornado(
        pd.DataFrame({"name": [item], "low": [1.0], "high": [3.0]}), 2.0, **how
    ),
}

#: Figures of planning data of an item.
OF_DATA: dict[str, Draw] = {
    "supply_path": lambda item, **how: lw.plot.supply_path(_data(item), item, **how),
    "where_used": lambda item, **how: lw.plot.where_used(_data(item), item, **how),
}


def _compared(plan: lw.Plan, item: str) -> lw.Comparison:
    dearer = plan.replace(
        run=record(objective=1300.0, terms={"holding": 300.0, "late": 1000.0}),
        frames={"kpis": plan.kpis.assign(value=plan.kpis["value"] * 1.1)},
    )

    return lw.compare(plan, dearer, names=["base", item])


@cache
def _simulation(item: str) -> lw.Simulation:
    data = _data(item)

    return lw.simulate(
        lw.plan(data, engine="mrp"),
        data,
        lead_time=lw.LeadTimeError(low=0, high=9, mode=9),
        samples=12,
    )


#: Figures of a simulation of an item.
OF_SIMULATIONS: dict[str, Draw] = {
    "uncertainty": lambda item, **how: lw.plot.uncertainty(_simulation(item), **how),
    "risks": lambda item, **how: lw.plot.risks(_simulation(item), **how),
}


def _data(item: str) -> lw.PlanningData:
    return data_of(
        items={"item_id": [item], "base_uom": ["pc"], "unit_cost": [10.0]},
        sources={
            "source_id": ["BUY"],
            "item_id": [item],
            "location_id": ["P"],
            "kind": ["buy"],
            "lead_time_days": [0],
        },
        policies={"item_id": [item], "holding_cost": [1.0]},
        demands=demands((5.0, 2), item=item),
    )


def all_figures(item: str, **how: object) -> dict[str, go.Figure]:
    """
    Returns every figure of a small plan and of its data, by name.
    """
    plan = small_plan(item)

    return {
        **{name: draw(plan, item, **how) for name, draw in OF_PLANS.items()},
        **{name: draw(item, **how) for name, draw in OF_DATA.items()},
        **{name: draw(item, **how) for name, draw in OF_SIMULATIONS.items()},
    }


def test_every_figure_is_looked_at() -> None:
    """Tests that this file leaves out no public figure, and nor does the manual."""
    listed = re.findall(r"^\| `lw\.plot\.(\w+)\(", MANUAL.read_text("utf-8"), re.M)
    public = [name for name in dir(lw.plot) if name != "Theme"]

    assert sorted(public) == sorted({**OF_PLANS, **OF_DATA, **OF_SIMULATIONS})
    assert sorted(public) == sorted(listed)


def test_unknown_figure_is_refused() -> None:
    """Tests that a name that is no figure is refused as for any module."""
    with pytest.raises(AttributeError, match="stok"):
        lw.plot.stok  # type: ignore[attr-defined] # noqa: B018 - it is what is tested


def test_library_of_figures_is_not_loaded_unasked() -> None:
    """Tests that planning does not wait for figures to load."""
    code = (
        "import lotwright as lw, sys;"
        "assert 'plotly' not in sys.modules;"
        "assert 'jinja2' not in sys.modules;"
        "lw.plot.stock;"
        "assert 'plotly' in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


def test_figures_have_marks_titles_and_axes_with_names() -> None:
    """Tests that every figure shows something and says what."""
    for name, figure in all_figures("BIKE").items():
        assert len(figure.data), name
        assert figure.layout.title.text, name


def test_figures_are_those_that_the_library_of_pages_draws() -> None:
    """Tests that pages and reports need no more than the part of Plotly they bring."""
    kinds = {trace.type for each in all_figures("BIKE").values() for trace in each.data}

    assert KINDS == kinds


def test_hostile_names_are_text() -> None:
    """Tests that no name is taken for markup in anything that a figure shows."""
    for name, figure in all_figures(HOSTILE).items():
        shown = json.dumps(_shown(figure.to_plotly_json()))

        assert "<script" not in shown, name
        assert "<img" not in shown, name
        assert "&lt;" in shown or name in UNNAMED, name


def test_long_names_are_trimmed_where_room_is_short() -> None:
    """Tests that names as long as a page do not push a figure off its place."""
    for name, figure in all_figures("LONG-" * 100).items():
        texts = [str(figure.layout.title.text), *(figure.layout.yaxis.ticktext or ())]

        assert max(map(len, texts)) < 160, name


def test_empty_plans_give_a_sentence() -> None:
    """Tests that without rows every figure says in words why it is empty."""
    plan = empty_plan()

    for name in ("search", "loads", "load", "stock", "orders", "chain", "pegging"):
        figure = OF_PLANS[name](plan, "BIKE")

        assert 0 == len(figure.data), name
        assert str(figure.layout.annotations[0].text).endswith("."), name


def test_unknown_things_give_a_sentence() -> None:
    """Tests that what the plan or the data do not know is named in words."""
    plan, data = small_plan(), _data("A")

    for figure in (
        lw.plot.stock(plan, "NONE", "P"),
        lw.plot.load(plan, "NONE"),
        lw.plot.orders(plan, "NONE"),
        lw.plot.chain(plan, "NONE"),
        lw.plot.pegging(plan, "NONE"),
        lw.plot.supply_path(data, "NONE"),
        lw.plot.where_used(data, "NONE"),
    ):
        assert 0 == len(figure.data)
        assert "NONE" in figure.layout.annotations[0].text


def test_figures_are_the_same_when_drawn_again() -> None:
    """Tests that the same plan gives the same figure to the byte."""
    first = {name: figure.to_json() for name, figure in all_figures("BIKE").items()}

    assert first == {
        name: figure.to_json() for name, figure in all_figures("BIKE").items()
    }


def test_themes_change_the_ground_alone() -> None:
    """Tests that a dark figure has the marks of a light one, on a dark ground."""
    dark = all_figures("BIKE", theme="dark")

    for name, figure in all_figures("BIKE", theme=lw.plot.Theme.LIGHT).items():
        ground = figure.layout.template.layout.paper_bgcolor

        assert GROUND[lw.plot.Theme.LIGHT] == ground, name
        assert GROUND[lw.plot.Theme.DARK] == (
            dark[name].layout.template.layout.paper_bgcolor
        ), name

        figure.layout.template = dark[name].layout.template = None

        assert figure.to_json() == dark[name].to_json(), name


def test_unknown_theme_is_refused() -> None:
    """Tests that only the themes that there are can be asked for."""
    with pytest.raises(ValueError, match="pink"):
        lw.plot.costs(small_plan(), theme="pink")


def _shown(value: object) -> object:
    """
    Returns a figure without what is for programs and never shown.
    """
    if isinstance(value, dict):
        hidden = ("customdata", "meta")

        return {key: _shown(part) for key, part in value.items() if key not in hidden}

    if isinstance(value, list | tuple):
        return [_shown(part) for part in value]

    return value if isinstance(value, str | int | float | None) else repr(value)
