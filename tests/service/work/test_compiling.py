"""
Tests of compiling before there is work.
"""

from __future__ import annotations

from lotwright.service.work.compiling import COMPILING, compile_kernels, is_prepared


def test_a_later_start_compiles_nothing() -> None:
    """
    Tests that it is said at most once on a machine, and not when all is compiled.
    """
    first: list[str] = []
    later: list[str] = []

    compile_kernels(first.append)
    compile_kernels(later.append)

    assert first in ([], [COMPILING])
    assert [] == later
    assert is_prepared()
