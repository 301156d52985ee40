"""A release meets what a company made of the release before."""

from dataclasses import replace

from metadata.changes.merge import free_name, merge
from metadata.model import Choice, FieldDef, ObjectDef
from tests.unit.metadata.sample import CUSTOMER, USER, field, label, with_fields, without_field


def merged(stored: ObjectDef, base: ObjectDef, release: ObjectDef) -> tuple[ObjectDef, list[str]]:
    found = merge([stored], [base], [release])
    return found.objects[0], list(found.notes)


def named(item: ObjectDef, name: str) -> FieldDef:
    (found,) = [each for each in item.fields if each.name == name]
    return found


def test_an_untouched_company_becomes_the_release() -> None:
    release = with_fields(CUSTOMER, field("extra"), field("name", max_length=99))
    assert merged(CUSTOMER, CUSTOMER, release) == (release, [])


def test_the_same_release_again_changes_nothing() -> None:
    stored = with_fields(CUSTOMER, field("own", custom=True), field("name", label=label("名")))
    assert merged(stored, CUSTOMER, CUSTOMER) == (stored, [])


def test_what_an_administrator_relabelled_stays_and_the_rest_moves_on() -> None:
    stored = with_fields(CUSTOMER, field("name", label=label("公司"), searchable=True))
    release = with_fields(CUSTOMER, field("name", label=label("new"), max_length=50))
    found, notes = merged(stored, CUSTOMER, release)
    assert named(found, "name") == field("name", label=label("公司"), max_length=50)
    assert notes == []


def test_what_an_administrator_added_stays() -> None:
    own = field("own", custom=True)
    found, notes = merged(with_fields(CUSTOMER, own), CUSTOMER, CUSTOMER)
    assert named(found, "own") == own
    assert notes == []


def test_what_an_administrator_removed_stays_away() -> None:
    found, _ = merged(without_field(CUSTOMER, "amount"), CUSTOMER, CUSTOMER)
    assert "amount" not in {each.name for each in found.fields}


def test_a_field_no_longer_shipped_stays_and_is_told() -> None:
    found, notes = merged(CUSTOMER, CUSTOMER, without_field(CUSTOMER, "amount"))
    assert named(found, "amount") == named(CUSTOMER, "amount")
    assert notes == ["field customer.amount is no longer shipped; it stays"]


def test_an_own_field_wins_over_a_new_one_of_its_name() -> None:
    own = field("budget", "integer", custom=True)
    release = with_fields(CUSTOMER, field("budget", "amount"))
    found, notes = merged(with_fields(CUSTOMER, own), CUSTOMER, release)
    assert named(found, "budget") == own
    assert notes == ["field customer.budget is the company's own; the new one was left out"]


def test_a_taken_column_gets_a_number() -> None:
    own = field("mine", column="budget", custom=True)
    release = with_fields(CUSTOMER, field("budget", "amount"))
    found, _ = merged(with_fields(CUSTOMER, own), CUSTOMER, release)
    assert named(found, "budget").column == "budget_2"


def test_a_type_that_values_cannot_take_is_left() -> None:
    release = with_fields(CUSTOMER, field("name", "integer"))
    found, notes = merged(CUSTOMER, CUSTOMER, release)
    assert named(found, "name").type == "text"
    assert notes == ["field customer.name keeps its type text: its values cannot become integer"]


def test_options_unite() -> None:
    a, b, c, own = (Choice(value, label(value)) for value in ("A", "B", "C", "own"))
    recoloured = replace(a, color="red")
    stored = with_fields(CUSTOMER, field("level", "choice", choices=(recoloured, b, own)))
    renamed = replace(b, label=label("best"))
    release = with_fields(CUSTOMER, field("level", "choice", choices=(a, c, renamed)))
    found, _ = merged(stored, CUSTOMER, release)
    assert named(found, "level").choices == (recoloured, c, renamed, own)


def test_objects_come_stay_and_are_told() -> None:
    own = replace(CUSTOMER, name="visit", custom=True, table="visit")
    found = merge([CUSTOMER, own], [CUSTOMER], [USER])
    assert [each.name for each in found.objects] == ["user", "customer", "visit"]
    assert found.notes == ("object customer is no longer shipped; it stays",)


def test_a_new_object_takes_no_table_that_is_there() -> None:
    own = replace(CUSTOMER, name="mine", custom=True, table="user")
    found = merge([own], [], [USER])
    assert [each.table for each in found.objects] == ["user_2", "user"]


def test_free_names_count_up() -> None:
    assert free_name("a", {"b"}) == "a"
    assert free_name("a", {"a", "a_2"}) == "a_3"
