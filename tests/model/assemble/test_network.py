"""
Tests of the network as a whole: shapes, types, order of rows, and next to nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lotwright as lw
from lotwright.errors import DataError
from lotwright.model.assemble.network import assemble
from lotwright.model.data import PlanningData
from lotwright.model.network import Network
from tests.model.assemble.tables import (
    Rows,
    Tables,
    bill,
    buy,
    data_of,
    date,
    demand,
    line,
    machine,
    make,
    move,
    network,
    order,
    point,
    route,
    step,
    stock,
)

BIKES = Path(__file__).parents[3] / "examples" / "bikes"

#: Shape of every array by letters: see the docstring of the network module.
SHAPES = {
    "points": {
        "P": "item_id location_id level component downstream_days opening_stock "
        "holding_cost safety_penalty excess_penalty value lot_rule period_days "
        "reorder_point order_up_to",
        "PT": "open_receipts open_issues safety_stock largest_stock",
    },
    "activities": {
        "A": "source_id kind point from_point supplier_id routing_id bom_id priority "
        "lead_time calendar min_lot max_lot lot_multiple unit_cost lot_cost",
        "AT": "receipt_day release_day release_bucket",
    },
    "outputs": {"O": "activity point ratio"},
    "inputs": {"F": "activity point ratio per_lot offset", "FT": "bucket"},
    "loads": {
        "L": "activity resource run setup offset operation_seq pooled",
        "LT": "bucket",
    },
    "resources": {
        "R": "resource_id kind unit overtime_cost",
        "RT": "capacity open_load overtime_max",
        "M": "pool_row pool_member",
    },
    "classes": {
        "D": "point priority late_cost lost_cost",
        "DT": "quantity backlog_limit",
    },
    "lines": {
        "N": "demand_id kind demand_class point priority quantity due_day bucket"
    },
    "supplies": {"S": "kind supply_id lot_id point quantity day bucket"},
    "open_issues": {"I": "supply_id point quantity day bucket"},
}
KINDS = {
    "Floats": np.float64,
    "Ints": np.int64,
    "Grid": np.int32,
    "Bools": np.bool_,
    "Texts": np.object_,
}


def varied() -> PlanningData:
    """
    Returns tables that use most of what there is, with rows that share keys in part.
    """
    phantom: Rows = [{"item_id": "K", "base_uom": "pc", "kind": "phantom"}]
    tables: Tables = {
        "items": phantom,
        "item_uoms": [{"item_id": "A", "uom": "box", "numerator": 0.3}],
        "calendars": [
            {"calendar_id": "W"},
            {"calendar_id": "V", "base_calendar_id": "W"},
        ],
        "calendar_days": [
            {"calendar_id": "W", "weekday": "mon-fri", "hours": 7.7},
            {"calendar_id": "W", "weekday": "wed", "hours": 3.3},
            {"calendar_id": "W", "date": date(1), "open": False},
            {"calendar_id": "V", "date": date(1), "hours": 1.1},
        ],
        "locations": [{"location_id": "P", "kind": "plant", "calendar_id": "W"}],
        "resources": [
            machine("M1", 7.3, group_id="G", calendar_id="V"),
            machine("M2", 0.1, group_id="G"),
            machine("M3", 0.7, group_id="G", kind="infinite"),
        ],
        "resource_capacity": [
            {"resource_id": "M2", "date": date(day), "capacity": 0.1 * day}
            for day in range(5)
        ],
        "suppliers": [{"supplier_id": "S", "max_per_period": 33.3}],
        "transport_lanes": [{"lane_id": "L", "from": "Q", "to": "P", "capacity": 9.9}],
        "sources": [
            make("A", 1, order_cost=0.7),
            make("A", 2, priority=2) | {"source_id": "other A"},
            buy("B", 2, supplier_id="S", unit_cost=0.3),
            buy("C", 1, supplier_id="S", unit_cost=0.1),
            move("C", "Q", 1, lane_id="L"),
        ],
        "boms": [
            bill("A"),
            bill("A") | {"bom_id": "spare A"},
            bill("K"),
            bill("A") | {"bom_id": "new A", "valid_from": date(3)},
        ],
        "bom_lines": [
            line("A", "K", 0.1, scrap=0.1),
            line("A", "B", 0.7),
            line("A", "B", 0.2) | {"line": "9"},
            line("A", "B", 0.3) | {"line": "8"},
            line("K", "B", 0.6),
            line("K", "C", 1.7, valid_to=date(4)),
            line("A", "W", -0.1),
            line("A", "W", -0.7) | {"line": "7"},
        ],
        "routings": [route("A")],
        "operations": [
            step("A", seq, group_id="G", run_h_per_unit=0.1, scrap=0.07, setup_cost=0.3)
            for seq in (10, 20, 30)
        ]
        + [step("A", 40, "M1", setup_h=0.2)],
        "customers": [{"customer_id": "X", "priority": 1}],
        "demands": [
            demand("A", day % 7, 0.1 * day + 0.1, uom="box" if day % 3 else "pc")
            | {"demand_id": f"D{day}", "customer_id": "X" if day % 4 else None}
            | {"max_late_days": 2.0 if day % 5 else None}
            for day in range(20)
        ],
        "inventory": [
            stock(
                "A", 0.1 * place + 0.1, lot_id=f"L{place}", expiry_date=date(9 - place)
            )
            for place in range(5)
        ]
        + [stock("A", -0.3, lot_id="L9")],
        "supplies": [
            order("A", day, 0.1 * day, "production", "firmed", remaining_h=0.1)
            for day in range(6)
        ],
        "components_open": [
            {"supply_id": "A 3", "component_id": name, "quantity_remaining": 0.7}
            | {"need_date": date(2)}
            for name in "BC"
        ],
        "policies": [
            {"safety_days": 1.3},
            {"item_id": "B", "safety_stock": 0.3},
            {"item_id": "B", "item_group": "G", "safety_stock": 0.4},
        ],
        "costs": [{"location_id": "P", "overtime_factor": 0.3}, {"late_cost": 0.02}],
    }

    return data_of("5d,2w", **tables)


def same(one: object, other: object) -> bool:
    """
    Returns whether two parts of networks are the same to the last bit.
    """
    if dataclasses.is_dataclass(one):
        return all(
            same(getattr(one, part.name), getattr(other, part.name))
            for part in dataclasses.fields(one)
        )

    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        floats = one.dtype == np.float64

        return one.dtype == other.dtype and bool(
            np.array_equal(one, other, equal_nan=floats)
        )

    return one == other


def shuffled(data: PlanningData, seed: int) -> PlanningData:
    """
    Returns the data with the rows of every table in another order.
    """
    rng = np.random.default_rng(seed)
    frames = {
        name: data.table(name).iloc[rng.permutation(len(data.table(name)))]
        for name in sorted(data.given)
    }

    return PlanningData.from_frames(
        {name: frame.reset_index(drop=True) for name, frame in frames.items()}
    )


def check_shapes(net: Network) -> None:
    """
    Asserts that every array has the type and the shape that are written down.
    """
    sizes = {"T": len(net.buckets)}

    for part, arrays in SHAPES.items():
        table = getattr(net, part)
        kinds = {field.name: str(field.type) for field in dataclasses.fields(table)}
        named = {name for names in arrays.values() for name in names.split()}
        assert named == {name for name, kind in kinds.items() if kind in KINDS}

        for letters, names in arrays.items():
            for name in names.split():
                array = getattr(table, name)
                sizes.setdefault(letters[0], len(array))
                assert array.dtype == KINDS[kinds[name]], (part, name)
                assert array.shape == tuple(sizes[x] for x in letters), (part, name)

    assert len(net.points.labels) == sizes["P"]
    assert len(net.classes.labels) == sizes["D"]
    assert len(set(net.points.labels)) == sizes["P"]
    assert len(set(net.classes.labels)) == sizes["D"]
    assert len(set(net.resources.resource_id)) == sizes["R"]


def check_codes(net: Network) -> None:
    """
    Asserts that every code leads to a row, and buckets lie inside the plan.
    """
    count = {
        "point": len(net.points),
        "activity": len(net.activities),
        "resource": len(net.resources),
        "demand_class": len(net.classes),
        "pool_row": len(net.resources),
        "pool_member": len(net.resources),
        "bucket": len(net.buckets),
        "release_bucket": len(net.buckets),
    }
    may_be_none = {("inputs", "bucket"), ("loads", "bucket")}
    may_be_none.add(("activities", "release_bucket"))

    for part in SHAPES:
        for name, size in count.items():
            codes = getattr(getattr(net, part), name, np.zeros(0, dtype=np.int64))
            least = -1 if (part, name) in may_be_none else 0
            assert ((codes >= least) & (codes < size)).all(), (part, name)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    """Tests that a network is the same to the last bit whatever the order of rows."""
    data = varied()

    assert same(assemble(data), assemble(shuffled(data, seed)))


def test_the_order_of_rows_of_the_example_changes_nothing() -> None:
    """Tests the same on a whole factory."""
    data = lw.read(BIKES)

    assert same(assemble(data), assemble(shuffled(data, 1)))


@pytest.mark.parametrize("name", ["varied", "bikes", "nothing", "demand", "stock"])
def test_arrays_have_the_types_and_shapes_that_are_written_down(name: str) -> None:
    """Tests rich and poor data alike."""
    read: dict[str, Callable[[], PlanningData]] = {
        "varied": varied,
        "bikes": lambda: lw.read(BIKES),
        "nothing": data_of,
        "demand": lambda: data_of(demands=[demand("A", 1)]),
        "stock": lambda: data_of(inventory=[stock("A", 1.0)]),
    }

    net = assemble(read[name]())

    check_shapes(net)
    check_codes(net)


def test_no_tables_make_an_empty_network() -> None:
    """Tests that a data set without any table has time and nothing else."""
    net = assemble(PlanningData.from_frames({}))

    assert 32 == net.num_buckets
    assert (0, 0, 0, 0) == (
        len(net.points),
        len(net.activities),
        len(net.resources),
        len(net.classes),
    )
    check_shapes(net)


def test_the_data_set_gives_name_and_currency() -> None:
    """Tests that they are passed on, and blank otherwise."""
    dataset: Rows = [{"as_of": date(0), "name": "Test", "currency": "EUR"}]

    net = network(dataset=dataset)

    assert ("Test", "EUR") == (net.name, net.currency)
    assert ("", "") == (network().name, network().currency)


def test_levels_follow_bills_and_transfers() -> None:
    """Tests low-level codes over locations."""
    net = network(
        sources=[make("A"), move("B", "Q"), make("B") | {"location_id": "Q"}],
        boms=[bill("A"), bill("B")],
        bom_lines=[line("A", "B"), line("A", "C"), line("B", "C")],
        inventory=[stock("Z", 1.0)],
    )
    level = dict(zip(net.points.labels, net.points.level.tolist(), strict=True))

    assert {"A@P": 0, "B@P": 1, "C@P": 1, "B@Q": 2, "C@Q": 3, "Z@P": 0} == level
    component = net.points.component
    assert component[point(net, "Z")] not in np.delete(component, point(net, "Z"))
    assert 2 == len(set(component.tolist()))


def test_what_is_made_of_itself_is_refused() -> None:
    """Tests a cycle over two bills."""
    with pytest.raises(DataError, match="E-BOM-CYCLE"):
        network(
            sources=[make("A"), make("B")],
            boms=[bill("A"), bill("B")],
            bom_lines=[line("A", "B"), line("B", "A")],
        )


def test_references_to_tables_that_are_missing_do_no_harm() -> None:
    """Tests that sources may name what the data set leaves out."""
    net = network(
        sources=[make("A", bom_id="X", routing_id="Y"), buy("B", supplier_id="V")],
        bom_lines=[line("A", "B", 2) | {"bom_id": "X"}],
        resource_capacity=[
            {"resource_id": "M", "date": date(1), "capacity": 1.0},
        ],
    )

    assert [2.0] == net.inputs.ratio.tolist()
    assert 0 == len(net.resources)
    check_shapes(net)


def test_a_blank_frame_of_every_table_makes_an_empty_network() -> None:
    """Tests that tables with columns and no rows are as good as none."""
    empty = {name: frame.iloc[:0] for name, frame in varied().tables.items()}

    net = assemble(PlanningData.from_frames(empty))

    assert 0 == len(net.points)
    check_shapes(net)
