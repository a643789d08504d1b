"""
What is uncertain: how far demand and lead times may be from what was planned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from lotwright.model.network import Floats
from lotwright.model.scenario import Key


class Distribution(StrEnum):
    """
    How factors of demand and lead times spread.
    """

    LOGNORMAL = "lognormal"  #: never below 0, with a long tail above
    NORMAL = "normal"  #: symmetric; what would be below 0 is 0
    GAMMA = "gamma"  #: never below 0, with a shorter tail


class Share(StrEnum):
    """
    Which rows share one draw in a sample.
    """

    EACH = "each"  #: none: every demand or order has its own
    GROUP = "group"  #: demands of an item at a location; orders of a source
    ALL = "all"  #: all rows that are meant


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandError:
    """
    How far demand may be from what was planned for.

    Parameters
    ----------
    cv
        Standard deviation of the quantity per expected quantity.
    mean
        Expected quantity per planned quantity; 1 where the forecast has no bias.
    distribution
        How quantities spread about the mean.
    shift_days
        Standard deviation of the due date, in calendar days.
    per
        Which demands share a draw: ``each`` has its own, or those of a ``group`` (an
        item at a location) or ``all`` vary together.
    where, key
        Which rows of the table demands, as in ``Scenario.scale``; all of them, when
        both are left out.

    Raises
    ------
    ValueError
        When a number is negative or not finite.
    """

    cv: float = 0.0
    mean: float = 1.0
    distribution: Distribution | str = Distribution.LOGNORMAL
    shift_days: float = 0.0
    per: Share | str = Share.EACH
    where: str = ""
    key: Key = None

    def __post_init__(self) -> None:
        _refuse_negative(cv=self.cv, mean=self.mean, shift_days=self.shift_days)
        Distribution(self.distribution)
        Share(self.per)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTimeError:
    """
    How far lead times of orders may be from what was planned with.

    The days that an order takes are its planned days times a factor of mean ``mean``
    and deviation ``cv``, and a delay besides: with the chance ``chance``, one from a
    triangular distribution between ``low`` and ``high``, most likely ``mode``.

    Parameters
    ----------
    cv
        Standard deviation of the lead time per expected lead time.
    mean
        Expected lead time per planned one.
    distribution
        How lead times spread about the mean.
    low, mode, high
        Delay in calendar days; negative when orders may be early.
    chance
        Chance that an order has that delay at all.
    per
        Which orders share a draw: ``each`` has its own, or those of a ``group`` (of one
        source) or ``all`` are late together.
    table
        ``sources``: planned orders of the sources that are meant. ``supplies``: the
        open orders that are meant, which have the days from today, or from a later
        start, to their date as lead time.
    where, key
        Which rows of that table, as in ``Scenario.scale``; all of them, when both are
        left out.

    Raises
    ------
    ValueError
        When a number makes no sense.
    """

    cv: float = 0.0
    mean: float = 1.0
    distribution: Distribution | str = Distribution.LOGNORMAL
    low: float = 0.0
    mode: float = 0.0
    high: float = 0.0
    chance: float = 1.0
    per: Share | str = Share.EACH
    table: str = "sources"
    where: str = ""
    key: Key = None

    def __post_init__(self) -> None:
        _refuse_negative(cv=self.cv, mean=self.mean, chance=self.chance)
        Distribution(self.distribution)
        Share(self.per)

        if not (
            -math.inf < self.low <= self.mode <= self.high < math.inf
            and self.chance <= 1
        ):
            msg = (
                "Expected low <= mode <= high in days and a chance of at most 1, got "
                f"{self.low}, {self.mode}, {self.high} and {self.chance}."
            )
            raise ValueError(msg)

        if self.table not in ("sources", "supplies"):
            msg = f"Expected the table sources or supplies, got {self.table!r}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """
    What is drawn.

    Parameters
    ----------
    demand, lead_time
        What is uncertain.
    seed
        Of the random numbers.
    """

    demand: tuple[DemandError, ...]
    lead_time: tuple[LeadTimeError, ...]
    seed: int


def factors(error: DemandError | LeadTimeError, uniform: Floats) -> Floats:
    """
    Returns factors drawn by inversion, so that errors of one shape keep their order.

    Parameters
    ----------
    error
        Gives mean, deviation and distribution.
    uniform
        Numbers between 0 and 1, of any shape.
    """
    # Loading it takes longer than most plans that are read for another reason.
    from scipy.special import gammaincinv, ndtri

    if error.cv == 0:
        return np.full(uniform.shape, error.mean)

    if error.distribution == Distribution.GAMMA:
        shape = error.cv**-2
        drawn: Floats = gammaincinv(shape, uniform) / shape

        return error.mean * drawn

    normal: Floats = ndtri(uniform)

    if error.distribution == Distribution.NORMAL:
        return error.mean * np.maximum(1.0 + error.cv * normal, 0.0)

    variance = math.log1p(error.cv**2)

    return error.mean * np.exp(math.sqrt(variance) * normal - variance / 2)


def triangular(error: LeadTimeError, uniform: Floats) -> Floats:
    """
    Returns delays drawn from the triangular distribution of an error, by inversion.

    Parameters
    ----------
    error
        Gives the smallest, most likely and largest delay.
    uniform
        Numbers between 0 and 1, of any shape.
    """
    width, rise = error.high - error.low, error.mode - error.low

    if width == 0:
        return np.full(uniform.shape, error.low)

    rising = error.low + np.sqrt(uniform * width * rise)
    falling = error.high - np.sqrt((1.0 - uniform) * width * (error.high - error.mode))

    return np.where(uniform * width < rise, rising, falling)


def _refuse_negative(**numbers: float) -> None:
    for name, value in numbers.items():
        if not 0 <= value < math.inf:
            msg = f"Expected {name} of at least 0, got {value}."
            raise ValueError(msg)
