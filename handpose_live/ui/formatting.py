"""Numbers formatted for display."""

UNITS = ("kB", "MB", "GB", "TB")


def clock(time_s: float) -> str:
    """Format a time in seconds, with hours only if there are any: 0:07, 12:34, 1:02:03."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def short_ms(time_ms: float) -> str:
    """Format milliseconds, with a decimal below 100: 7.3, 42.0, 512."""
    return f"{time_ms:.1f}" if time_ms < 99.95 else f"{time_ms:.0f}"


def size(count_bytes: int) -> str:
    """Format a file size in bytes: 0 kB, 999 kB, 1.2 MB, 34 MB."""
    amount, units = count_bytes / 1000, iter(UNITS)
    unit = next(units)
    while amount >= 999.5 and unit != UNITS[-1]:
        amount, unit = amount / 1000, next(units)
    return f"{amount:.1f} {unit}" if amount < 9.95 and unit != "kB" else f"{amount:.0f} {unit}"


def speed_text(speed: float) -> str:
    """Format a playback speed: 1×, 0.5×."""
    return f"{speed:g}×"
