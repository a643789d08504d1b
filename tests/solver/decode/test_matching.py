"""
Tests of matching supplies with needs.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Floats, Ints
from lotwright.solver.decode.matching import match


def _rows(
    supply_group: list[int],
    supply: list[float],
    need_group: list[int],
    need: list[float],
) -> list[tuple[int, int, float]]:
    found = match(
        np.array(supply_group, dtype=np.int64),
        np.array(supply),
        np.array(need_group, dtype=np.int64),
        np.array(need),
    )
    quantity = np.round(found.quantity, 9).tolist()

    return list(zip(found.supply.tolist(), found.need.tolist(), quantity, strict=True))


def test_first_supply_meets_first_need() -> None:
    """
    Tests that supplies and needs are cut where either ends.
    """
    found = _rows([0, 0], [10, 5], [0, 0], [4, 11])

    assert [(0, 0, 4.0), (0, 1, 6.0), (1, 1, 5.0)] == found


def test_groups_do_not_mix() -> None:
    """
    Tests that what is left over in one group never meets a need of the next.
    """
    found = _rows([0, 2], [10, 3], [0, 1, 2], [6, 2, 4])

    assert [(0, 0, 6.0), (0, -1, 4.0), (-1, 1, 2.0), (1, 2, 3.0), (-1, 2, 1.0)] == found


@pytest.mark.parametrize("noise", [1e-7, -1e-7, 4e-4, -4e-4])
def test_rounding_of_a_solver_makes_no_slivers(noise: float) -> None:
    """
    Tests that a supply which ends next to a need ends with it.
    """
    found = _rows([0, 0], [100 + noise, 50], [0, 0], [100, 50 + noise])

    assert [(0, 0, 100.0), (1, 1, 50.0 + noise)] == found


def test_small_needs_beside_large_supplies_stay() -> None:
    """
    Tests that a small need is met however large the supply is.
    """
    found = _rows([0], [1e6], [0, 0], [1e6 - 0.01, 0.01])

    assert [(0, 0, 1e6 - 0.01), (0, 1, 0.01)] == found


def test_small_supplies_do_not_vanish() -> None:
    """
    Tests that a supply smaller than the usual rounding of its neighbours is kept.
    """
    found = _rows([0, 0], [1000, 1e-4], [0], [1000.0001])

    assert [(0, 0, 1000.0), (1, 0, 1e-4)] == found


def test_nothing_meets_nothing() -> None:
    """
    Tests that empty sides are no special case.
    """
    assert [] == _rows([], [], [], [])
    assert [(-1, 0, 2.0)] == _rows([], [], [1], [2])
    assert [(0, -1, 2.0)] == _rows([1], [2], [], [])


@pytest.mark.parametrize("seed", range(20))
def test_matching_agrees_with_one_at_a_time(seed: int) -> None:
    """
    Tests that the result is that of taking needs one by one from a queue.
    """
    rng = np.random.default_rng(seed)
    supply_group = np.sort(rng.integers(0, 4, size=12))
    need_group = np.sort(rng.integers(0, 5, size=15))
    supply = rng.integers(1, 20, size=12).astype(np.float64)
    need = rng.integers(1, 20, size=15).astype(np.float64)

    found = match(supply_group, supply, need_group, need)
    met = found.take((found.supply >= 0) & (found.need >= 0))

    expected = _one_at_a_time(supply_group, supply, need_group, need)
    assert expected == list(
        zip(met.supply.tolist(), met.need.tolist(), met.quantity.tolist(), strict=True)
    )


def _one_at_a_time(
    supply_group: Ints, supply: Floats, need_group: Ints, need: Floats
) -> list[tuple[int, int, float]]:
    left = supply.tolist()
    found = []

    for j, wanted in enumerate(need.tolist()):
        for i in np.flatnonzero(supply_group == need_group[j]).tolist():
            part = min(left[i], wanted)

            if part > 0:
                found.append((i, j, part))
                left[i] -= part
                wanted -= part

    return found
