"""The CRM that ships is whole: names of the API, references, physical names, rights."""

import pytest

from engine.base.names import BadName, check_api_name, snake_case
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import FIELD_TYPES, field_type
from metadata.model import ACTIONS, Capability, FieldDef, ObjectDef, ObjectKind, OnDelete, RowScope
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from metadata.standard.roles import ROLES

SNAPSHOT = Snapshot(1, STANDARD.objects)
FIELDS = [(each, field) for each in STANDARD.objects for field in each.fields]
PROMISED = {
    "lead": "name source mobile telephone email address industry level nextContactAt remark convertedAt customer",
    "customer": "name source mobile telephone website email industry level nextContactAt remark region location dealStatus dealtAt locked primaryContact parent receivedAt",
    "contact": "name customer mobile telephone email position decisionMaker gender address nextContactAt remark reportsTo",
    "opportunity": "name customer amount expectedCloseOn remark pipeline stage outcome outcomeReason discountRate lines primaryContact contacts",
    "contract": "number name customer opportunity amount signedOn startsOn endsOn customerSigner companySigner type remark discountRate lines approvalStatus received outstanding",
    "payment": "number customer contract plan paidOn amount method remark approvalStatus",
    "paymentPlan": "customer contract sequence amount dueOn remindDays method remark status received outstanding",
    "invoice": "number customer contract contractAmount amount type issuedOn invoiceNumber trackingNumber status titleType title taxNumber bank bankAccount registeredAddress telephone recipient recipientMobile recipientAddress remark approvalStatus",
    "visit": "number customer contact contract visitor visitedAt form satisfaction feedback",
    "product": "name code category unit price costPrice description onSale mainImages detailImages",
    "campaign": "name type status startsOn endsOn budget cost expectedIncome actualIncome description parent",
    "followUp": "record type text nextContactAt contact author createdAt",
    "teamMember": "record user access until",
    "user": "name mobile email gender position department superior status",
    "department": "name parent leader",
    "opportunityLine": "product price salePrice quantity unit discount subtotal",
    "contractLine": "product price salePrice quantity unit discount subtotal",
}
SYSTEM = "version owner createdBy createdAt updatedAt lastFollowUpAt lastFollowUpText"
RECORDS = [each for each in STANDARD.objects if each.kind is ObjectKind.RECORD]


@pytest.mark.parametrize("name", PROMISED)
def test_the_names_of_the_api_are_there(name: str) -> None:
    index = SNAPSHOT.object(name)
    assert set(PROMISED[name].split()) <= index.fields.keys() | index.many.keys()


@pytest.mark.parametrize("each", RECORDS, ids=lambda each: each.name)
def test_records_have_their_system_fields_and_satellites(each: ObjectDef) -> None:
    index = SNAPSHOT.object(each.name)
    assert set(SYSTEM.split()) <= index.fields.keys()
    assert all(index.fields[name].read_only for name in SYSTEM.split())
    assert {"followUps", "attachments", "operationLog"} <= index.many.keys()
    assert ("teamMembers" in index.many) is each.can(Capability.TEAM)


def test_a_customer_leads_to_all_that_hangs_on_it() -> None:
    wanted = (
        "contacts opportunities contracts payments paymentPlans invoices visits followUps"
        " addresses expenses attachments teamMembers operationLog"
    )
    assert set(wanted.split()) <= SNAPSHOT.object("customer").many.keys()


def test_both_sides_of_an_opportunity_know_its_contacts() -> None:
    assert SNAPSHOT.object("opportunity").many["contacts"].target == "contact"
    assert SNAPSHOT.object("contact").many["opportunities"].target == "opportunity"


def test_names_are_unique_and_follow_the_grammar() -> None:
    names = [name for each in STANDARD.objects for name in (each.name, each.plural)]
    assert len(set(names)) == len(names)
    for index in SNAPSHOT.by_name.values():
        members = [*(f.name for f in index.definition.fields), *index.many]
        assert len(set(members)) == len(members)
        for name in (index.name, *members):
            check_api_name(name)
    with pytest.raises(BadName):
        check_api_name("id")


@pytest.mark.parametrize(("each", "field"), FIELDS, ids=lambda x: x.name)
def test_a_field_is_declared_consistently(each: ObjectDef, field: FieldDef) -> None:
    kind = FIELD_TYPES[field.type].kind
    known = {item.name for item in STANDARD.objects}
    assert field.label.zh and field.label.en
    assert field.column.startswith(snake_case(field.name)) and len(field.column) <= 50
    assert (field.target is not None) is (kind in (ValueKind.RELATION, ValueKind.RELATIONS))
    assert field.target is None or field.target in known
    assert bool(field.targets) is (kind is ValueKind.RECORD)
    assert set(field.targets) <= known
    assert bool(field.choices) is (kind in (ValueKind.CHOICE, ValueKind.CHOICES))
    assert not field.maskable or field_type(field.type).mask is not None
    assert field.inverse is None or field.inverse_label is not None


