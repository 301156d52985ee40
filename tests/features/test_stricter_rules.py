"""A rule that becomes stricter says how many records break it, and is made all the same."""

from typing import Any

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import CREATE, UPDATE, applied, change, differences, field, of_field

NEW = "mutation($i: ContactInput!) { createContact(input: $i) { record { id } } }"


def impact(client: Client, query: str, **variables: Any) -> list[tuple[str, str, str]]:
    """Of the dry run, which the change itself must repeat."""
    dry = change(client, query, dry=True, **variables)
    assert (dry["applied"], dry["problems"]) == (False, [])
    made = applied(client, query, **variables)
    assert made["impact"] == dry["impact"]
    return [(each["kind"], each["name"], each["detail"]) for each in dry["impact"]]


def contacts(company: TestCompany, **values: Any) -> None:
    """A contact for each of the values; one of them in the trash as well."""
    customer = company.insert("customer", name=f"客户 {sorted(values)}")
    (name,) = values
    for value in values[name]:
        company.insert("contact", name="人", customer=customer, **{name: value})
    trashed = company.insert("contact", name="旧", customer=customer, **{name: values[name][-1]})
    company.sql("update {s}.contact set deleted_at = now() where id = :id", id=trashed)


def test_a_shorter_length_counts_longer_texts(company: TestCompany) -> None:
    admin = company.client("admin")
    contacts(company, position=["总", "经理", "总经理", "副总经理"])
    found = impact(admin, UPDATE, o="contact", n="position", f={"maxLength": 2})
    assert found == [("brokenRule", "contact.position", "2 records are longer than 2")]
    assert impact(admin, UPDATE, o="contact", n="position", f={"maxLength": 50}) == []
    stored = company.value("select count(*) from {s}.contact where position = '副总经理'")
    assert stored == 2


def test_a_narrower_range_counts_what_is_outside(company: TestCompany) -> None:
    admin = company.client("admin")
    customer = company.insert("customer", name="商机客户")
    for amount in (1, 50, 99, 100, None):
        company.insert("opportunity", name="商机", customer=customer, amount=amount)
    given = {"maximum": "99.5", "minimum": "50"}
    assert impact(admin, UPDATE, o="opportunity", n="amount", f=given) == [
        ("totals", "opportunity", "is shown below lists"),
        ("brokenRule", "opportunity.amount", "1 records are below 50"),
        ("brokenRule", "opportunity.amount", "1 records are above 99.5"),
    ]
    wider = {"maximum": "1000", "minimum": "0"}
    found = impact(admin, UPDATE, o="opportunity", n="amount", f=wider)
    assert [kind for kind, _, _ in found] == ["totals"]


def test_a_required_field_counts_the_records_that_are_there(company: TestCompany) -> None:
    admin = company.client("admin")
    for n in range(3):
        company.insert("product", name=f"产品 {n}", code=f"{n}")
    wished = field("产地", "text", name="origin", required=True)
    found = impact(admin, CREATE, o="product", f=wished)
    assert found == [("brokenRule", "product.origin", "3 records are blank")]
    company.sql("update {s}.product set description = 'x' where code = '1'")
    assert impact(admin, CREATE, o="product", f=field("随意", "text")) == []
    applied(admin, of_field("deleteField"), o="product", n="origin")
    found = impact(admin, of_field("restoreField"), o="product", n="origin")
    assert found == [("brokenRule", "product.origin", "3 records are blank")]
    assert differences(company) == []


def test_an_empty_table_breaks_nothing(company: TestCompany) -> None:
    admin = company.client("admin")
    assert impact(admin, CREATE, o="campaign", f=field("必", "text", required=True)) == []
    assert impact(admin, UPDATE, o="campaign", n="budget", f={"maximum": "1"}) == []


def test_a_type_with_a_stricter_rule_counts_what_values_become(company: TestCompany) -> None:
    admin = company.client("admin")
    applied(admin, CREATE, o="lead", f=field("编码", "integer", name="code"))
    for code in (1, 12, 123):
        admin.run(
            f'mutation {{ createLead(input: {{name: "线索", code: {code}}}) {{ record {{ id }} }} }}'
        )
    found = impact(admin, UPDATE, o="lead", n="code", f={"type": "text", "maxLength": 2})
    assert found == [("brokenRule", "lead.code", "1 records are longer than 2")]


def test_a_large_table_is_not_counted(company: TestCompany) -> None:
    admin = company.client("admin")
    company.sql(
        "insert into {s}.visit (number, version, created_at, updated_at, feedback)"
        " select 'n' || n, 1, now(), now(), repeat('x', 1000) from generate_series(1, 10000) n"
    )
    found = impact(admin, UPDATE, o="visit", n="feedback", f={"maxLength": 2})
    assert found == [("brokenRule", "visit.feedback", "not counted: there are many records")]
    assert impact(admin, UPDATE, o="visit", n="feedback", f={"maxLength": 2000}) == []
