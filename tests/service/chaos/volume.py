"""
Volume of these tests: small by default, and as large as one night allows.

``LOTWRIGHT_CHAOS=full`` asks for the full volume, ``LOTWRIGHT_CHAOS_SEED`` for the seed
that a failed test has printed.
"""

from __future__ import annotations

import os
import random
import secrets
import sys

#: Whether the full volume was asked for.
IS_FULL = os.environ.get("LOTWRIGHT_CHAOS", "") == "full"


def volume(small: int, full: int) -> int:
    """
    Returns how often something is done.
    """
    return full if IS_FULL else small


def dice() -> random.Random:
    """
    Returns random numbers whose seed is printed, so that a failure can be repeated.
    """
    seed = int(os.environ.get("LOTWRIGHT_CHAOS_SEED") or secrets.randbits(32))
    sys.stdout.write(f"LOTWRIGHT_CHAOS_SEED={seed}\n")

    return random.Random(seed)
