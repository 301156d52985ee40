"""A change of one record between validation and writing, and the write itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.base.identifiers import RecordId
from engine.commands.effects import record_change
from engine.commands.rows import Record, next_stamps, update_record
from engine.commands.work import Work
from metadata.snapshot import ObjectIndex


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None when the record is new; `values` holds what differs, parsed.

    `given` are the fields that the input named; `id` is known once the row is written.
    """

    index: ObjectIndex
    before: Record | None
    values: Mapping[str, Any]
    given: Collection[str]
    id: RecordId | None = None

    @property
    def after(self) -> Mapping[str, Any]:
        """All values as they will be."""
        return {**(self.before.values if self.before else {}), **self.values}

    @property
    def written(self) -> RecordId:
        assert self.id is not None
        return self.id

    def with_values(self, values: Mapping[str, Any]) -> "Change":
        if not values:
            return self
        return replace(self, values={**self.values, **values})

    def with_id(self, id: RecordId) -> "Change":
        return replace(self, id=id)


def differing(record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the record does not have yet."""
    return {name: value for name, value in values.items() if record.values.get(name) != value}


def write_update(work: Work, record: Record, values: Mapping[str, Any]) -> None:
    """Writes a change that a user asked for: version and time move, log and outbox know."""
    update_record(work, record.id, {**values, **next_stamps(work, record)})
    record_change(work, "update", record, values)


def write_derived(work: Work, record: Record, values: Mapping[str, Any]) -> None:
    """Writes what follows from a change elsewhere: logged as `derive`, the version stays.

    An editor who has the record open has not been overtaken by anyone (OBJ-20).
    """
    changed = differing(record, values)
    if changed:
        update_record(work, record.id, changed)
        record_change(work, "derive", record, changed)
