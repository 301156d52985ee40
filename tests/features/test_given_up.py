"""What is given up for good is counted before; labels stay unique through restoring and files."""

from collections.abc import Callable

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import (
    CREATE,
    CREATE_OBJECT,
    UPDATE,
    applied,
    change,
    differences,
    field,
    of_field,
    of_object,
    problems,
)

APPLY = """mutation($file: String!) { applyMetadataFile(file: $file) {
  applied version problems { path code message } } }"""


@pytest.fixture
def admin(make_company: Callable[[], TestCompany]) -> Client:
    return make_company().client("admin")


def told(client: Client, mutation: str, **variables: str) -> list[tuple[str, str, str]]:
    """What a change gives up, alike in its dry run and when it is done."""
    dry = change(client, mutation, dry=True, **variables)
    assert applied(client, mutation, **variables)["impact"] == dry["impact"]
    return [(each["kind"], each["name"], each["detail"]) for each in dry["impact"]]


def test_purging_says_how_many_values_and_records_go(admin: Client) -> None:
    applied(admin, CREATE_OBJECT, f={"label": {"zh": "设备"}, "name": "device"})
    applied(admin, CREATE, o="customer", f=field("传真", "text", name="fax"))
    relation = field("主设备", "relation", name="device", target="device")
    applied(admin, CREATE, o="customer", f=relation)
    create = "mutation($i: DeviceInput!) { createDevice(input: $i) { record { id } } }"
    made = [admin.run(create, i={"name": name})["createDevice"]["record"]["id"] for name in "甲乙"]
    for at, device in enumerate([*made, None]):
        admin.run(
            "mutation($i: CustomerInput!) { createCustomer(input: $i) { record { id } } }",
            i={"name": f"客户 {at}", "fax": "1" if at else None, "device": device},
        )
    applied(admin, of_field("deleteField"), o="customer", n="fax")
    assert told(admin, of_field("purgeField"), o="customer", n="fax") == [
        ("values", "customer.fax", "2 rows are given up for good")
    ]
    applied(admin, of_object("deleteObject"), n="device")
    assert told(admin, of_object("purgeObject"), n="device") == [
        ("values", "customer.device", "2 rows are given up for good"),
        ("records", "device", "2 rows are given up for good"),
    ]


def test_deleting_says_what_it_purges_by_the_way(make_company: Callable[[], TestCompany]) -> None:
    """Of more than 50 deleted fields the oldest goes for good."""
    company = make_company()
    admin = company.client("admin")
    applied(admin, CREATE, o="lead", f=field("最旧", "text", name="oldest"))
    admin.run('mutation { createLead(input: {name: "线索", oldest: "1"}) { record { id } } }')
    assert told(admin, of_field("deleteField"), o="lead", n="oldest") == []
    without: str = admin.run("{ metadataFile }")["metadataFile"]
    entries = "".join(
        f"      f{at}:\n        type: text\n        label: {{zh: 字段 {at}, en: Field {at}}}\n        custom: true\n"
        for at in range(50)
    )
    head, start, rest = without.partition("  lead:\n")
    before, fields, after = rest.partition("    fields:\n")
    many = "".join((head, start, before, fields, entries, after))
    few = many.replace(entries, entries[entries.index("      f49:") :])
    for file in (many, few):
        done = admin.run(APPLY, file=file)["applyMetadataFile"]
        assert done["applied"], done
    assert told(admin, of_field("deleteField"), o="lead", n="f49") == [
        ("values", "lead.oldest", "1 rows are given up for good")
    ]
    assert differences(company) == []


def test_a_field_comes_back_only_with_a_label_of_its_own(admin: Client) -> None:
    applied(admin, CREATE, o="customer", f=field("传真", "text", name="fax"))
    applied(admin, of_field("deleteField"), o="customer", n="fax")
    applied(admin, CREATE, o="customer", f=field("传真", "text", name="other"))
    found = problems(admin, of_field("restoreField"), o="customer", n="fax")
    assert [code for _, code in found] == ["LABEL_TAKEN"]
    applied(admin, UPDATE, o="customer", n="other", f={"label": {"zh": "传真二"}})
    applied(admin, of_field("restoreField"), o="customer", n="fax")


def test_a_file_may_exchange_labels_but_not_give_one_twice(admin: Client) -> None:
    for name in ("left", "right"):
        applied(admin, CREATE, o="customer", f=field(f"标 {name}", "text", name=name))
    file: str = admin.run("{ metadataFile }")["metadataFile"]
    assert "标 left" in file and "标 right" in file
    twice = admin.run(APPLY, file=file.replace("标 left", "标 right"))["applyMetadataFile"]
    assert not twice["applied"]
    assert {each["code"] for each in twice["problems"]} == {"LABEL_TAKEN"}
    assert twice["problems"][0]["path"][:3] == ["objects", "customer", "fields"]
    turned = (
        file.replace("标 left", "标 x").replace("标 right", "标 left").replace("标 x", "标 right")
    )
    assert admin.run(APPLY, file=turned)["applyMetadataFile"]["applied"]
