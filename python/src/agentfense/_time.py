"""Times and spans as the server writes them."""

import re
from datetime import datetime, timedelta, timezone

Timeout = int | float | timedelta
"""Seconds, or a span."""

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


def seconds(timeout: Timeout | None) -> float | None:
    """The timeout in seconds; None where none was given or it is 0, which leaves it to the server."""
    if timeout is None:
        return None
    amount = timeout.total_seconds() if isinstance(timeout, timedelta) else float(timeout)
    if amount < 0:
        raise ValueError(f"timeout must not be negative: {timeout}")
    return amount or None


def duration_text(span: Timeout | None) -> str | None:
    """The same as protobuf's JSON has it, such as ``1.5s``."""
    amount = seconds(span)
    return None if amount is None else f"{amount:.9f}".rstrip("0").rstrip(".") + "s"


def duration(text: str | None) -> timedelta | None:
    """What :func:`duration_text` wrote."""
    return None if text is None else timedelta(seconds=float(text.removesuffix("s")))


def timestamp(text: str | None) -> datetime | None:
    """An RFC 3339 time in UTC as local time without a zone; digits beyond microseconds are dropped."""
    if text is None:
        return None
    match = _STAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"the server sent a time that is none: {text}")
    micros = int((match[2] or "0").ljust(9, "0")[:6])
    moment = datetime.fromisoformat(match[1]).replace(microsecond=micros, tzinfo=timezone.utc)
    return moment.astimezone().replace(tzinfo=None)
