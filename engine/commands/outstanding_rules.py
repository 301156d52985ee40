"""What is still to come in: the amount less what was received (CTR-03, PAY-02)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.commands.change import Change
from engine.commands.work import Work


def outstanding(work: Work, change: Change) -> Mapping[str, Any]:
    """`outstanding` of a contract or an instalment; nothing while it has no amount."""
    amount, received = change.after.get("amount"), change.after.get("received")
    if amount is None:
        return {}
    left = amount - (received or Decimal(0))
    return {} if change.after.get("outstanding") == left else {"outstanding": left}
