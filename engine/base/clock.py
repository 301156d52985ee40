"""The one place where the product asks what time it is. Zones and periods are `zones.py`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
