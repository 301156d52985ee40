"""Changes of metadata, in the company and in the model: each succeeds, or is refused as foreseen."""

import json
from dataclasses import replace
from random import Random
from typing import Any

from tests.harness.client import Client
from tests.harness.metadata import CREATE, UPDATE, applied, change, is_gone, of_field, options
from tests.harness.plain.computed import Values
from tests.harness.plain.model import Field, Metadata, Step, Thing, World
from tests.harness.plain.refusals import Problem, dependants, refusals
from tests.harness.plain.shapes import some_formula, some_roll_up
from tests.harness.plain.values import OPTIONS, SAMPLES


def add(client: Client, world: World, thing: Thing, chance: Random) -> None:
    add_field(client, world, thing, Field(world.name("f"), chance.choice(sorted(SAMPLES))))


def add_relation(client: Client, world: World, thing: Thing, chance: Random) -> None:
    target = chance.choice(sorted(world.things))
    inverse = world.name("m") if chance.random() < 0.85 else ""
    made = Field(world.name("r"), "relation", target=target, inverse=inverse)
    add_field(client, world, thing, replace(made, empties=chance.random() < 0.5))


def add_formula(client: Client, world: World, thing: Thing, chance: Random) -> None:
    fields = tuple(thing.fields.values())
    add_field(client, world, thing, some_formula(chance, fields, world.name("c")))


def add_roll_up(client: Client, world: World, thing: Thing, chance: Random) -> None:
    made = some_roll_up(chance, Values(world), thing.name, world.name("c"))
    if made is not None:
        add_field(client, world, thing, made)


def add_field(client: Client, world: World, thing: Thing, made: Field) -> None:
    """Makes the field in both; not at all where it must be refused."""
    after = {**world.metadata, thing.name: {**thing.fields, made.name: made}}
    expected = refusals(world.metadata, after, (thing.name, made.name))
    if carried_out(client, CREATE, expected, o=thing.name, f=described(made)):
        thing.fields[made.name] = made


def recompute(client: Client, world: World, thing: Thing, chance: Random) -> None:
    """Another formula or roll-up in place of the one that a field has."""
    old = chance.choice(thing.computed)
    made: Field | None
    if old.formula:
        made = some_formula(chance, tuple(thing.fields.values()), old.name, old.type)
    else:
        made = some_roll_up(chance, Values(world), thing.name, old.name, old.type)
    if made is None:
        return
    after = {**world.metadata, thing.name: {**thing.fields, made.name: made}}
    expected = refusals(world.metadata, after, (thing.name, made.name))
    patch = {name: each for name, each in described(made).items() if name in ("formula", "rollUp")}
    if carried_out(client, UPDATE, expected, o=thing.name, n=old.name, f=patch):
        thing.fields[old.name] = made


def delete(client: Client, world: World, thing: Thing, chance: Random) -> None:
    """What depends on the field keeps it from going and is named, whether it goes or not."""
    own = [each.name for each in thing.fields.values() if not each.fixed]
    before = world.metadata
    used = [name for name in own if dependants(before, (thing.name, name))]
    name = chance.choice(used if used and chance.random() < 0.4 else own)
    dry = change(client, of_field("deleteField"), o=thing.name, n=name, dry=True)
    told = {(e["kind"], e["name"]) for e in dry["impact"] if e["kind"] in ("formula", "rollUp")}
    assert told == dependants(before, (thing.name, name))
    expected = refusals(before, _without(before, thing.name, name), (thing.name, name))
    if carried_out(client, of_field("deleteField"), expected, o=thing.name, n=name):
        thing.deleted[name] = thing.fields.pop(name)
        inner = f"{name} {{ id }}" if thing.deleted[name].target else name
        assert is_gone(client, f"{{ {thing.plural} {{ nodes {{ {inner} }} }} }}")


def restore(client: Client, world: World, thing: Thing, chance: Random) -> None:
    back = thing.deleted[chance.choice(sorted(thing.deleted))]
    after = {**world.metadata, thing.name: {**thing.fields, back.name: back}}
    expected = refusals(world.metadata, after, (thing.name, back.name))
    if carried_out(client, of_field("restoreField"), expected, o=thing.name, n=back.name):
        thing.fields[back.name] = thing.deleted.pop(back.name)
        if back.target:
            _forget_purged(world, thing, back)


def purge(client: Client, world: World, thing: Thing, chance: Random) -> None:
    name = chance.choice(sorted(thing.deleted))
    carried_out(client, of_field("purgeField"), [], o=thing.name, n=name)
    del thing.deleted[name]
    for row in thing.rows:
        row.values.pop(name, None)


def relabel(client: Client, world: World, thing: Thing, chance: Random) -> None:
    name = chance.choice(sorted(thing.fields))
    applied(client, UPDATE, o=thing.name, n=name, f={"label": {"zh": f"新{name}"}})


CHANGES = {
    "add": Step(add),
    "addRelation": Step(add_relation),
    "addFormula": Step(add_formula),
    "addRollUp": Step(add_roll_up),
    "recompute": Step(recompute, lambda thing: bool(thing.computed)),
    "deleteField": Step(delete, lambda thing: not all(f.fixed for f in thing.fields.values())),
    "restoreField": Step(restore, lambda thing: bool(thing.deleted)),
    "purgeField": Step(purge, lambda thing: bool(thing.deleted)),
    "relabel": Step(relabel),
}


def carried_out(client: Client, query: str, expected: list[Problem], **variables: Any) -> bool:
    """Makes the change, which must be refused for exactly what is expected."""
    found = change(client, query, **variables)
    told = sorted((".".join(each["path"]), each["code"]) for each in found["problems"])
    if [code for _, code in expected] == ["FORMULA_CYCLE"]:
        told = [("", code) for _, code in told]
    assert (found["applied"], told) == (not expected, expected), (variables, found)
    return not expected


def described(field: Field) -> dict[str, Any]:
    """The field as the input of `createField`."""
    found: dict[str, Any] = {
        "name": field.name,
        "label": {"zh": field.name},
        "type": field.type,
    }
    if field.formula:
        found["formula"] = field.formula
    if field.roll_up is not None:
        found["rollUp"] = {
            "relation": field.roll_up.relation,
            "function": field.roll_up.function,
            "field": field.roll_up.over,
            "where": json.dumps(field.roll_up.where) if field.roll_up.where else "",
        }
    if field.target:
        found["target"] = field.target
        found["onDelete"] = "SET_NULL" if field.empties else "RESTRICT"
        found |= {"inverse": field.inverse} if field.inverse else {}
    if field.type == "choice":
        found["choices"] = options(*OPTIONS)
    return found


def _without(metadata: Metadata, at: str, name: str) -> Metadata:
    return {**metadata, at: {key: f for key, f in metadata[at].items() if key != name}}


def _forget_purged(world: World, thing: Thing, relation: Field) -> None:
    """While a relation is deleted nothing keeps its targets from being purged."""
    there = {row.number for row in world.things[relation.target].rows}
    for row in thing.rows:
        if row.values.get(relation.name) not in there:
            row.values[relation.name] = None
