"""
What a run does, in words that say it to planners.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Words for the phases that runs tell of. One that has none here goes by its name.
PHASES: Mapping[str, str] = MappingProxyType(
    {
        "read": "reads the data",
        "select": "chooses what to plan",
        "check": "checks the data",
        "network": "links items, sources and resources",
        "compiling, once": "prepares this machine, once",
        "mrp": "plans by MRP",
        "level": "moves orders to where there is capacity",
        "levelled start": "makes an MRP plan within capacity, to begin with",
        "start": "looks for a first plan",
        "shadow prices": "finds out what capacity and material are worth",
        "build": "writes the planning problem down",
        "presolve": "simplifies the planning problem",
        "load": "hands the planning problem over",
        "search": "searches for cheaper plans",
        "improve": "improves the best plan",
        "bound": "finds out how cheap a plan can be",
        "proof": "proves how good the best plan is",
        "settle": "makes the lots of the best plan whole",
        "decode": "writes orders, pegging and reasons",
    }
)


def phase_words(phase: str) -> str:
    """
    Returns what a run does in a phase.
    """
    return PHASES.get(phase, phase)
