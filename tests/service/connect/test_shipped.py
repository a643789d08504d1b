"""
Tests of the mappings that come with Lotwright, each on a database of its own names.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

import lotwright as lw
from lotwright.errors import InputError
from lotwright.model.data import PlanningData
from lotwright.service.connect import shipped
from lotwright.service.connect.extract import extract
from lotwright.service.connect.read_mapping import read_mapping
from tests.service.connect.conftest import SYSTEMS, System

OTHERS = [name for name in shipped.names() if name not in ("erp_sample", "frepple_csv")]

#: What each system wants: some order, its quantity and day, and its plan's orders.
DEMANDS = {
    "dynamics365": ("000768-012345", 25.0, "2026-12-14"),
    "frepple": ("Demand 1", 12.0, "2026-12-18"),
    "odoo": ("S00200-300", 8.0, "2026-12-10"),
    "sap": ("0000000001-000010-0001", 20.0, "2026-12-15"),
}

#: Hours that a unit takes, and components that it needs.
MADE = {
    "dynamics365": (0.25, 2.0),
    "frepple": (0.1, 4.0),
    "odoo": (0.5, 4.0),
    "sap": (0.2, 25.0),
}


def _data(system: System, name: str) -> PlanningData:
    mapping = read_mapping(shipped.content_of(name), name)

    return PlanningData.from_frames(dict(extract(system.url, mapping).frames))


def test_the_sample_is_planned(erp: System) -> None:
    """
    Tests that the sample ERP system has a plan, the same from both databases.
    """
    data = _data(erp, "erp_sample")

    found = lw.plan(data, engine="mrp")

    supplies = data.tables["supplies"].set_index("supply_id")
    assert (24, 29, 40) == tuple(
        len(data.tables[name]) for name in ("items", "sources", "demands")
    )
    assert 24.0 == supplies.loc["MO-000001000201", "quantity"]
    assert "Elektro-Vertrieb O'Hara Ltd." in set(data.tables["suppliers"]["name"])
    assert len(found.frames["planned_orders"]) > 50
    assert "GP-600" not in set(found.frames["planned_orders"]["item_id"])


def test_units_and_days_are_converted(erp: System) -> None:
    """
    Tests what the sample mapping computes: a last day, minutes, prices for a hundred.
    """
    tables = _data(erp, "erp_sample").tables
    bills = tables["boms"].set_index("bom_id")
    operations = tables["operations"].set_index(["routing_id", "seq"])
    sources = tables["sources"].set_index("source_id")

    assert "2026-12-14" == str(bills.loc["00000008/01", "valid_to"])[:10]
    assert bills["valid_to"].isna().sum() == len(bills) - 1
    assert 40 / 600 == pytest.approx(operations.loc[("R0000001", 20), "run_h_per_unit"])
    assert 0.86 == pytest.approx(sources.loc["BUY-5300000004", "unit_cost"])


def test_an_order_that_was_begun_counts_by_what_is_left(
    make_system: Callable[[str], System],
) -> None:
    """
    Tests that of Dynamics 365 production orders what is reported as finished is not
    expected again, and that resources are where they are used.
    """
    system = make_system((SYSTEMS / "dynamics365.sql").read_text("utf-8"))

    tables = _data(system, "dynamics365").tables

    supplies = tables["supplies"].set_index("supply_id")["quantity"]
    assert (8.0, 3.0) == (supplies["P000140"], supplies["P000141"])
    assert [("1211", "1")] == list(
        tables["resources"][["resource_id", "location_id"]].itertuples(
            index=False, name=None
        )
    )
    assert {"make", "buy"} == set(tables["sources"]["kind"])


@pytest.mark.parametrize("name", OTHERS)
def test_others_are_planned(system: System, name: str) -> None:
    """
    Tests that tables and columns of other systems make planning tables and a plan.
    """
    system.run((SYSTEMS / f"{name}.sql").read_text("utf-8"))

    data = _data(system, name)
    found = lw.plan(data, engine="mrp")

    demand_id, quantity, day = DEMANDS[name]
    demand = data.tables["demands"].set_index("demand_id").loc[demand_id]
    hours, components = MADE[name]
    assert (quantity, day) == (demand["quantity"], f"{demand['due_date']:%Y-%m-%d}")
    assert hours == data.tables["operations"]["run_h_per_unit"].min()
    assert components == data.tables["bom_lines"]["quantity_per"].max()
    assert demand_id in set(found.frames["demand_fulfilment"]["demand_id"])
    assert len(found.frames["planned_orders"]) > 0


def test_what_is_not_shipped_is_refused() -> None:
    """
    Tests that a misspelt name has its remedy, and that a name is no path.
    """
    with pytest.raises(InputError, match="Did you mean odoo"):
        shipped.content_of("odo")

    with pytest.raises(InputError, match="no mapping"):
        shipped.content_of("../mappings/odoo")
