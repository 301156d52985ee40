"""The schema that a small company's metadata gives."""

import time

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType

from metadata.snapshot import Snapshot
from schema.build import build_schema
from tests.unit.schema.small import OBJECTS, SCHEMA, a_field, an_object

TYPES = SCHEMA.graphql.type_map


def fields(name: str) -> list[str]:
    found = TYPES[name]
    assert isinstance(found, GraphQLObjectType | GraphQLInputObjectType)
    return list(found.fields)


def test_a_record_has_its_fields_and_relations_of_both_directions() -> None:
    assert fields("Customer") == [
        "id",
        "name",
        "level",
        "form",
        "amount",
        "dealtAt",
        "version",
        "owner",
        "createdAt",
        "contacts",
        "followUps",
    ]


def test_only_what_can_never_be_missing_is_non_null() -> None:
    customer = TYPES["Customer"]
    assert isinstance(customer, GraphQLObjectType)
    never_null = [name for name, each in customer.fields.items() if str(each.type).endswith("!")]
    assert never_null == ["id", "version", "createdAt", "contacts", "followUps"]


def test_a_hidden_field_is_nowhere() -> None:
    assert "secret" not in SCHEMA.sdl()


def test_an_input_holds_what_may_be_written_and_requires_nothing_itself() -> None:
    assert fields("CustomerInput") == ["name", "level", "form", "amount", "dealtAt"]
    assert fields("CustomerKey") == ["name"]
    create = TYPES["CustomerInput"]
    assert isinstance(create, GraphQLInputObjectType)
    assert not any(str(each.type).endswith("!") for each in create.fields.values())


def test_choices_are_an_enum_only_where_they_ship_for_good() -> None:
    customer = TYPES["Customer"]
    assert isinstance(customer, GraphQLObjectType)
    assert str(customer.fields["form"].type) == "CustomerForm"
    assert str(customer.fields["level"].type) == "String"


def test_trashable_objects_alone_can_be_restored() -> None:
    mutations = fields("Mutation")
    assert {"restoreCustomers", "purgeCustomers", "deleteContacts"} <= set(mutations)
    assert "restoreContacts" not in mutations


def test_what_is_not_writable_has_no_mutations() -> None:
    assert "createRole" not in fields("Mutation")


def test_every_object_has_four_reads() -> None:
    assert {"customer", "customers", "customerGroups", "customerNeighbors"} <= set(fields("Query"))


def test_no_placeholder_is_left() -> None:
    assert "GeneratedRecord" not in SCHEMA.sdl()


def test_two_types_of_one_name_are_refused() -> None:
    clash = an_object("permission", a_field("name", "text"))
    with pytest.raises(ValueError, match="Permission"):
        build_schema(Snapshot(1, (*OBJECTS, clash)))


def test_two_operations_of_one_name_are_refused() -> None:
    """`createField` would be the object's, and the one that changes metadata is gone."""
    clash = an_object("field", a_field("name", "text"))
    with pytest.raises(ValueError, match="createField"):
        build_schema(Snapshot(1, (*OBJECTS, clash)))


def test_two_hundred_objects_build_in_a_second() -> None:
    many = tuple(
        an_object(f"thing{n}", *(a_field(f"field{m}", "text") for m in range(40)))
        for n in range(150)
    )
    snapshot = Snapshot(2, (*OBJECTS, *many))
    started = time.process_time()
    build_schema(snapshot)
    assert time.process_time() - started < 2.5
