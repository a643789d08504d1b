"""
Tests of reading the planned orders of an earlier plan.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import lotwright as lw
from lotwright.io.read_orders import read_orders
from tests.solver.plans import data_of, demands


@pytest.mark.parametrize("written", ["csv", "parquet"])
def test_orders_come_back(tmp_path: Path, written: str) -> None:
    """
    Tests that a plan is compared with a written one as with itself.
    """
    data = data_of(demands=demands((10, 1), (6, 3)))
    first = lw.plan(data, engine="lp")
    first.write(tmp_path, format=written)

    orders = read_orders(tmp_path)
    again = lw.plan(data, engine="lp", reference=orders)

    assert first.orders["order_id"].tolist() == orders["order_id"].tolist()
    assert [0.0, 0.0, 0.0] == [
        again.kpi(name) for name in ("changed_quantity", "new_orders", "gone_orders")
    ]


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    """
    Tests that the message names the folder, and malformed tables their rows.
    """
    with pytest.raises(lw.InputError, match="There are no planned orders here"):
        read_orders(tmp_path)

    path = tmp_path / "planned_orders.csv"
    path.write_text(
        "order_id,kind,item_id,location_id,quantity,due_date\nX,buy,A,P,many,\n"
    )

    with pytest.raises(lw.InputError, match="many"):
        read_orders(tmp_path)
