"""A file that is wrong says everything that is wrong with it, and where."""

import pytest

from engine.base.errors import InvalidInput
from metadata.configuration.read import LARGEST_FILE, read_configuration

GOOD = """shape: 1
objects:
  car:
    plural: cars
    label: {zh: 车, en: Car}
    kind: record
    fields:
      name:
        type: text
        label: {zh: 名称, en: Name}
        maxLength: 20
roles: {}
"""


def problems(text: str) -> list[tuple[object, str, str]]:
    """(line, code, path) of every problem."""
    with pytest.raises(InvalidInput) as caught:
        read_configuration(text)
    return [
        (each.params["line"], each.code, ".".join(map(str, each.path)))
        for each in caught.value.problems
    ]


def test_the_good_file_is_read() -> None:
    """What the others break."""
    (car,) = read_configuration(GOOD).objects
    assert (car.name, car.fields[0].max_length, car.table) == ("car", 20, "")


def test_all_problems_come_at_once_with_line_and_path() -> None:
    """Unknown keys, missing ones, values of another type: nothing hides behind the first."""
    bad = (
        GOOD.replace("plural: cars", "plurals: cars")
        .replace("kind: record", "kind: recrod")
        .replace(
            "maxLength: 20", "maxLength: twenty\n        requierd: true\n        unique: maybe"
        )
        .replace("roles: {}", "roles: []\nrules: {}")
        .replace("shape: 1", "shape: 2")
    )
    assert problems(bad) == [
        (1, "UNKNOWN_SHAPE", "shape"),
        (4, "MISSING_KEY", "objects.car.plural"),
        (4, "UNKNOWN_KEY", "objects.car.plurals"),
        (6, "UNKNOWN_VALUE", "objects.car.kind"),
        (11, "NOT_INT", "objects.car.fields.name.maxLength"),
        (12, "UNKNOWN_KEY", "objects.car.fields.name.requierd"),
        (13, "NOT_BOOL", "objects.car.fields.name.unique"),
        (15, "UNKNOWN_KEY", "rules"),
    ]


def test_a_pair_has_two_values() -> None:
    """What an option shows is its value and names of fields."""
    shows = "type: text\n        shows: [[A, [x]], [B], [C, x]]"
    assert problems(GOOD.replace("type: text", shows)) == [
        (10, "WRONG_COUNT", "objects.car.fields.name.shows.1"),
        (10, "NOT_A_LIST", "objects.car.fields.name.shows.2.1"),
    ]


def test_names_of_tables_and_columns_are_no_part_of_a_file() -> None:
    """They belong to one company."""
    assert problems(GOOD.replace("type: text", "type: text\n        column: name")) == [
        (10, "UNKNOWN_KEY", "objects.car.fields.name.column")
    ]


def test_a_key_that_stands_twice_is_told() -> None:
    """The later one would silently win otherwise."""
    assert problems(GOOD.replace("plural: cars", "plural: cars\n    plural: autos")) == [
        (5, "KEY_TWICE", "objects.car.plural")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, "NOT_A_MAPPING", "")),
        ("- a\n", (1, "NOT_A_MAPPING", "")),
        ("shape: 1\nobjects: {a: [}\n", (2, "NOT_YAML", "")),
        ("shape: 1\n---\nshape: 1\n", (3, "NOT_YAML", "")),
        ("shape: &one 1\nobjects: *one\n", (1, "NOT_YAML", "")),
        ("shape: 1\nobjects: !!python/name:os.system {}\n", (2, "NOT_YAML", "")),
        ("shape: 1\n? [a]\n: b\n", (2, "NOT_YAML", "")),
        ("shape: 1\nobjects: " + "[" * 500, (2, "TOO_DEEP", "")),
        ("shape: 1\nobjects: " + "{a: " * 5_000, (2, "TOO_DEEP", "")),
        ("a" * (LARGEST_FILE + 1), (1, "FILE_TOO_LARGE", "")),
        ("shape: 1\nobjects: \x00\n", (2, "NOT_YAML", "")),
    ],
    ids=[
        "empty",
        "list",
        "broken",
        "two",
        "anchor",
        "tag",
        "key",
        "deep",
        "deep map",
        "big",
        "nul",
    ],
)
def test_what_is_no_document_is_refused_at_once(text: str, expected: object) -> None:
    """Nothing of YAML that could do or hide anything is taken."""
    assert problems(text) == [expected]


def test_problems_are_bounded() -> None:
    """A file of nonsense is answered with the first hundred."""
    nonsense = "".join(f"        nonsense{n}: 1\n" for n in range(1_000))
    assert len(problems(GOOD.replace("roles: {}\n", nonsense + "roles: {}\n"))) == 100


def test_a_plain_null_is_nothing_and_a_quoted_one_a_word() -> None:
    """Both readers of YAML say so in ways of their own."""
    for written, value in (("null", None), ("~", None), ("'null'", "null")):
        text = GOOD.replace("type: text", f"type: text\n        inverse: {written}")
        assert read_configuration(text).objects[0].fields[0].inverse == value
