"""
Findings on locations where stock lacks room.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Network
from lotwright.model.why_words import amount_text
from lotwright.solver.decode.findings import runs_with_most
from lotwright.solver.decode.wording import span_text

#: Less than this part of a room is rounding.
_SLIGHT = 1e-6


def room_findings(network: Network, projection: pd.DataFrame) -> list[Finding]:
    """
    Returns a finding for every unbroken run of buckets in which stock lacks room.

    Parameters
    ----------
    network, projection
        A network and its stock projection.
    """
    rooms = network.rules.rooms

    if not len(rooms):
        return []

    shape = (len(network.points), network.num_buckets)
    end = np.maximum(projection["end"].to_numpy().reshape(shape), 0.0)
    beyond = rooms.beyond(end)
    slight = _SLIGHT * np.maximum(rooms.capacity, 1.0)
    beyond = np.where(beyond > slight[:, None], beyond, 0.0)
    cost = rooms.penalty[:, None] * network.buckets.days * beyond
    runs, _ = runs_with_most(beyond > 0, cost)

    return [
        Finding(
            code="X-ROOM",
            severity=Severity.WARNING,
            table="locations",
            key=rooms.location_id[row],
            column="storage_capacity",
            value=value,
            count=last - first + 1,
            text=f"Stock at {rooms.location_id[row]} lacks up to "
            f"{amount_text(float(beyond[row, first : last + 1].max()))} of room "
            f"({rooms.unit[row]}) {span_text(network, first, last)}. Find room, "
            "order later, or sell what lies there.",
        )
        for row, first, last, value in runs
    ]
