"""Automatic numbers through two server processes (FLD-07): shipped and custom, by hand or not."""

from datetime import date
from typing import Any

import pytest

from engine.base.clock import now
from engine.base.zones import today
from metadata.number_rule import NumberPart, NumberRule, PartKind, Reset
from tests.harness.company import TestCompany
from tests.harness.fields import change_fields, custom, problems_of_company

CONTRACT = """mutation($input: ContractInput!) {
  createContract(input: $input) { record { id number signedOn } }
}"""
CODE = "mutation($input: CustomerInput!) { createCustomer(input: $input) { record { id code } } }"
COUNTER = NumberPart(kind=PartKind.COUNTER)


def day_of(company: TestCompany) -> str:
    return f"{today(now(), company.company.time_zone):%Y%m%d}"


def a_customer(company: TestCompany, name: str) -> str:
    made = company.client("alice").run(
        "mutation($n: String) { createCustomer(input: {name: $n}) { record { id } } }", n=name
    )
    id: str = made["createCustomer"]["record"]["id"]
    return id


def contract(company: TestCompany, customer: str, server: int = 0, **given: Any) -> dict[str, Any]:
    values = {
        "name": "合同",
        "customer": customer,
        "amount": "1",
        "signedOn": "2026-03-31",
        **given,
    }
    made = company.client("alice", server).run(CONTRACT, input=values)
    record: dict[str, Any] = made["createContract"]["record"]
    return record


def code(company: TestCompany, name: str, server: int = 0, **given: Any) -> str:
    made = company.client("alice", server).run(CODE, input={"name": name, **given})
    found: str = made["createCustomer"]["record"]["code"]
    return found


@pytest.fixture(scope="module")
def customer(company: TestCompany) -> str:
    return a_customer(company, "编号客户")


def test_contracts_are_numbered_by_day_of_creation_and_counter(
    company: TestCompany, customer: str
) -> None:
    before = day_of(company)
    made = [contract(company, customer, server)["number"] for server in (0, 1, 0)]
    if day_of(company) == before:
        assert made == [f"{before}{n:04d}" for n in (1, 2, 3)]
    assert [number[8:] for number in made] == ["0001", "0002", "0003"]


def test_a_number_is_found_like_any_text(company: TestCompany, customer: str) -> None:
    number = contract(company, customer)["number"]
    client = company.client("alice", 1)
    query = """query($w: ContractWhere, $t: String) {
      a: contracts(where: $w) { nodes { number } } b: contracts(search: $t) { nodes { number } }
    }"""
    found = client.run(query, w={"number": {"eq": number}}, t=number)
    assert found["a"]["nodes"] == found["b"]["nodes"] == [{"number": number}]


def test_a_typed_number_stays_and_the_counter_skips_it(company: TestCompany, customer: str) -> None:
    last = contract(company, customer)["number"]
    typed = [f"{last[:8]}{int(last[8:]) + n:04d}" for n in (1, 2, 4)]
    for number in typed:
        assert contract(company, customer, number=f" {number} ")["number"] == number
    made = [contract(company, customer, server)["number"] for server in (0, 1)]
    if made[-1][:8] == last[:8]:
        assert made == [f"{last[:8]}{int(last[8:]) + n:04d}" for n in (3, 5)]


def test_more_typed_numbers_than_are_looked_at_together_are_skipped(
    company: TestCompany, customer: str
) -> None:
    last = contract(company, customer)["number"]
    first = int(last[8:]) + 1
    for n in range(first, first + 230):
        company.insert(
            "contract", number=f"{day_of(company)}{n:04d}", name="旧", customer=int(customer[9:])
        )
    made = contract(company, customer)["number"]
    if made[:8] == last[:8]:
        assert int(made[8:]) == first + 230


def test_a_typed_number_that_is_taken_is_refused(company: TestCompany, customer: str) -> None:
    contract(company, customer, number="HT-1")
    values = {"name": "重复", "customer": customer, "amount": "1", "signedOn": "2026-03-31"}
    failure = company.client("alice").refused(CONTRACT, input={**values, "number": "ht-1"})
    assert [(p["path"], p["code"]) for p in failure.problems] == [
        (["input", "number"], "NOT_UNIQUE")
    ]


def test_a_refused_command_gives_its_number_back(company: TestCompany, customer: str) -> None:
    last = contract(company, customer)["number"]
    failure = company.client("alice").refused(CONTRACT, input={"customer": customer})
    assert {p["code"] for p in failure.problems} == {"REQUIRED"}
    assert ["input", "number"] not in [p["path"] for p in failure.problems]
    made = contract(company, customer)["number"]
    assert int(made[8:]) == int(last[8:]) + 1


def test_a_number_cannot_be_emptied(company: TestCompany, customer: str) -> None:
    id = contract(company, customer)["id"]
    query = "mutation($id: ID!, $i: ContractPatch!) { updateContract(id: $id, input: $i) { record { id } } }"
    failure = company.client("alice").refused(query, id=id, i={"number": None})
    assert [p["code"] for p in failure.problems] == ["REQUIRED"]


