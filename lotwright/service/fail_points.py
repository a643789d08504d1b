"""
Fail points: named places at which a test may end the process, as a power cut would.
"""

from __future__ import annotations

import os
from functools import cache

#: Exit status of a process that ended at a fail point.
EXIT = 86

_VARIABLE = "LOTWRIGHT_FAIL_POINT"


class _Armed:
    """
    The point at which this process ends, and how often it is passed before.
    """

    def __init__(self) -> None:
        name, _, turns = os.environ.get(_VARIABLE, "").partition(":")
        self.name = name
        self.turns = int(turns or 0)


@cache
def _armed() -> _Armed:
    return _Armed()


def pass_point(name: str) -> None:
    """
    Ends the process at once where ``LOTWRIGHT_FAIL_POINT`` names this point.

    Parameters
    ----------
    name
        Name of the point; the variable may add how often it is passed before, as in
        ``after_commit:3``.
    """
    armed = _armed()

    if name != armed.name:
        return

    if armed.turns == 0:
        os._exit(EXIT)

    armed.turns -= 1
