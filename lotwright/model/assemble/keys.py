"""
Keys: items, locations and stock points as integer codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.membership import places_in
from lotwright.model.network import Floats, Ints, Texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keys:
    """
    Codes of items and locations, in the order of their names.

    Parameters
    ----------
    items, locations
        Sorted keys; a code is a place in them.
    """

    items: pd.Index[str]
    locations: pd.Index[str]

    def pair(self, item: pd.Series, location: pd.Series) -> Ints:
        """
        Returns one code for item and location, -1 where either is blank or unknown.
        """
        item_code = places_in(item, self.items)
        location_code = places_in(location, self.locations)
        pair = item_code * len(self.locations) + location_code

        return np.where((item_code < 0) | (location_code < 0), -1, pair)

    def item_of(self, pair: Ints) -> Ints:
        """
        Returns the item code of each pair.
        """
        return pair // max(len(self.locations), 1)

    def location_of(self, pair: Ints) -> Ints:
        """
        Returns the location code of each pair.
        """
        return pair % max(len(self.locations), 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointKeys:
    """
    The stock points of a network.

    Parameters
    ----------
    keys
        Items and locations.
    pairs
        Codes of the points' item and location, ascending, shape ``(P,)``.
    """

    keys: Keys
    pairs: Ints

    def __len__(self) -> int:
        return len(self.pairs)

    def find(self, pair: Ints) -> Ints:
        """
        Returns the point of each pair, -1 where there is none.
        """
        place = np.searchsorted(self.pairs, pair)
        place = np.minimum(place, max(len(self.pairs) - 1, 0))
        found = len(self.pairs) > 0

        return (
            np.where(found & (self.pairs[place] == pair), place, -1)
            if found
            else (np.full(pair.shape, -1))
        )

    @property
    def item_id(self) -> Texts:
        """
        Item of each point, shape ``(P,)``.
        """
        return np.asarray(self.keys.items, dtype=object)[self.keys.item_of(self.pairs)]

    @property
    def location_id(self) -> Texts:
        """
        Location of each point, shape ``(P,)``.
        """
        names = np.asarray(self.keys.locations, dtype=object)

        return names[self.keys.location_of(self.pairs)]

    @property
    def item_code(self) -> Ints:
        """
        Item code of each point, shape ``(P,)``.
        """
        return self.keys.item_of(self.pairs)


def keys_of(data: PlanningData) -> Keys:
    """
    Returns the codes of all items and locations.
    """
    return Keys(
        items=pd.Index(data.table("items")["item_id"]).sort_values(),
        locations=pd.Index(data.table("locations")["location_id"]).sort_values(),
    )


def points_of(keys: Keys, pairs: Iterable[Ints]) -> PointKeys:
    """
    Returns the stock points that any of the pairs speaks of.
    """
    every = np.concatenate([np.empty(0, dtype=np.int64), *pairs])

    return PointKeys(keys=keys, pairs=np.unique(every[every >= 0]))


def look_up(ids: pd.Series, table: pd.Series) -> pd.Series:
    """
    Returns the text that a table holds for each id, blank where it holds none.

    Parameters
    ----------
    ids
        Keys to look up.
    table
        Text by key, each key once.
    """
    place = places_in(ids, table.index)
    found = table.astype("str").array.take(place, allow_fill=True)

    return pd.Series(found, index=ids.index, name=ids.name)


def look_up_numbers(
    ids: pd.Series, table: pd.Series, default: float = np.nan
) -> Floats:
    """
    Returns the number that a table holds for each id, the default where none is.

    Parameters
    ----------
    ids
        Keys to look up.
    table
        Numbers by key, each key once.
    default
        For keys that are blank or not there, and for numbers that are not given.
    """
    place = places_in(ids, table.index)
    known = np.append(table.to_numpy(dtype=np.float64, na_value=np.nan), np.nan)
    found = known[place]

    return np.where(np.isnan(found), default, found)
