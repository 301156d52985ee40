"""Names of the demo: composed readings are the product's own, nothing comes twice."""

import re

import pytest

from demo.deck import Deck
from demo.names import NAMES, Spoken, compose, customer_name, mobile, person_name, spoken
from demo.vocabulary import GIVEN, HEADS, NEEDS, SURNAMES, TAILS
from engine.base.text import normalize_text, search_text, sort_key


def assert_read_as_a_whole(name: Spoken) -> None:
    assert name.sort == sort_key(name.text)
    assert name.search == search_text(name.text)
    assert name.text == normalize_text(name.text)


def test_composed_company_names_read_as_a_whole() -> None:
    for number in range(1, 4_000):
        assert_read_as_a_whole(customer_name(number).full)


def test_every_person_reads_as_a_whole() -> None:
    for surname in SURNAMES:
        for given in GIVEN:
            assert_read_as_a_whole(compose(spoken(surname), spoken(given)))


@pytest.mark.parametrize("need", NEEDS)
def test_titles_of_deals_read_as_a_whole(need: str) -> None:
    for head in HEADS:
        for tail in TAILS:
            short = compose(spoken(head), spoken(tail))
            assert_read_as_a_whole(compose(short, spoken(need), spoken("合同")))


def test_there_are_more_company_names_than_customers_of_the_largest_size() -> None:
    assert NAMES > 1_000_000
    names = {customer_name(number).full.text for number in range(1, 30_001)}
    assert len(names) == 30_000


def test_mobiles_are_valid_and_different() -> None:
    mobiles = [mobile(number) for number in range(1, 20_000)]
    assert len(set(mobiles)) == len(mobiles)
    assert all(re.fullmatch(r"1[3-9]\d{9}", each) for each in mobiles)


def test_the_same_seed_gives_the_same_people() -> None:
    one, other = Deck("x"), Deck("x")
    assert [person_name(one) for _ in range(50)] == [person_name(other) for _ in range(50)]
