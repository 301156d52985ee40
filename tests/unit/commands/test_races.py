"""F1, F4, F7 in one process: what two commands at once may and may not do."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from engine.base.errors import AppError, StaleVersion
from engine.commands.command import BatchUpdate, Command, CreateRecord, DeleteRecords, UpdateRecord
from tests.unit.commands.company import Office


def at_once(office: Office, person: str, commands: Sequence[Command]) -> list[str]:
    """Runs all in parallel; the code of the error of each, "" for success."""

    def attempt(command: Command) -> str:
        try:
            failures = office.run(person, command).failures
        except StaleVersion:
            # another command moved the rights: begin again, as a request does
            return attempt(command)
        except AppError as error:
            return error.code
        return failures[0].error.code if failures else ""

    with ThreadPoolExecutor(6) as threads:
        return list(threads.map(attempt, commands))


def repeat(make: Callable[[int], Command], times: int) -> list[Command]:
    return [make(number) for number in range(times)]


def test_one_of_many_equal_unique_values_wins(office: Office) -> None:
    spellings = ["13800009999", " 13800009999", "13800009999 "]

    def create(number: int) -> Command:
        values = {"name": f"同号{number}", "mobile": spellings[number % 3]}
        return CreateRecord(object="user", values=values)

    codes = at_once(office, "admin", repeat(create, 12))
    assert sorted(codes) == [""] + ["INVALID_INPUT"] * 11


def test_one_of_many_updates_of_one_version_wins(office: Office) -> None:
    id = office.create("alice", "customer", name="同时改")

    def update(number: int) -> Command:
        return UpdateRecord(id=id, values={"remark": f"r{number}"}, version=1)

    codes = at_once(office, "alice", repeat(update, 8))
    assert sorted(codes) == [""] + ["CONFLICT"] * 7
    assert office.row(id)["version"] == 2


def test_batches_in_opposite_order_do_not_deadlock(office: Office) -> None:
    ids = tuple(office.create("alice", "customer", name=f"对冲{n}") for n in range(12))

    def batch(number: int) -> Command:
        order = ids if number % 2 else ids[::-1]
        return BatchUpdate(object="customer", ids=order, values={"remark": f"b{number}"})

    assert at_once(office, "alice", repeat(batch, 8)) == [""] * 8


def test_a_deleted_parent_and_a_new_child_exclude_each_other(office: Office) -> None:
    for attempt in range(6):
        customer = office.create("alice", "customer", name=f"先后{attempt}")
        child = CreateRecord(object="contact", values={"name": "子", "customer": str(customer)})
        codes = at_once(office, "alice", [DeleteRecords(object="customer", ids=(customer,)), child])
        assert codes in (["", "INVALID_INPUT"], ["STILL_REFERENCED", ""])
