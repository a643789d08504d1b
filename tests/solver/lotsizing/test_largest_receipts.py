"""
Tests of the bound on receipts.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Floats, Network
from lotwright.solver.lotsizing import columns as columns_module
from lotwright.solver.lotsizing.lot_sizes import lot_fits
from lotwright.solver.lotsizing.model import LotSizingModel
from tests.solver.lotsizing.milp import optimum
from tests.solver.lotsizing.tiny_networks import tiny_network


def _huge_receipts(net: Network) -> Floats:
    """
    Returns a bound that cuts off nothing that a tiny network can ask for.
    """
    allowed = net.activities.possible() & lot_fits(net)[:, None]
    return np.where(allowed, 2000.0, 0.0)


@pytest.mark.parametrize("seed", range(150))
def test_no_optimum_is_cut_off(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that the least cost is the same with a bound that is far too large.
    """
    net = tiny_network(seed)
    bounded = optimum(LotSizingModel(net).compiled)
    monkeypatch.setattr(columns_module, "largest_receipts", _huge_receipts)

    free = optimum(LotSizingModel(net).compiled)

    assert pytest.approx(free, rel=1e-6, abs=1e-5) == bounded