@pytest.mark.parametrize(("each", "field"), FIELDS, ids=lambda x: x.name)
def test_options_and_defaults_are_valid(each: ObjectDef, field: FieldDef) -> None:
    values = [choice.value for choice in field.choices]
    assert len(set(values)) == len(values)
    assert all(value.isascii() and value == value.upper() for value in values)
    if field.default is None:
        return
    assert field.default.startswith("=") or field.default in ("today", "now", "currentUser")
    if field.default.startswith("="):
        type = field_type(field.type)
        assert type.parse(field, type.from_text(field, field.default[1:])) is not None


@pytest.mark.parametrize("each", STANDARD.objects, ids=lambda each: each.name)
def test_an_object_refers_to_its_own_fields(each: ObjectDef) -> None:
    fields = {field.name: field for field in each.fields}
    columns = [c.name for f in each.fields for c in field_type(f.type).columns(f)]
    assert len(set(columns)) == len(columns)
    assert each.title in fields
    assert {*each.search_through, *each.totals} <= fields.keys()
    assert (each.parent in fields) is (each.row_scope in (RowScope.PARENT, RowScope.PERSONAL))
    assert ("owner" in fields) is each.can(Capability.OWNED)
    assert ("deletedAt" in fields) is each.can(Capability.TRASHABLE)
    assert [field.position for field in each.fields] == list(range(len(each.fields)))


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("customer", "contact opportunity contract payment paymentPlan invoice visit"),
        ("contact", "contract visit"),
        ("opportunity", "contract"),
        ("contract", "payment paymentPlan invoice visit"),
        ("product", "opportunityLine contractLine"),
        ("productCategory", "product productCategory"),
        ("department", "user department"),
    ],
)
def test_the_delete_guard_names_what_must_go_first(target: str, names: str) -> None:
    """OBJ-11, ADM-02, PRD-01."""
    found = {
        each.name
        for each, field in SNAPSHOT.references[target]
        if field.on_delete is OnDelete.RESTRICT
    }
    assert found == set(names.split())


@pytest.mark.parametrize(
    ("object", "field"),
    [("opportunity", "amount"), ("contract", "amount"), ("product", "price")],
)
def test_some_amounts_are_never_masked(object: str, field: str) -> None:
    """Peer fact 1.10."""
    assert not SNAPSHOT.field(object, field).maskable


def test_what_the_engine_keeps_is_no_input() -> None:
    kept = "contract.received contract.outstanding contract.approvalStatus paymentPlan.received customer.dealtAt customer.locked opportunity.outcome opportunity.stage user.status"
    for name in kept.split():
        assert SNAPSHOT.field(*name.split(".")).read_only, name


@pytest.mark.parametrize(
    ("object", "fields"),
    [
        ("lead", "name mobile telephone"),
        ("customer", "name mobile telephone"),
        ("contact", "name mobile telephone"),
        ("opportunity", "name"),
        ("contract", "number name"),
        ("payment", "number"),
        ("visit", "number"),
        ("product", "name code"),
    ],
)
def test_the_search_box_covers_the_fields_of_the_manual(object: str, fields: str) -> None:
    """OBJ-04."""
    found = [f.name for f in SNAPSHOT.object(object).definition.fields if f.searchable]
    assert found == fields.split()


def test_hidden_fields_are_internal() -> None:
    assert [(e.name, f.name) for e, f in FIELDS if f.hidden] == [("attachment", "storageKey")]


def test_roles_name_objects_and_actions_that_exist() -> None:
    keys = [role.key for role in ROLES]
    assert len(set(keys)) == len(keys)
    assert [role.key for role in ROLES if role.is_super] == ["superAdmin"]
    for role in ROLES:
        assert role.family in ("SYSTEM", "OFFICE", "CRM")
        assert role.data_scope in ("own", "subordinates", "department", "subDepartments", "all")
        for name, actions in role.actions.items():
            assert name in SNAPSHOT.by_name and set(actions) <= set(ACTIONS)


def test_finance_changes_money_and_nothing_else() -> None:
    finance = next(role for role in ROLES if role.key == "finance")
    assert {name for name, actions in finance.actions.items() if "update" in actions} == {
        "payment",
        "invoice",
    }


@pytest.mark.parametrize("item", STANDARD.objects, ids=lambda each: each.name)
def test_labels_of_an_object_tell_its_fields_apart(item: ObjectDef) -> None:
    for language in ("zh", "en"):
        labels = [each.label.of(language).casefold() for each in item.fields]
        assert len(labels) == len(set(labels))
