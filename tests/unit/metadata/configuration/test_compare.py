"""What differs between two configurations, and how one becomes the other."""

from dataclasses import replace

from hypothesis import given, settings

from metadata.configuration.compare import apply_differences, compare, undo
from metadata.configuration.documents import Document, configuration_document
from metadata.configuration.model import CompanyRole, Configuration
from metadata.configuration.telling import worth_telling
from metadata.model import Choice, FieldDef, Label, ObjectDef, ObjectKind
from tests.unit.metadata.configuration.values import configurations

EXAMPLES = settings(max_examples=50)
NAME = FieldDef(name="name", type="text", label=Label("名称", "Name"), column="name")
LEVEL = FieldDef(
    name="level",
    type="choice",
    label=Label("级别", "Level"),
    column="level",
    choices=(Choice("A", Label("甲", "A")), Choice("B", Label("乙", "B"))),
    position=1,
)
CAR = ObjectDef(
    name="car",
    plural="cars",
    label=Label("车", "Car"),
    kind=ObjectKind.RECORD,
    table="car",
    fields=(NAME, LEVEL),
)


def document(*fields: FieldDef, roles: tuple[CompanyRole, ...] = ()) -> Document:
    placed = tuple(replace(each, position=at) for at, each in enumerate(fields))
    return configuration_document(Configuration((replace(CAR, fields=placed),), roles))


def lines(before: Document, after: Document) -> list[str]:
    return [str(each) for each in worth_telling(compare(before, after))]


def order_of(item: Document) -> list[tuple[str, list[str]]]:
    """Names of objects and of their fields, in their order: equality of mappings ignores it."""
    objects = item["objects"] if isinstance(item, dict) else None
    if not isinstance(objects, dict):
        return []
    return [
        (name, [*fields])
        for name, each in objects.items()
        if isinstance(each, dict) and isinstance(fields := each["fields"], dict)
    ]


@EXAMPLES
@given(configurations, configurations)
def test_differences_lead_there_and_back(before: Configuration, after: Configuration) -> None:
    """Whatever the two are, differences make the one of the other, in its order, both ways."""
    old, new = (configuration_document(each, whole=True) for each in (before, after))
    differences = compare(old, new)
    there, back = apply_differences(old, differences), undo(new, differences)
    assert (there, order_of(there)) == (new, order_of(new))
    assert (back, order_of(back)) == (old, order_of(old))


@EXAMPLES
@given(configurations)
def test_equal_configurations_do_not_differ(configuration: Configuration) -> None:
    """Nothing is told of two that are equal."""
    assert compare(*(configuration_document(configuration) for _ in range(2))) == ()


def test_an_attribute_is_told_with_both_values() -> None:
    """Object, field, attribute, before and after."""
    changed = replace(NAME, required=True, label=Label("车名", "Name"))
    assert lines(document(NAME), document(changed)) == [
        "~ car.name.label.zh: 名称 → 车名",
        "~ car.name.required: not set → true",
    ]


def test_a_field_more_and_a_field_less_are_told_whole() -> None:
    """Neither moves the others."""
    assert lines(document(NAME), document(LEVEL, NAME)) == [
        "+ car.level: {type: choice, label: {zh: 级别, en: Level}, choices:"
        " {A: {label: {zh: 甲, en: A}}, B: {label: {zh: 乙, en: B}}}}"
    ]
    assert lines(document(NAME, LEVEL), document(LEVEL)) == ["- car.name"]


def test_an_order_that_was_changed_is_told() -> None:
    """Once for all fields."""
    assert lines(document(NAME, LEVEL), document(LEVEL, NAME)) == [
        "~ car.fields.(order): [name, level] → [level, name]"
    ]


def test_an_option_is_told_by_its_value() -> None:
    """A new colour, and one option more."""
    choices = (replace(LEVEL.choices[0], color="#f00"), *LEVEL.choices[1:])
    more = replace(LEVEL, choices=(*choices, Choice("C", Label("丙", "C"))))
    assert lines(document(LEVEL), document(more)) == [
        '~ car.level.choices.A.color: not set → "#f00"',
        "~ car.level.choices.C: not set → {label: {zh: 丙, en: C}}",
    ]


def test_rights_of_roles_are_told() -> None:
    """By the role's key."""
    seller = CompanyRole(key="seller", name="销售", actions={"car": ("read",)})
    more = replace(seller, data_scope="ALL", actions={"car": ("read", "update")})
    assert lines(document(roles=(seller,)), document(roles=(more,))) == [
        "~ role seller.dataScope: not set → ALL",
        "~ role seller.actions.car: [read] → [read, update]",
    ]
