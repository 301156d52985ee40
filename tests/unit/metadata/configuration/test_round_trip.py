"""Metadata → text → the same metadata, whatever the values are."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings

from metadata.configuration.model import Configuration
from metadata.configuration.read import read_configuration
from metadata.configuration.write import write_configuration
from metadata.model import FieldDef, Label, ObjectDef
from metadata.standard import STANDARD
from tests.unit.metadata.configuration.values import configurations

EXAMPLES = settings(max_examples=50)


def without_columns(field: FieldDef) -> FieldDef:
    return replace(field, column="", rows=tuple(without_columns(each) for each in field.rows))


def shipped() -> tuple[ObjectDef, ...]:
    """The CRM that ships, as a file can say it."""
    return tuple(
        replace(each, table="", fields=tuple(without_columns(f) for f in each.fields))
        for each in STANDARD.objects
    )


@EXAMPLES
@given(configurations)
def test_any_configuration_comes_back_from_its_text(configuration: Configuration) -> None:
    """Whatever values the attributes have, reading gives them back, and writing the same bytes."""
    text = write_configuration(configuration)
    assert read_configuration(text) == configuration
    assert write_configuration(read_configuration(text)) == text


@pytest.mark.parametrize("word", ["null", "~", "", "no", "true", "1", "0x1", "2026-01-01", "a: b"])
def test_a_word_that_means_something_to_yaml_stays_a_word(word: str) -> None:
    """Also where nothing at all could stand."""
    field = FieldDef(name="x", type="text", label=Label(word, word), column="", default=word)
    item = replace(shipped()[0], fields=(field,))
    configuration = Configuration((item,), ())
    text = write_configuration(configuration)
    assert read_configuration(text) == configuration
    label = yaml.safe_load(text)["objects"][item.name]["fields"]["x"]["label"]
    assert label == {"zh": word, "en": word}


def test_the_crm_that_ships_comes_back_and_stays_small() -> None:
    """All objects of the release, in less than a tenth of what a file may have."""
    configuration = Configuration(shipped(), ())
    text = write_configuration(configuration)
    assert read_configuration(text) == configuration
    assert len(text) < 200_000
