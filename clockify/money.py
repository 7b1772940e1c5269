"""Exact money.

A rate is whole cents an hour and a duration whole seconds, so an amount is a whole
number of *ticks*, 1/3600 of a cent: `rate × seconds`. Ticks are added up exactly and
become cents once, at the end. Currencies are never added to each other.

("Cent" stands for the minor unit that Clockify uses for every currency: 1/100.)
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

TICKS_PER_CENT = 3600
SECONDS_PER_HOUR = 3600


def ticks_of(cents: float | int | Decimal | None) -> int:
    """Return Clockify's decimal of cents (40055.555… for 7210 s at 20000) in whole ticks; None gives 0.

    The reply's decimal is 1/3600 rounded to a double; the nearest tick is what it stood for.
    """
    if cents is None:
        return 0
    return int((Decimal(str(cents)) * TICKS_PER_CENT).to_integral_value(ROUND_HALF_UP))


def cents_of(ticks: int) -> int:
    """Round ticks to cents, half away from zero: the one rounding, at the very end."""
    whole, rest = divmod(abs(ticks), TICKS_PER_CENT)
    cents = whole + (rest * 2 >= TICKS_PER_CENT)
    return cents if ticks >= 0 else -cents


def round_half_up(value: Decimal | int | str, places: int) -> Decimal:
    """Round as people do, half away from zero; Python's own formatting rounds half to even."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def hours_of(seconds: int, places: int = 2) -> Decimal:
    """Return seconds as decimal hours, rounded half up once."""
    return round_half_up(Decimal(seconds) / SECONDS_PER_HOUR, places)


def largest_first(ticks: Mapping[str, int]) -> list[str]:
    """Return currency codes, the largest figure first, equal ones by code."""
    return sorted(ticks, key=lambda code: (-abs(ticks[code]), code))
