"""
Structure: which stock point is made of which, how deep, and what binds them together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.materials import Flows
from lotwright.model.assemble.sources import Sources
from lotwright.model.calendars import Calendars
from lotwright.model.carries import Carries
from lotwright.model.families import Families
from lotwright.model.levels import components, low_level_codes
from lotwright.model.network import (
    Bools,
    Floats,
    Inputs,
    Ints,
    Loads,
    Outputs,
    Resources,
    Texts,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """
    Sources and flows seen from the stock points that they join.

    Parameters
    ----------
    labels
        ``item@location``, shape ``(P,)``.
    product
        Stock point that each source supplies, shape ``(A,)``.
    lower
        Stock point that each flow takes from, shape ``(F,)``.
    level
        Low-level codes, shape ``(P,)``.
    """

    labels: Texts
    product: Ints
    lower: Ints
    level: Ints


def structure_of(points: PointKeys, sources: Sources, flows: Flows) -> Structure:
    """
    Returns what is made of what.

    Raises
    ------
    DataError
        When a stock point is made of itself (``E-BOM-CYCLE``).
    """
    labels = np.array(
        [
            f"{item}@{location}"
            for item, location in zip(points.item_id, points.location_id, strict=True)
        ],
        dtype=object,
    )
    product = points.find(sources.pair)
    lower = points.find(flows.pair)

    return Structure(
        labels=labels,
        product=product,
        lower=lower,
        level=low_level_codes(len(points), product[flows.activity], lower, labels),
    )


def downstream_days(
    structure: Structure, flows: Flows, sources: Sources, calendars: Calendars
) -> Ints:
    """
    Returns the longest downstream lead time of each point in calendar days, ``(P,)``.

    Working days are stretched by the share of open days of their calendar; the sum over
    a chain is rounded up once.
    """
    workdays = sources.lead_time[flows.activity] + np.maximum(flows.offset, 0)
    span: Floats = workdays / calendars.share_open(sources.calendar[flows.activity])
    level = structure.level
    phi = np.zeros(len(level))
    upper = structure.product[flows.activity]

    for code in range(int(level.max(initial=0)) + 1):
        rows = level[upper] == code
        np.maximum.at(phi, structure.lower[rows], phi[upper[rows]] + span[rows])

    return np.ceil(phi - 1e-9).astype(np.int64)


def components_of(
    structure: Structure,
    inputs: Inputs,
    outputs: Outputs,
    loads: Loads,
    resources: Resources,
    families: Families,
    carries: Carries,
) -> Ints:
    """
    Returns the independent component of each stock point, shape ``(P,)``.

    Points belong together when one is made or moved from the other, when they come out
    of the same activity, or when they load the same resource that is finite, has
    set-up families or keeps its set-up.
    """
    count = len(structure.level)
    product = structure.product
    binding: Bools = np.any(np.isfinite(resources.capacity), axis=1)
    binding[families.resource] = True
    binding[loads.resource[carries.load]] = True
    finite = binding[loads.resource]
    left = [
        product[inputs.activity],
        product[outputs.activity],
        product[loads.activity[finite]],
    ]
    right = [inputs.point, outputs.point, loads.resource[finite] + count]
    nodes = count + len(resources)

    return components(nodes, np.concatenate(left), np.concatenate(right))[:count]
