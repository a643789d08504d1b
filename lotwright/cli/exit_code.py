"""
What the command line tells the shell when it ends.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """
    How a command ended.
    """

    PLAN = 0  #: all is well
    USAGE = 2  #: the command was not understood
    INVALID = 3  #: the data are invalid, or planning is impossible
    ERRORS = 4  #: there is a plan, with findings that are errors
    FAILED = 5  #: the run failed or was cancelled
