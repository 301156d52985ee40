"""What an administrator sets of a shipped field can be set back; some fields stay seen (FLD-03)."""

from typing import Any

import pytest

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import UPDATE, applied, change, differences, problems

BACK = """mutation($v: Int!) { rollBackMetadata(version: $v) {
  applied problems { path code message } } }"""


def setting(client: Client, item: str, name: str, attribute: str) -> Any:
    found = client.run(f"{{ metadata {{ objects {{ name fields {{ name {attribute} }} }} }} }}")
    (fields,) = [o["fields"] for o in found["metadata"]["objects"] if o["name"] == item]
    return next(each[attribute] for each in fields if each["name"] == name)


def test_a_shipped_field_made_required_can_be_optional_again(company: TestCompany) -> None:
    admin, other = company.client("admin"), company.client("admin", 1)
    applied(admin, UPDATE, o="customer", n="industry", f={"required": True})
    create = 'mutation { createCustomer(input: {name: "无行业"}) { record { industry } } }'
    assert other.refused(create).problems[0]["code"] == "REQUIRED"
    applied(admin, UPDATE, o="customer", n="industry", f={"required": False})
    assert other.run(create)["createCustomer"]["record"] == {"industry": None}
    assert differences(company) == []


def test_a_required_shipped_field_can_be_optional_and_hidden_at_once(company: TestCompany) -> None:
    admin = company.client("admin")
    applied(admin, UPDATE, o="lead", n="industry", f={"required": True})
    assert problems(admin, UPDATE, o="lead", n="industry", f={"hidden": True}) == [
        ("input.required", "REQUIRED_HIDDEN")
    ]
    applied(admin, UPDATE, o="lead", n="industry", f={"required": False, "hidden": True})
    applied(admin, UPDATE, o="lead", n="industry", f={"hidden": False})


def test_going_back_makes_a_shipped_field_optional_again(company: TestCompany) -> None:
    admin = company.client("admin")
    version = admin.run("{ metadata { version } }")["metadata"]["version"]
    patch = {"required": True, "maxLength": 20}
    applied(admin, UPDATE, o="contact", n="position", f=patch)
    assert change(admin, BACK, v=version) == {"applied": True, "problems": []}
    assert setting(admin, "contact", "position", "required") is False
    assert setting(admin, "contact", "position", "maxLength") is None


def test_what_ships_as_required_stays_so(company: TestCompany) -> None:
    admin = company.client("admin")
    assert problems(admin, UPDATE, o="contract", n="signedOn", f={"required": False}) == [
        ("input.required", "NOT_CHANGEABLE")
    ]


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ("lead", ("name", "level")),
        ("customer", ("name", "level")),
        ("contact", ("customer", "name")),
        ("product", ("name", "category", "price", "onSale")),
        ("opportunity", ("name",)),
        ("contract", ("customer", "opportunity", "number", "amount", "signedOn")),
        ("payment", ("customer", "contract", "number", "plan")),
        ("visit", ("customer", "contract")),
        ("invoice", ("number",)),
    ],
)
def test_fields_that_work_depends_on_cannot_be_hidden(
    company: TestCompany, item: str, names: tuple[str, ...]
) -> None:
    """The list of peer fact 1.6."""
    admin = company.client("admin")
    for name in names:
        found = problems(admin, UPDATE, o=item, n=name, f={"hidden": True})
        assert ("input.hidden", "NOT_CHANGEABLE") in found, name
        assert setting(admin, item, name, "name") == name
