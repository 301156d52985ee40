"""F6: no number twice and none left out, whatever fails, is killed or types numbers meanwhile."""

import multiprocessing
from multiprocessing.process import BaseProcess

import pytest

from engine.base.clock import now
from engine.base.zones import today
from metadata.number_rule import NumberPart, NumberRule, PartKind
from tests.conftest import Services
from tests.harness.company import TestCompany
from tests.harness.fields import change_fields, custom, problems_of_company
from tests.harness.numbering import THREADS, create_leads
from tests.harness.servers import wait_until
from tests.races.test_writes import request, together

MANY = 12
COUNT = "select count(*) from {s}.lead"


@pytest.fixture(scope="module", autouse=True)
def numbered(company: TestCompany) -> None:
    rule = NumberRule(parts=(NumberPart(kind=PartKind.COUNTER),))
    change_fields(company, "lead", custom("code", "autoNumber", unique=True, number_rule=rule))


def begin(services: Services, company: TestCompany, processes: int, many: int) -> list[BaseProcess]:
    given = (services.database_url, company.company, company.tokens["alice"], many)
    context = multiprocessing.get_context("spawn")
    started: list[BaseProcess] = [
        context.Process(target=create_leads, args=given) for _ in range(processes)
    ]
    for process in started:
        process.start()
    return started


def numbers(company: TestCompany) -> list[int]:
    return [int(row["c_code"]) for row in company.sql("select c_code from {s}.lead order by 1")]


def assert_consecutive(company: TestCompany) -> int:
    """Every number from one on once, the counter at the last; returns that."""
    found = numbers(company)
    assert found == list(range(1, len(found) + 1))
    last = company.value("select last from {s}.number_counter where object = 'lead'")
    assert last == len(found)
    assert problems_of_company(company) == []
    return len(found)


def test_two_processes_and_twenty_threads_number_without_gaps(
    services: Services, company: TestCompany
) -> None:
    """One in ten is undone after it took its number."""
    for process in begin(services, company, 2, MANY):
        process.join()
        assert process.exitcode == 0
    made = assert_consecutive(company)
    assert 0 < made < 2 * MANY * THREADS


def test_a_killed_process_leaves_no_gap(services: Services, company: TestCompany) -> None:
    before = company.value(COUNT)
    killed, other = begin(services, company, 2, 40)
    wait_until(lambda: company.value(COUNT) > before + 40, "some leads are made")
    killed.kill()
    killed.join()
    assert killed.exitcode == -9
    other.join()
    assert other.exitcode == 0
    assert assert_consecutive(company) > before + 40


def test_typed_numbers_race_with_the_counter(company: TestCompany) -> None:
    """Nobody who leaves the number to the company is ever refused; nobody's is given twice."""
    customer = company.insert("customer", name="竞争", owner=company.people["alice"].number)
    query = "mutation($i: ContractInput!) { createContract(input: $i) { record { number } } }"
    values = {
        "name": "合",
        "customer": f"Customer:{customer}",
        "amount": "1",
        "signedOn": "2026-03-31",
    }
    day = f"{today(now(), company.company.time_zone):%Y%m%d}"

    def create(at: int) -> dict[str, object]:
        typed = {"number": f"{day}{at // 2 + 1:04d}"} if at % 2 else {}
        return request(company.client("alice", at // 2 % 2), query, {"i": {**values, **typed}})

    answers = together([lambda at=at: create(at) for at in range(40)])  # type: ignore[misc]
    left = answers[::2]
    assert [answer.get("errors") for answer in left] == [None] * 20
    assert {
        problem["code"]
        for answer in answers[1::2]
        for error in answer.get("errors") or ()
        for problem in error["extensions"]["problems"]
    } <= {"NOT_UNIQUE"}
    made = [row["number"] for row in company.sql("select number from {s}.contract")]
    succeeded = sum(answer.get("errors") is None for answer in answers)
    assert len(made) == len(set(made)) == succeeded
