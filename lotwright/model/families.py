"""
Set-up families: groups of operations for which a resource is made ready once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Families:
    """
    Set-up groups of resources whose opening takes time or money, F of them.

    A family is opened in every bucket in which its resource works for it, and once,
    however many activities and lots that work is for.

    Parameters
    ----------
    labels
        ``resource/group``, all different, length F.
    resource
        The resource, shape ``(F,)``.
    hours
        What opening takes, in the unit of the resource, shape ``(F,)``.
    cost
        What opening costs, shape ``(F,)``.
    load, family
        Relation: the work of a row of the network's loads belongs to a family; each
        row at most once, ascending, shape ``(n,)``.
    """

    labels: tuple[str, ...]
    resource: Ints
    hours: Floats
    cost: Floats
    load: Ints
    family: Ints

    def __len__(self) -> int:
        return len(self.labels)

    def of_loads(self, num_loads: int) -> Ints:
        """
        Returns the family of each load, -1 where it has none, shape ``(L,)``.
        """
        of = np.full(num_loads, -1, dtype=np.int64)
        of[self.load] = self.family

        return of

    def opened(self, family: Ints, bucket: Ints, num_buckets: int) -> Bools:
        """
        Returns in which buckets families are opened, shape ``(F, T)``.

        Parameters
        ----------
        family, bucket
            Family and bucket of each piece of work, -1 where it has none, ``(W,)``.
        num_buckets
            Number of buckets T.
        """
        here = (family >= 0) & (bucket >= 0)
        opened = np.zeros((len(self), num_buckets), dtype=bool)
        opened[family[here], bucket[here]] = True

        return opened

    def limits(self, pool_row: Ints, pool_member: Ints) -> tuple[Ints, Ints]:
        """
        Returns the resources whose capacity the hours of families take.

        They are the resource itself and the groups that pool it.

        Parameters
        ----------
        pool_row, pool_member
            The pools of the network's resources.

        Returns
        -------
        tuple
            Relation of families and resources, each pair once.
        """
        return counted_for(self.resource, pool_row, pool_member)


def counted_for(resource: Ints, pool_row: Ints, pool_member: Ints) -> tuple[Ints, Ints]:
    """
    Returns the resources whose capacity some work takes: its own, and its groups.

    Parameters
    ----------
    resource
        The resource of each piece of work, shape ``(n,)``.
    pool_row, pool_member
        The pools of the network's resources.

    Returns
    -------
    tuple
        Relation of pieces of work and resources, each pair once.
    """
    own = np.arange(len(resource))
    work, place = np.nonzero(resource[:, None] == pool_member)
    pairs = np.concatenate(
        [
            np.stack([own, resource], axis=1),
            np.stack([work, pool_row[place]], axis=1),
        ]
    )
    pairs = np.unique(pairs, axis=0)

    return pairs[:, 0], pairs[:, 1]


def no_families() -> Families:
    """
    Returns the families where there are none.
    """
    none = np.zeros(0, dtype=np.int64)

    return Families(
        labels=(),
        resource=none,
        hours=np.zeros(0),
        cost=np.zeros(0),
        load=none,
        family=none,
    )
