"""Records created, changed, trashed, brought back and purged, in the company and in the model."""

from random import Random
from typing import Any

from tests.harness.client import Client
from tests.harness.plain.computed import Values
from tests.harness.plain.model import Field, Record, Step, Thing, World
from tests.harness.plain.values import given, some_value


def create(client: Client, world: World, thing: Thing, chance: Random) -> None:
    values = _some_values(chance, world, thing, share=0.8)
    if values is None:
        return
    values["name"] = f"{chance.choice('甲乙aZ')}{world.name('n')}"
    query = (
        f"mutation($i: {thing.type_name}Input!) {{ made: create{thing.type_name}(input: $i)"
        f" {{ record {{ id {plain_names(thing)} }} }} }}"
    )
    made = client.run(query, i=_input(world, thing, values))["made"]["record"]
    row = Record(int(made.pop("id").partition(":")[2]), values)
    thing.rows.append(row)
    assert made == plain_values(Values(world), thing, row)


def update(client: Client, world: World, thing: Thing, chance: Random) -> None:
    values = _some_values(chance, world, thing, share=0.4)
    if not values:
        return
    row = chance.choice(thing.living)
    query = (
        f"mutation($id: ID!, $i: {thing.type_name}Patch!) {{ made: update{thing.type_name}"
        f"(id: $id, input: $i) {{ record {{ {plain_names(thing)} }} }} }}"
    )
    made = client.run(query, id=thing.id(row), i=_input(world, thing, values))["made"]["record"]
    row.values.update(values)
    assert made == plain_values(Values(world), thing, row)


def remove(client: Client, world: World, thing: Thing, chance: Random) -> None:
    row = chance.choice(thing.living)
    held = any(not each.trashed for each in _holding(world, thing, row))
    if _batch(client, f"delete{thing.of_many}", thing.id(row), "STILL_REFERENCED" if held else ""):
        _empty(world, thing, row)
        row.trashed = True


def restore(client: Client, world: World, thing: Thing, chance: Random) -> None:
    row, values = chance.choice(thing.trashed), Values(world)
    dangling = [
        field
        for field in thing.fields.values()
        if field.target
        and row.values.get(field.name) is not None
        and values.target(thing.name, row, field.name) is None
    ]
    refused = any(not field.empties for field in dangling)
    if _batch(client, f"restore{thing.of_many}", thing.id(row), "RULE_VIOLATED" if refused else ""):
        row.values.update({field.name: None for field in dangling})
        row.trashed = False


def purge(client: Client, world: World, thing: Thing, chance: Random) -> None:
    row = chance.choice(thing.trashed)
    code = "STILL_REFERENCED" if _holding(world, thing, row) else ""
    if _batch(client, f"purge{thing.of_many}", thing.id(row), code):
        _empty(world, thing, row)
        thing.rows.remove(row)


RECORD_STEPS = {
    "create": Step(create),
    "update": Step(update, lambda thing: bool(thing.living)),
    "remove": Step(remove, lambda thing: bool(thing.living)),
    "restore": Step(restore, lambda thing: bool(thing.trashed)),
    "purge": Step(purge, lambda thing: bool(thing.trashed)),
}


def plain_names(thing: Thing) -> str:
    """The fields of an object that have no fields of their own, as a selection."""
    return " ".join(each.name for each in thing.fields.values() if not each.target)


def plain_values(values: Values, thing: Thing, row: Record) -> dict[str, Any]:
    """What they must show of a record."""
    return {
        each.name: given(each, values.of(thing.name, row, each.name))
        for each in thing.fields.values()
        if not each.target
    }


def _some_values(chance: Random, world: World, thing: Thing, share: float) -> dict[str, Any] | None:
    """Values of some typed fields; None where a required relation has nothing to lead to."""
    found: dict[str, Any] = {}
    for each in thing.typed:
        targets = world.things[each.target].living if each.target else []
        if each.required and not targets:
            return None
        wanted = each.required or chance.random() < (max(share, 0.6) if each.target else share)
        if each.name == "name" or not wanted:
            continue
        if not each.target:
            found[each.name] = some_value(chance, each.type)
        elif targets and (each.required or chance.random() < 0.8):
            found[each.name] = chance.choice(targets).number
        else:
            found[each.name] = None
    return found


def _input(world: World, thing: Thing, values: dict[str, Any]) -> dict[str, Any]:
    return {name: _as_given(world, thing.fields[name], value) for name, value in values.items()}


def _as_given(world: World, field: Field, value: Any) -> Any:
    if not field.target:
        return given(field, value)
    return None if value is None else f"{world.things[field.target].type_name}:{value}"


def _holding(world: World, thing: Thing, row: Record) -> list[Record]:
    """Records, trashed ones too, that keep this one from going."""
    return [
        each
        for other, field in world.referring(thing.name)
        for each in other.rows
        if not field.empties and each.values.get(field.name) == row.number
    ]


def _empty(world: World, thing: Thing, row: Record) -> None:
    for other, field in world.referring(thing.name):
        for each in other.rows:
            if field.empties and each.values.get(field.name) == row.number:
                each.values[field.name] = None


def _batch(client: Client, verb: str, id: str, refused: str) -> bool:
    """Does it to the one record; whether it was done, which must be as foreseen."""
    query = f"mutation($ids: [ID!]!) {{ made: {verb}(ids: $ids) {{ done failed {{ code }} }} }}"
    made = client.run(query, ids=[id])["made"]
    assert made == {
        "done": [] if refused else [id],
        "failed": [{"code": refused}] if refused else [],
    }
    return not refused
