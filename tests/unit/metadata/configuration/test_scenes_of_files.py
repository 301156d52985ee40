"""Scenes as a file says them: JSON in YAML, told apart by object and name."""

from dataclasses import replace
from typing import Any

import pytest

from engine.base.errors import InvalidInput
from metadata.configuration.compare import compare
from metadata.configuration.documents import configuration_document
from metadata.configuration.model import CompanyScene, Configuration
from metadata.configuration.read import read_configuration
from metadata.configuration.telling import worth_telling
from metadata.configuration.write import write_configuration
from tests.unit.metadata.configuration.test_bad_files import GOOD, problems
from tests.unit.metadata.configuration.test_compare import CAR

MINE = CompanyScene(name="我的", where={"owner": {"me": True}})


def with_scenes(*scenes: CompanyScene) -> Configuration:
    car = replace(CAR, table="", fields=())
    return Configuration((car,), (), {"car": scenes} if scenes else {})


def file(scenes: str) -> str:
    """The good file, with these scenes of its only object."""
    return GOOD.replace("roles: {}", f"    scenes:{scenes}\nroles: {{}}")


def where(condition: str) -> Any:
    ((scene,),) = read_configuration(file(f"\n      a: {{where: {condition}}}")).scenes.values()
    return scene.where


def told(before: Configuration, after: Configuration) -> list[str]:
    documents = [configuration_document(each) for each in (before, after)]
    return [str(each) for each in worth_telling(compare(*documents))]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("'true'", "true"),
        ("null", None),
        ('"null"', "null"),
        ("~", None),
        ("no", "no"),
        ("2026-01-01", "2026-01-01"),
        ("3", 3),
        ('"3"', "3"),
        ("007", "007"),
        ("18446744073709551615", 18446744073709551615),
        ("18446744073709551616", 1.8446744073709552e19),
        ("-1.5e3", -1500.0),
        ("[1, [a], {b: false}]", [1, ["a"], {"b": False}]),
    ],
)
def test_what_is_not_quoted_means_what_json_means_by_it(written: str, value: object) -> None:
    """Numbers, true, false and null; everything else is text."""
    found = where(f"{{x: {written}}}")["x"]
    assert (found, type(found)) == (value, type(value))


def test_an_object_without_the_section_has_no_scenes() -> None:
    """As one without `links` has none; an empty section says the same."""
    assert read_configuration(GOOD).scenes == {}
    assert read_configuration(file(" {}")) == read_configuration(GOOD)


def test_what_is_wrong_with_scenes_comes_with_everything_else() -> None:
    """Line and path of each."""
    wrong = file("\n      a: {were: {}, where: [], orderBy: {}}\n      b: {where: {x: 1e999}}")
    assert problems(wrong.replace("kind: record", "kind: recrod")) == [
        (6, "UNKNOWN_VALUE", "objects.car.kind"),
        (13, "NOT_A_MAPPING", "objects.car.scenes.a.where"),
        (13, "NOT_A_LIST", "objects.car.scenes.a.orderBy"),
        (13, "UNKNOWN_KEY", "objects.car.scenes.a.were"),
        (14, "NOT_DECIMAL", "objects.car.scenes.b.where.x"),
    ]
    with pytest.raises(InvalidInput):
        read_configuration(file(" [a]"))


def test_the_deepest_filter_that_a_scene_may_have_comes_back() -> None:
    """Forty levels."""
    condition: dict[str, Any] = {"x": {}}
    for _ in range(38):
        condition = {"not": condition}
    deep = with_scenes(replace(MINE, where=condition))
    assert read_configuration(write_configuration(deep)) == deep


def test_scenes_that_come_and_go_are_told_one_by_one() -> None:
    """Also the first of an object and its last; a filter is told whole, with its nulls."""
    other = CompanyScene(name="fields", where={"name": {"eq": None}}, search="x")
    assert told(with_scenes(), with_scenes(MINE, other)) == [
        "+ car.scene 我的: {where: {owner: {me: true}}}",
        "+ car.scene fields: {where: {name: {eq: null}}, search: x}",
    ]
    assert told(with_scenes(MINE, other), with_scenes()) == [
        "- car.scene 我的",
        "- car.scene fields",
    ]
    changed = CompanyScene(name="fields", where={"name": {}}, order_by=({"name": "ASC"},))
    assert told(with_scenes(MINE, other), with_scenes(MINE, changed)) == [
        "~ car.scene fields.where: {name: {eq: null}} → {name: {}}",
        "~ car.scene fields.orderBy: not set → [{name: ASC}]",
        "~ car.scene fields.search: x → not set",
    ]
