"""Periods do not end before they begin: contracts, campaigns (peer fact 13.9)."""

from engine.base.errors import InvalidInput, Problem
from engine.commands.change import Change
from engine.commands.work import Work


def check_period(work: Work, change: Change) -> None:
    """`endsOn` is not before `startsOn`. Raises InvalidInput (OUT_OF_RANGE)."""
    starts, ends = change.after.get("startsOn"), change.after.get("endsOn")
    moved = {"startsOn", "endsOn"} & set(change.values)
    if not moved or starts is None or ends is None or starts <= ends:
        return
    params = {"field": change.index.fields["endsOn"].label, "minimum": starts}
    raise InvalidInput([Problem(("input", "endsOn"), "OUT_OF_RANGE", params)])
