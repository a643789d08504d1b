"""
The words and keys that the tables of one plan share.
"""

from __future__ import annotations

from dataclasses import dataclass

from lotwright.model.network import Network
from lotwright.solver.decode.text_columns import Keys, Vocabulary, vocabulary


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanWords:
    """
    Words by code, made once, so that columns of several tables can be compared.

    Parameters
    ----------
    item, location
        By stock point; the location may be blank.
    period
        By bucket; blank beyond the horizon.
    resource
        By resource.
    order_id
        Identifier of each planned order, in the order of the schedule.
    """

    item: Vocabulary
    location: Vocabulary
    period: Vocabulary
    resource: Vocabulary
    order_id: Keys


def plan_words(network: Network, order_id: Keys) -> PlanWords:
    """
    Returns the words of a network and of the orders planned for it.
    """
    return PlanWords(
        item=vocabulary(network.points.item_id),
        location=vocabulary(network.points.location_id, blank=True),
        period=vocabulary(network.buckets.period_id, blank=True),
        resource=vocabulary(network.resources.resource_id),
        order_id=order_id,
    )
