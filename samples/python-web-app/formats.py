"""Formats numbers and times for the templates."""

from __future__ import annotations

from datetime import datetime, timezone


def file_size(size: int) -> str:
    """A number of bytes, such as `1.2 MB`."""
    value, units = float(size), ["B", "kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.0f} {units[0]}" if value >= 100 or units[0] == "B" else f"{value:.1f} {units[0]}"


def utc(seconds: int) -> datetime:
    """Seconds since the epoch as a time in UTC: without scripts, the server does not know the user's time zone."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def time_left(until: int) -> str:
    """The time until then (seconds since the epoch), such as `in 59 minutes`."""
    seconds = until - int(datetime.now().timestamp())
    if seconds < 60:
        return "in less than a minute"
    if seconds < 120:
        return "in a minute"
    return f"in {seconds // 60} minutes" if seconds < 7200 else f"in {seconds // 3600} hours"
