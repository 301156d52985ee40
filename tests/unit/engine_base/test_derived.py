"""What is made once of an immutable value: by key, within a bound."""

from engine.base.derived import Derived


def test_made_once_for_a_key() -> None:
    derived, made = Derived(2), []

    def make() -> str:
        made.append(1)
        return "value"

    assert [derived.get("a", make) for _ in range(3)] == ["value"] * 3
    assert len(made) == 1


def test_the_least_recently_used_goes_first() -> None:
    derived = Derived(2)
    for key in ("a", "b", "a", "c"):
        derived.get(key, key.upper)
    assert len(derived) == 2
    assert derived.get("a", lambda: "anew") == "A"
    assert derived.get("b", lambda: "anew") == "anew"
