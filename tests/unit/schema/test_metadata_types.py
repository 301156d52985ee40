"""The types of the `metadata` field are those of its values."""

import dataclasses
from typing import Any

import pytest

from metadata.model import RollUpDef
from resolvers import metadata as values
from resolvers import viewer as viewer_values
from schema.operations import accounts, metadata


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (metadata.Metadata, values.MetadataView),
        (metadata.MetadataObject, values.ObjectView),
        (metadata.MetadataField, values.FieldView),
        (metadata.MetadataChoice, values.ChoiceView),
        (metadata.MetadataNumberPart, values.NumberPartView),
        (metadata.MetadataNumberRule, values.NumberRuleView),
        (metadata.MetadataRelation, values.RelationView),
        (metadata.MetadataRollUp, RollUpDef),
        (accounts.Viewer, viewer_values.ViewerView),
        (accounts.Permission, viewer_values.PermissionView),
        (accounts.PermittedAction, viewer_values.ActionView),
    ],
)
def test_a_type_declares_the_attributes_of_its_value(declared: Any, value: Any) -> None:
    names = {each.name for each in dataclasses.fields(declared)}
    assert names == {each.name for each in dataclasses.fields(value)}
