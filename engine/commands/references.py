"""References of an input: each target must exist and be the viewer's to read, and stay so.

A reference is a read (principle 8): a target out of scope is refused like one that is not there.
Targets are locked FOR KEY SHARE, so that no deletion slips in between.
"""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import Problem
from engine.base.identifiers import RecordId
from engine.commands.rights import allowed_numbers
from engine.commands.rows import referred
from engine.commands.work import Work
from metadata.snapshot import ObjectIndex


def check_references(work: Work, index: ObjectIndex, values: Mapping[str, Any]) -> list[Problem]:
    """BAD_REFERENCE for every field whose value points to nothing the viewer may see."""
    wanted = {name: referred(index.fields[name], value) for name, value in values.items()}
    targets = {target for each in wanted.values() for target in each}
    found = visible_records(work, targets)
    return [
        Problem(("input", name), "BAD_REFERENCE", {"field": index.fields[name].label})
        for name, each in wanted.items()
        if not found.issuperset(each)
    ]


def visible_records(work: Work, records: set[RecordId]) -> frozenset[RecordId]:
    """Those of the records that the viewer may see, locked against removal; a query per object."""
    found: set[RecordId] = set()
    for name in sorted({record.object for record in records}):
        if name in work.snapshot.by_name:
            numbers = [record.number for record in records if record.object == name]
            found |= {RecordId(name, n) for n in allowed_numbers(work, name, "read", numbers)}
    return frozenset(found)
