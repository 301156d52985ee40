"""What a viewer is told of the metadata."""

from engine.access.model import Access, AccessProfile, FieldAccess, Scope
from metadata.model import Choice, FieldDef, Label, LinkDef, ObjectDef, ObjectKind
from metadata.snapshot import Snapshot
from resolvers.metadata import FieldView, MetadataView, view_metadata


def label(text: str) -> Label:
    return Label(f"{text}（中）", text)


def field(name: str, type: str = "text", **more: object) -> FieldDef:
    return FieldDef(name=name, type=type, label=label(name), column=name, **more)  # type: ignore[arg-type]


CUSTOMER = ObjectDef(
    name="customer",
    plural="customers",
    label=label("Customer"),
    kind=ObjectKind.RECORD,
    table="customer",
    totals=("amount",),
    fields=(
        field("name", required=True, position=2),
        field("amount", "amount", maskable=True, position=1),
        field("secret", position=3),
        field("storageKey", hidden=True, position=4),
        field("level", "choice", choices=(Choice("A", label("Hot"), "red"),), position=5),
    ),
)
CONTACT = ObjectDef(
    name="contact",
    plural="contacts",
    label=label("Contact"),
    kind=ObjectKind.RECORD,
    table="contact",
    fields=(
        field(
            "customer",
            "relation",
            target="customer",
            inverse="contacts",
            inverse_label=label("People"),
        ),
    ),
    links=(),
)
LINK = ObjectDef(
    name="tie",
    plural="ties",
    label=label("Tie"),
    kind=ObjectKind.SATELLITE,
    table="tie",
    fields=(
        field("near", "relation", target="contact"),
        field("far", "relation", target="customer"),
    ),
)
SNAPSHOT = Snapshot(
    7,
    (
        CUSTOMER,
        ObjectDef(
            **{
                **{name: getattr(CONTACT, name) for name in CONTACT.__slots__},
                "links": (
                    LinkDef(
                        name="also", label=label("Also"), through="tie", near="near", far="far"
                    ),
                ),
            }
        ),
        LINK,
    ),
)
PROFILE = AccessProfile(
    "key",
    False,
    {"customer": {"read": Scope.OWN, "create": Scope.OWN}},
    {
        ("customer", "secret"): FieldAccess(Access.HIDDEN),
        ("customer", "amount"): FieldAccess(Access.READ, True),
    },
)


def fields(view: MetadataView) -> dict[str, FieldView]:
    return {each.name: each for each in view.objects[0].fields}


def test_hidden_fields_are_left_out_and_the_rest_is_in_order() -> None:
    assert list(fields(view_metadata(SNAPSHOT, PROFILE, "en"))) == ["amount", "name", "level"]
    full = AccessProfile("super", True)
    assert list(fields(view_metadata(SNAPSHOT, full, "en"))) == [
        "amount",
        "name",
        "secret",
        "level",
    ]


def test_a_masked_field_takes_part_in_nothing() -> None:
    view = view_metadata(SNAPSHOT, PROFILE, "en")
    amount = fields(view)["amount"]
    assert (amount.masked, amount.read_only, amount.access) == (True, True, "READ")
    assert (list(amount.operators), list(amount.aggregates)) == ([], [])
    assert not (amount.sortable or amount.groupable or amount.searchable)
    assert list(view.objects[0].totals) == []
    assert list(view_metadata(SNAPSHOT, AccessProfile("s", True), "en").objects[0].totals) == [
        "amount"
    ]


def test_labels_are_in_the_language_asked_for() -> None:
    english, chinese = (view_metadata(SNAPSHOT, PROFILE, each) for each in ("en", "zh"))
    assert (english.objects[0].label, chinese.objects[0].label) == ("Customer", "Customer（中）")
    assert fields(english)["level"].choices[0].label == "Hot"
    assert fields(chinese)["level"].choices[0].label == "Hot（中）"


def test_relations_to_many_have_their_label_and_target() -> None:
    view = view_metadata(SNAPSHOT, PROFILE, "en")
    found = [(r.name, r.label, r.target) for o in view.objects for r in o.relations]
    assert found == [("contacts", "People", "contact"), ("also", "Also", "customer")]


def test_actions_are_those_of_the_roles() -> None:
    view = view_metadata(SNAPSHOT, PROFILE, "en")
    assert [list(each.actions) for each in view.objects] == [["create", "read"], [], []]
