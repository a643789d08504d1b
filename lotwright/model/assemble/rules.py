"""
Rules of the network: margins, fences, validity, and what is held for whom.
"""

from __future__ import annotations

import pandas as pd

from lotwright.model.assemble.activity_rules import (
    activity_rules_of,
    price_steps_of,
)
from lotwright.model.assemble.end_stock import end_stock_of, with_end_stock
from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.least_use import least_use_of
from lotwright.model.assemble.line_rules import line_rules_of
from lotwright.model.assemble.making import Making
from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.reading import Reading
from lotwright.model.assemble.rooms import rooms_of
from lotwright.model.assemble.stand_ins import alternates_of
from lotwright.model.assemble.supply import Supply
from lotwright.model.assemble.supply_rules import supply_rules_of
from lotwright.model.assemble.time import first_flag, first_text
from lotwright.model.assemble.worth import Worth
from lotwright.model.network import DemandLines
from lotwright.model.rules import (
    PointRules,
    Reserved,
    Rules,
    SafetySteps,
)


def rules_of(
    read: Reading,
    points: PointKeys,
    of_points: PointRules,
    policies: pd.DataFrame,
    steps: SafetySteps,
    making: Making,
    told: pd.DataFrame,
    lines: DemandLines,
    supply: Supply,
    reserved: Reserved,
    worth: Worth,
) -> Rules:
    """
    Returns the rules of a network.

    Parameters
    ----------
    read, points
        What the tables say, numbered.
    of_points, policies
        Rules of each stock point, and all that holds for it.
    steps
        Safety stock by date.
    making
        The supplying side.
    told
        What the tables say of each demand line, in the order of the lines.
    lines, supply, reserved
        Demand and supply of the network, and what is held for whom.
    worth
        Values and costs of all stock points.
    """
    end_stock = end_stock_of(policies, worth, read.buckets)
    fixed = numbers(policies, "safety_stock", 0.0)

    return Rules(
        points=of_points,
        safety_steps=with_end_stock(steps, end_stock, fixed, read.buckets),
        activities=activity_rules_of(read),
        prices=price_steps_of(read, making.activities.unit_cost),
        alternates=alternates_of(
            read.data, points, read.buckets, read.stand_ins, making.inputs.point
        ),
        lines=line_rules_of(told, policies, lines),
        supplies=supply_rules_of(supply, of_points, read.calendars),
        reserved=reserved,
        input_from=read.flows.valid_from,
        input_to=read.flows.valid_to,
        families=making.families,
        carries=making.carries,
        least_use=least_use_of(
            read.data, making, worth.holding_cost, read.buckets.horizon
        ),
        rooms=rooms_of(read.data, points, worth.holding_cost),
        end_stock=end_stock,
        latest_supply_first=first_text(read.data, "pegging_sequence") == "latest_first",
        delay_components_together=first_flag(read.data, "delay_components_together"),
    )
