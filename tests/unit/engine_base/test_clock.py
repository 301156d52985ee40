"""The clock is aware and in UTC."""

from datetime import UTC

from engine.base.clock import now


def test_now_is_in_utc() -> None:
    assert now().tzinfo is UTC
