"""
Marks the many random cases of a test as slow, all but the first few.
"""

from __future__ import annotations

from collections import Counter

import pytest

#: Random cases of each test that run wherever tests do.
_FEW = 2


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the first seeds of each test to a run without slow tests."""
    seen: Counter[str] = Counter()

    for item in items:
        if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
            continue

        if "seed" in item.callspec.params:
            name = f"{item.path}::{item.originalname}"
            seen[name] += 1

            if seen[name] > _FEW:
                item.add_marker(pytest.mark.slow)
