"""
Capacity levelling: a schedule without limits becomes one that resources can do.
"""

from __future__ import annotations

import logging

from lotwright.model.network import Network
from lotwright.solver.mrp.levelling_answer import answer_of
from lotwright.solver.mrp.levelling_search import best_found
from lotwright.solver.schedule import Schedule

logger = logging.getLogger(__name__)

#: Days by which an order may be made ahead where nothing else is said.
ALLOWED_EARLINESS = 28


def level(
    network: Network,
    schedule: Schedule,
    *,
    allowed_earliness_days: int = ALLOWED_EARLINESS,
) -> Schedule:
    """
    Returns a schedule whose orders fit into free capacity and overtime in every bucket.

    An order stays where there is room. Else it is made ahead, in overtime where that
    costs less, or else later; what is late delays all that waits for it. Orders keep
    their quantities and sources. Where demand has to wait for capacity, stock points
    without rules of their own about which supply serves which need are pegged anew, so
    that what waits holds nothing up.

    After the horizon resources go on at their mean rate.

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

    found = best_found(network, schedule, allowed_earliness_days)
    levelled = answer_of(network, schedule, found)
    logger.info(
        "Levelled %d orders, %d of them moved.",
        len(levelled.orders),
        int((levelled.orders.move != 0).sum()),
    )

    return levelled
