"""What a change of metadata must be refused for, and whom it touches. By the model alone."""

from collections.abc import Iterator

from tests.harness.plain.model import Field, Metadata, many_of

Key = tuple[str, str]  # object, field
Problem = tuple[str, str]  # path, code


def refusals(before: Metadata, after: Metadata, concerns: Key) -> list[Problem]:
    """Why `before` must not become `after`, in order; a circle has no path, any may be told."""
    inputs = {key: inputs_of(after, key) for key in _computed(after)}
    missing = {key: code for key in inputs if (code := _missing(after, key))}
    if missing:
        return sorted((_place(after, key, concerns), code) for key, code in missing.items())
    reads = {key: reads_of(after, key) for key in inputs}
    if any(key in found for key, found in reads.items()):
        return [("", "FORMULA_CYCLE")]
    moving = set(_moving(after))
    timed = [key for key in moving if after[key[0]][key[1]].roll_up is not None]
    if timed:
        return sorted((_place(after, key, concerns), "FORMULA_TIMED") for key in timed)
    stored = set(_computed(before)) - set(_moving(before))
    return sorted((_place(after, key, concerns), "FORMULA_MOVES") for key in moving & stored)


def inputs_of(metadata: Metadata, key: Key) -> set[Key]:
    """The fields that a computed one is made of; those that are missing too."""
    at, name = key
    field = metadata[at][name]
    if field.roll_up is None:
        return {(at, each) for each in field.uses}
    found = many_of(metadata, at).get(field.roll_up.relation)
    if found is None:
        return set()
    other, by = found
    names = {by.name, field.roll_up.over, *field.roll_up.where} - {""}
    return {(other, each) for each in names}


def reads_of(metadata: Metadata, key: Key) -> set[Key]:
    """The same, with all that those are made of; with itself where that is a circle."""
    found: set[Key] = set()
    waiting = list(inputs_of(metadata, key))
    while waiting:
        each = waiting.pop()
        if each in found:
            continue
        found.add(each)
        field = metadata[each[0]].get(each[1])
        if field is not None and field.computed:
            waiting += inputs_of(metadata, each)
    return found


def dependants(metadata: Metadata, of: Key) -> set[tuple[str, str]]:
    """Kind and name of all that is computed from the field, however far up."""
    return {
        ("formula" if metadata[at][name].formula else "rollUp", f"{at}.{name}")
        for at, name in _computed(metadata)
        if of in reads_of(metadata, (at, name))
    }


def moves(metadata: Metadata, key: Key) -> bool:
    """Does its value move with the time of asking?"""
    field = metadata[key[0]].get(key[1])
    if field is None or not field.computed:
        return False
    below = (metadata[at].get(name) for at, name in reads_of(metadata, key))
    return any("TODAY()" in each.formula for each in (field, *below) if each is not None)


def _moving(metadata: Metadata) -> Iterator[Key]:
    return (key for key in _computed(metadata) if moves(metadata, key))


def _computed(metadata: Metadata) -> list[Key]:
    return [
        (at, each.name)
        for at, fields in metadata.items()
        for each in fields.values()
        if each.computed
    ]


def _missing(metadata: Metadata, key: Key) -> str:
    """The code of what the field needs and is not there."""
    field = metadata[key[0]][key[1]]
    if field.roll_up is not None and field.roll_up.relation not in many_of(metadata, key[0]):
        return "ROLL_UP_RELATION"
    there = all(name in metadata[at] for at, name in inputs_of(metadata, key))
    return "" if there else "FORMULA_UNKNOWN_FIELD"


def _place(metadata: Metadata, key: Key, concerns: Key) -> str:
    if key != concerns:
        return ".".join(key)
    field: Field = metadata[key[0]][key[1]]
    return "input.rollUp" if field.roll_up is not None else "input.formula"
