"""Which fields choices hide (FLD-06), against a definition written another way."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.rules.option_logic import hidden_fields

NAMES = ("a", "b", "c", "d", "e")
# pairs point from a later name to an earlier one: no cycles
pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(("X", "Y")))
logic = st.dictionaries(st.sampled_from(NAMES), st.lists(pairs, min_size=1).map(tuple)).map(
    lambda found: {
        name: kept
        for name, each in found.items()
        if (kept := tuple(pair for pair in each if pair[0] < name))
    }
)
values = st.dictionaries(
    st.sampled_from(NAMES),
    st.one_of(st.none(), st.sampled_from(("X", "Y")), st.just(("X", "Y")), st.just(("Y",))),
)


@given(logic, values)
def test_hidden_is_what_no_visible_choice_reaches(
    shown_by: Mapping[str, tuple[tuple[str, str], ...]], values: Mapping[str, Any]
) -> None:
    """The visible fields grow from those that nothing controls, choice by choice."""
    visible = {name for name in NAMES if name not in shown_by}
    while True:
        chosen = {
            (name, option)
            for name in visible
            for option in ("X", "Y")
            if option in (values.get(name) or ())
        }
        grown = visible | {n for n in shown_by if chosen & set(shown_by[n])}
        if grown == visible:
            break
        visible = grown
    assert hidden_fields(shown_by, values) == frozenset(shown_by) - visible


def test_one_option_of_several_is_enough() -> None:
    shown_by = {"c": (("a", "X"), ("b", "X"))}
    assert hidden_fields(shown_by, {"a": "Y", "b": ("Y", "X")}) == frozenset()


def test_a_cycle_shows_nothing() -> None:
    shown_by = {"a": (("b", "X"),), "b": (("a", "X"),)}
    assert hidden_fields(shown_by, {"a": "X", "b": "X"}) == {"a", "b"}
