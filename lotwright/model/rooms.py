"""
Rooms: places whose stock takes up space, and how much there is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rooms:
    """
    Locations with limited room for stock, M of them.

    Parameters
    ----------
    location_id, unit
        Key of the location, and what its room is counted in, length M.
    capacity
        Room, shape ``(M,)``.
    penalty
        Cost of a unit of room that is missing for a day, shape ``(M,)``.
    room, point, space
        Relation: a unit of stock of a point takes this much of a room, shape ``(n,)``.
    """

    location_id: tuple[str, ...]
    unit: tuple[str, ...]
    capacity: Floats
    penalty: Floats
    room: Ints
    point: Ints
    space: Floats

    def __len__(self) -> int:
        return len(self.location_id)

    def beyond(self, stock: Floats) -> Floats:
        """
        Returns how much room is missing for stock, shape ``(M, T)``.

        Parameters
        ----------
        stock
            Of each point at the end of buckets, shape ``(P, T)``.
        """
        taken = np.zeros((len(self), stock.shape[1]))
        np.add.at(taken, self.room, stock[self.point] * self.space[:, None])

        return np.maximum(taken - self.capacity[:, None], 0.0)


def no_rooms() -> Rooms:
    """
    Returns the rooms where none is limited.
    """
    return Rooms(
        location_id=(),
        unit=(),
        capacity=np.zeros(0),
        penalty=np.zeros(0),
        room=np.zeros(0, dtype=np.int64),
        point=np.zeros(0, dtype=np.int64),
        space=np.zeros(0),
    )