def test_payments_visits_and_invoices_are_numbered_too(company: TestCompany, customer: str) -> None:
    signed = contract(company, customer)["id"]
    inputs = {
        "Payment": {"paidOn": "2026-03-31", "amount": "5"},
        "Visit": {"visitedAt": "2026-03-31T08:00:00Z", "visitor": company.people["alice"].id},
        "Invoice": {"amount": "5", "type": "VAT_SPECIAL"},
    }
    for name, values in inputs.items():
        made = company.client("admin").run(
            f"mutation($i: {name}Input!) {{ r: create{name}(input: $i) {{ record {{ number }} }} }}",
            i={"customer": customer, "contract": signed, **values},
        )
        assert made["r"]["record"]["number"][8:] == "0001"


def test_a_rule_without_manual_entry_takes_no_input(company: TestCompany) -> None:
    """The start is the first number, steps follow; other fields of the record are parts."""
    rule = NumberRule(
        parts=(
            NumberPart(kind=PartKind.TEXT, text="KH-"),
            NumberPart(kind=PartKind.DATE, format="yyyyMM", field="nextContactAt"),
            NumberPart(kind=PartKind.TEXT, text="-"),
            NumberPart(kind=PartKind.FIELD, field="remark"),
            COUNTER,
        ),
        start=100,
        step=5,
        digits=5,
        reset=Reset.MONTHLY,
    )
    change_fields(company, "customer", custom("code", "autoNumber", unique=True, number_rule=rule))
    moment: Any = {"nextContactAt": "2026-03-31T16:30:00Z", "remark": "A/"}
    assert code(company, "规则 1", **moment) == "KH-202604-A/00100"
    assert code(company, "规则 2", 1, **moment) == "KH-202604-A/00105"
    assert code(company, "规则 3", nextContactAt="2026-03-31T15:30:00Z") == "KH-202603-00100"
    answer = company.client("alice").post(CODE, {"input": {"name": "规则 4", "code": "x"}}).json()
    assert "errors" in answer
    assert problems_of_company(company) == []


def test_the_checker_tells_a_counter_that_is_behind(company: TestCompany) -> None:
    company.sql(
        "update {s}.number_counter set last = 103 where object = 'customer' and period = '202604'"
    )
    assert problems_of_company(company) == [
        "the counter of customer.code 202604 is at 103, behind number 105"
    ]
    company.sql(
        "update {s}.number_counter set last = 105 where object = 'customer' and period = '202604'"
    )
    assert problems_of_company(company) == []


def test_a_changed_rule_goes_on_after_the_numbers_that_are_there(company: TestCompany) -> None:
    """A text field becomes numbered: rows keep what they have, the counter begins after it."""
    change_fields(company, "lead", custom("mark", "text", unique=True))
    for mark in ("X0007", "X0012", "Y0099", "X12"):
        company.insert("lead", name=mark, mark=mark)
    parts = (NumberPart(kind=PartKind.TEXT, text="X"), COUNTER)
    rule = NumberRule(parts=parts)
    change_fields(company, "lead", custom("mark", "autoNumber", unique=True, number_rule=rule))
    query = 'mutation { createLead(input: {name: "新"}) { record { mark } } }'
    made = [company.client("alice", n).run(query)["createLead"]["record"] for n in (0, 1)]
    assert made == [{"mark": "X0013"}, {"mark": "X0014"}]
    assert company.sql("select name, c_mark from {s}.lead where name = 'Y0099'") == [
        {"name": "Y0099", "c_mark": "Y0099"}
    ]
    higher = NumberRule(parts=parts, start=500)
    change_fields(company, "lead", custom("mark", "autoNumber", unique=True, number_rule=higher))
    assert company.client("alice").run(query)["createLead"]["record"] == {"mark": "X0500"}
    assert problems_of_company(company) == []


def test_the_rule_is_told_with_the_metadata(company: TestCompany) -> None:
    query = """{ metadata { objects { name fields {
      name type readOnly numberRule { parts { kind text format field } start step digits reset manual }
    } } } }"""
    objects = company.client("alice").run(query)["metadata"]["objects"]
    found = {
        (item["name"], field["name"]): field
        for item in objects
        for field in item["fields"]
        if field["numberRule"]
    }
    assert found["contract", "number"] == {
        "name": "number",
        "type": "autoNumber",
        "readOnly": False,
        "numberRule": {
            "parts": [
                {"kind": "date", "text": None, "format": "yyyyMMdd", "field": None},
                {"kind": "counter", "text": None, "format": None, "field": None},
            ],
            "start": 1,
            "step": 1,
            "digits": 4,
            "reset": "never",
            "manual": True,
        },
    }
    assert found["customer", "code"]["readOnly"] is True
    assert found["customer", "code"]["numberRule"]["reset"] == "monthly"


def test_the_day_in_a_number_is_a_day(company: TestCompany, customer: str) -> None:
    number = contract(company, customer)["number"]
    assert date.fromisoformat(f"{number[:4]}-{number[4:6]}-{number[6:8]}")
