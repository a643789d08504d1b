"""
Making: activities in time, what they consume, deliver and take of resources.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lotwright.model.assemble.activities import (
    activities_of,
    inputs_of,
    outputs_of,
    timing_of,
)
from lotwright.model.assemble.capacity import limits_of, loads_of, resources_of
from lotwright.model.assemble.carries import carries_of
from lotwright.model.assemble.families import families_of
from lotwright.model.assemble.implied_work import implied_load
from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.lots import lot_sizes_of
from lotwright.model.assemble.reading import Reading
from lotwright.model.assemble.structure import Structure, components_of, downstream_days
from lotwright.model.assemble.supply import open_load
from lotwright.model.assemble.worth import OwnCosts
from lotwright.model.carries import Carries
from lotwright.model.families import Families
from lotwright.model.network import Activities, Inputs, Ints, Loads, Outputs, Resources


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Making:
    """
    The supplying side of the network.

    Parameters
    ----------
    activities, inputs, outputs, loads, resources
        As in the network.
    families
        Set-up groups of resources.
    carries
        Operations on machines that keep their set-up.
    downstream_days, component
        Of the stock points, shape ``(P,)``.
    """

    activities: Activities
    inputs: Inputs
    outputs: Outputs
    loads: Loads
    resources: Resources
    families: Families
    carries: Carries
    downstream_days: Ints
    component: Ints


def making_of(
    read: Reading,
    points: PointKeys,
    structure: Structure,
    policies: pd.DataFrame,
    costs: OwnCosts,
) -> Making:
    """
    Returns the supplying side of the network.

    Parameters
    ----------
    read, points, structure
        What the tables say, numbered.
    policies
        What holds for each stock point.
    costs
        What sources cost by themselves.
    """
    sources, flows, steps = read.sources, read.flows, read.steps
    buckets, calendars = read.buckets, read.calendars
    phi = downstream_days(structure, flows, sources, calendars)
    timing = timing_of(sources, structure.product, flows, phi, buckets, calendars)
    sizes = lot_sizes_of(sources, policies, structure.product)
    limits = limits_of(read.data, sources, steps, buckets, calendars)
    inputs = inputs_of(flows, structure, timing)
    outputs = outputs_of(structure, read.by_products, points)
    loads = loads_of(limits, steps, timing, sources, buckets, calendars)
    opened = open_load(read.data, read.opened, limits, buckets)
    implied = implied_load(
        read.opened.orders, limits, steps, sources, buckets, calendars
    )
    resources = resources_of(limits, opened + implied)
    families = families_of(read.data, limits, steps)
    carries = carries_of(read.data, limits, steps, families)

    return Making(
        activities=activities_of(sources, points, structure, timing, sizes, costs),
        inputs=inputs,
        outputs=outputs,
        loads=loads,
        resources=resources,
        families=families,
        carries=carries,
        downstream_days=phi,
        component=components_of(
            structure, inputs, outputs, loads, resources, families, carries
        ),
    )
