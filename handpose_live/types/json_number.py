"""Numbers as JSON holds them."""

import math


def json_number(value: float | None, digits: int) -> float | None:
    """Round a number for JSON; None stays None, and so becomes a number that is not finite, which JSON lacks."""
    return round(value, digits) if value is not None and math.isfinite(value) else None
