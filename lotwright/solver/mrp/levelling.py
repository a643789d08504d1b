"""
Capacity levelling: a schedule without limits becomes one that resources can do.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from lotwright.model.network import Network
from lotwright.solver.mrp.levelling_answer import answer_of
from lotwright.solver.mrp.levelling_drop import lost_of, without
from lotwright.solver.mrp.levelling_findings import lost_findings, rule_findings
from lotwright.solver.mrp.levelling_search import best_found
from lotwright.solver.schedule import Schedule

logger = logging.getLogger(__name__)

#: Days by which an order may be made ahead where nothing else is said.
ALLOWED_EARLINESS = 56

#: Plans that are made, at most, to use the capacity of what left the one before.
_MOST_PLANS = 3


def level(
    network: Network,
    schedule: Schedule,
    *,
    allowed_earliness_days: int = ALLOWED_EARLINESS,
) -> Schedule:
    """
    Returns a schedule whose orders fit into free capacity and overtime in every bucket.

    An order stays where there is room. Else it is made ahead, in overtime where that
    costs less, or else later; what is late delays all that waits for it. It is not made
    so early that it is too old for what it serves, or earlier than ``positive_days``
    allow, and starts while its source may be used. Orders keep their quantities and
    sources. Where demand has to wait for capacity, stock points without rules of their
    own about which supply serves which need are pegged anew, so that what waits holds
    nothing up.

    After the horizon resources go on at their mean rate. What never finds capacity,
    would be made of what has expired, or would come after the last day of its demand
    leaves the plan, with all that hangs on it.

    Parameters
    ----------
    network
        What is planned.
    schedule
        The plan without limits of capacity.
    allowed_earliness_days
        Calendar days by which an order may be received before it is wanted.

    Raises
    ------
    ValueError
        When the allowed earliness is negative.
    """
    if allowed_earliness_days < 0:
        msg = f"Expected an allowed earliness >= 0, got {allowed_earliness_days}."
        raise ValueError(msg)

    if not len(schedule.orders):
        return schedule

    findings = schedule.findings

    for plans_left in range(_MOST_PLANS - 1, -1, -1):
        if not len(schedule.orders):
            break

        found = best_found(network, schedule, allowed_earliness_days)
        levelled = answer_of(network, schedule, found)
        lost = lost_of(network, levelled, found)
        findings += tuple(lost_findings(network, levelled, lost))
        schedule = without(network, found.schedule, lost)

        if plans_left and lost.any():
            continue

        levelled = without(network, levelled, lost)
        findings += tuple(rule_findings(network, schedule, levelled))
        _log(levelled)

        return replace(levelled, findings=findings)

    return replace(schedule, findings=findings)


def _log(levelled: Schedule) -> None:
    logger.info(
        "Levelled %d orders, %d of them moved.",
        len(levelled.orders),
        int((levelled.orders.move != 0).sum()),
    )
