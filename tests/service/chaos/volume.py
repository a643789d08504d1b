"""
Volume of these tests: small by default, and as large as one night allows.

``LOTWRIGHT_CHAOS=full`` asks for the full volume and a new seed; a failed test prints
its seed, and ``LOTWRIGHT_CHAOS_SEED`` repeats it.
"""

from __future__ import annotations

import os
import random
import secrets
import sys

#: Whether the full volume was asked for.
IS_FULL = os.environ.get("LOTWRIGHT_CHAOS", "") == "full"

_SEED = 20_261_122


def volume(small: int, full: int) -> int:
    """
    Returns how often something is done.
    """
    return full if IS_FULL else small


def dice() -> random.Random:
    """
    Returns random numbers whose seed is printed, so that a failure can be repeated.

    The small volume has always the same: a change is not to blame for what was there.
    """
    new = secrets.randbits(32) if IS_FULL else _SEED
    seed = int(os.environ.get("LOTWRIGHT_CHAOS_SEED") or new)
    sys.stdout.write(f"LOTWRIGHT_CHAOS_SEED={seed}\n")

    return random.Random(seed)
