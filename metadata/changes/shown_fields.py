"""Option logic while a field is deleted, and when it comes back (FLD-06). Pure.

A field that options showed is shown by them again; else a required one would stand in the way of
every new record.
"""

from collections.abc import Iterable
from dataclasses import replace

from metadata.model import FieldDef, ObjectDef

Shown = tuple[tuple[str, tuple[str, ...]], ...]  # as `FieldDef.shows`


def remembering(item: ObjectDef, gone: FieldDef) -> FieldDef:
    """The field as it is kept when it goes: with the options that showed it."""
    showing = tuple(
        (each.name, option)
        for each in item.fields
        for option, names in each.shows
        if gone.name in names
    )
    return replace(gone, was_shown_by=(*gone.was_shown_by, *showing))


def no_longer_showing(field: FieldDef, name: str) -> FieldDef:
    """The field with option logic that does not speak of the field `name`."""
    shows = tuple((value, tuple(n for n in names if n != name)) for value, names in field.shows)
    kept = tuple(pair for pair in shows if pair[1])
    return field if kept == field.shows else replace(field, shows=kept)


def shown_again(item: ObjectDef, back: FieldDef) -> ObjectDef:
    """The object, which has the field again, with the option logic that the field was part of, as
    far as its options and fields are still there."""
    there = {each.name for each in item.fields}
    missing = {name for _, names in back.shows for name in names} - there
    fields = [_with_shown(each, back) for each in item.fields]
    return replace(
        item,
        fields=tuple(_freed(each, missing) if each.name == back.name else each for each in fields),
        deleted_fields=tuple(
            each if each.name in there else _remembered(_with_shown(each, back), back)
            for each in item.deleted_fields
        ),
    )


def _with_shown(field: FieldDef, back: FieldDef) -> FieldDef:
    known = {each.value for each in field.choices}
    for name, option in back.was_shown_by:
        if name == field.name and option in known:
            field = replace(field, shows=_showing(field.shows, option, back.name))
    return field


def _showing(shows: Shown, option: str, name: str) -> Shown:
    found = dict(shows)
    found[option] = tuple(dict.fromkeys((*found.get(option, ()), name)))
    return tuple(found.items())


def _freed(field: FieldDef, missing: Iterable[str]) -> FieldDef:
    for name in missing:
        field = no_longer_showing(field, name)
    return replace(field, was_shown_by=())


def _remembered(deleted: FieldDef, back: FieldDef) -> FieldDef:
    """A field that is still away, with the one that came back among those that showed it."""
    showing = ((back.name, option) for option, names in back.shows if deleted.name in names)
    pairs = tuple(dict.fromkeys((*deleted.was_shown_by, *showing)))
    return deleted if pairs == deleted.was_shown_by else replace(deleted, was_shown_by=pairs)
