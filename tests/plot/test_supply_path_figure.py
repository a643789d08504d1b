"""
Tests of the figures of supply paths and uses.
"""

from __future__ import annotations

import plotly.graph_objects as go

import lotwright as lw
from lotwright.plot.supply_path_figure import supply_path
from lotwright.plot.where_used_figure import where_used
from tests.solver.plans import data_of, demands


def _data() -> lw.PlanningData:
    """
    Returns an item A made of two parts, of which B is made of C, all at one place.
    """
    return data_of(
        items={"item_id": ["A", "B", "C", "D"], "base_uom": ["pc"] * 4},
        suppliers={"supplier_id": ["SELLER"]},
        boms={"bom_id": ["A", "B"], "item_id": ["A", "B"], "location_id": ["P", "P"]},
        bom_lines={
            "bom_id": ["A", "A", "B"],
            "line": [10, 20, 10],
            "component_id": ["B", "D", "C"],
            "quantity_per": [1.0, 2.0, 3.0],
        },
        sources={
            "source_id": ["MA", "MB", "BC", "BD"],
            "item_id": ["A", "B", "C", "D"],
            "location_id": ["P"] * 4,
            "kind": ["make", "make", "buy", "buy"],
            "supplier_id": [None, None, "SELLER", None],
            "lead_time_days": [0, 0, 2, 0],
        },
        demands=demands((5.0, 3)),
    )


def _marks(figure: go.Figure) -> dict[str, tuple[str, float]]:
    return {
        custom[0]: (str(trace.name), x)
        for trace in figure.data
        if trace.customdata is not None
        for custom, x in zip(trace.customdata, trace.x, strict=True)
    }


def test_supply_path_leads_to_the_suppliers() -> None:
    """Tests that all parts are there, by level, with how they are supplied."""
    assert {
        "A": ("Make", 0.0),
        "B": ("Make", 1.0),
        "D": ("Buy", 1.0),
        "C": ("Buy", 2.0),
        "SELLER": ("Supplier", 3.0),
    } == _marks(supply_path(_data(), "A", "P"))


def test_uses_lead_to_what_is_sold() -> None:
    """Tests that everything above an item is there, by level."""
    assert {
        "C": ("Buy", 0.0),
        "B": ("Make", 1.0),
        "A": ("Make", 2.0),
    } == _marks(where_used(_data(), "C"))


def test_marks_tell_quantity_and_lead_time() -> None:
    """Tests that the facts of an item are told to who points at it."""
    texts = supply_path(_data(), "A").to_json()

    assert "Quantity per unit: 3" in texts
    assert "buy, BC, 2 working days" in texts


def test_large_networks_are_cut() -> None:
    """Tests that only the nearest part of a network is drawn, and the title says so."""
    figure = supply_path(_data(), "A", most=2)

    assert "nearest part" in figure.layout.title.text
    assert {"A", "B"} == set(_marks(figure))
