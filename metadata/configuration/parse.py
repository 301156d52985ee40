"""Tree with places → values of the configuration, with every problem of the file at once.

Driven by the types of the dataclasses, so a new attribute needs nothing here. Files are
read strictly: what is not known is refused. History is not, as another release may have written it.
Says nothing of what objects mean to each other.
"""

import math
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from engine.base.errors import Problem
from metadata.configuration.documents import KEYS, OWN, PHYSICAL, camel_case, default_of
from metadata.model import FieldDef

Path: TypeAlias = tuple[str | int, ...]
MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of a document and the line it begins in; `plain` texts were not quoted."""

    value: "str | list[Placed] | dict[str, Placed]"
    line: int = 0
    plain: bool = False
    key_lines: Mapping[str, int] = field(default_factory=dict)


class Unreadable(Exception):
    """The value is none; what is wrong with it has been noted."""


class Parser:
    """Collects problems while it makes values; a value is worth something without any."""

    def __init__(self, *, strict: bool = True) -> None:
        self.strict = strict
        self.problems: list[Problem] = []

    def refuse(self, path: Path, line: int, code: str, **params: Any) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(path, code, {"line": line, **params}))

    def read(self, hint: Any, item: Placed, path: Path) -> Any:
        """The value of the type `hint`. Raises Unreadable when it is no such value."""
        origin = get_origin(hint)
        if origin in (Union, types.UnionType):
            return self._optional(hint, item, path)
        if origin in (tuple, frozenset):
            return self._several(hint, item, path)
        if origin is not None:
            return self._mapping(hint, item, path)
        if hint is Any:
            return self._json(item, path)
        if is_dataclass(hint):
            return self._attributes(hint, item, path, {})  # type: ignore[arg-type]
        return self._scalar(hint, item, path)

    def _optional(self, hint: Any, item: Placed, path: Path) -> Any:
        if item.plain and item.value in ("null", "~", ""):
            return None
        (inner,) = (each for each in get_args(hint) if each is not types.NoneType)
        return self.read(inner, item, path)

    def _several(self, hint: Any, item: Placed, path: Path) -> Any:
        inner, *rest = get_args(hint)
        if inner in KEYS:
            return self._keyed(inner, item, path)
        if not isinstance(item.value, list):
            raise self._unreadable(item, path, "NOT_A_LIST")
        if rest and rest != [Ellipsis]:
            return self._group((inner, *rest), item.value, (item, path))
        found = [
            value
            for at, each in enumerate(item.value)
            if (value := self._kept(inner, each, (*path, at))) is not MISSING
        ]
        return frozenset(found) if get_origin(hint) is frozenset else tuple(found)

    def _group(
        self, hints: tuple[Any, ...], values: list[Placed], place: tuple[Placed, Path]
    ) -> tuple[Any, ...]:
        """So many values, each of its own type."""
        if len(values) != len(hints):
            raise self._unreadable(*place, "WRONG_COUNT", count=len(hints))
        path = place[1]
        pairs = enumerate(zip(hints, values, strict=True))
        return tuple(self.read(hint, each, (*path, at)) for at, (hint, each) in pairs)

    def _keyed(self, kind: type, item: Placed, path: Path) -> tuple[Any, ...]:
        found = []
        for at, (name, each) in enumerate(self._named(kind, item, path)):
            try:
                value = self._attributes(kind, each, (*path, name), {KEYS[kind]: name})
            except Unreadable:
                continue
            if self.strict and isinstance(value, FieldDef):
                value = replace(value, position=at)
            found.append(value)
        return tuple(found)

    def _named(self, kind: type, item: Placed, path: Path) -> list[tuple[str, Placed]]:
        if item.value == []:  # nothing at all has no names
            return []
        if self.strict or not isinstance(item.value, list):
            return self._entries(item, path)
        found = []
        for at, each in enumerate(item.value):
            rest = dict(self._entries(each, (*path, at)))
            found.append((str(rest.pop(KEYS[kind]).value), Placed(rest)))
        return found

    def _mapping(self, hint: Any, item: Placed, path: Path) -> Mapping[str, Any]:
        inner = get_args(hint)[1]
        return {
            name: value
            for name, each in self._entries(item, path)
            if (value := self._kept(inner, each, (*path, name))) is not MISSING
        }

    def _kept(self, hint: Any, item: Placed, path: Path) -> Any:
        """The value, or MISSING: the others of a collection are looked at all the same."""
        try:
            return self.read(hint, item, path)
        except Unreadable:
            return MISSING

    def _entries(self, item: Placed, path: Path) -> list[tuple[str, Placed]]:
        if not isinstance(item.value, dict):
            raise self._unreadable(item, path, "NOT_A_MAPPING")
        return list(item.value.items())

    def _attributes(self, kind: type, item: Placed, path: Path, given: dict[str, Any]) -> Any:
        entries = dict(self._entries(item, path))
        wrong = False
        for name, (attribute, hint) in _shape(kind, self.strict).items():
            each = entries.pop(name, None)
            value = default_of(attribute) if each is None else self._kept(hint, each, (*path, name))
            if value is not MISSING:
                given[attribute.name] = value
            elif attribute.name not in given:
                wrong = True
                if each is None:
                    self.refuse((*path, name), item.line, "MISSING_KEY", key=name)
        if self.strict:
            for name in entries:
                line = item.key_lines.get(name, item.line)
                self.refuse((*path, name), line, "UNKNOWN_KEY", key=name)
        if wrong:
            raise Unreadable
        if self.strict:  # physical names are given when the file reaches a company
            given.update(dict.fromkeys(PHYSICAL & {each.name for each in fields(kind)}, ""))
        return kind(**given)

    def _json(self, item: Placed, path: Path) -> Any:
        """What JSON can say: plain words and numbers mean something, what is quoted is text."""
        if isinstance(item.value, dict):
            return {name: self._kept(Any, each, (*path, name)) for name, each in item.value.items()}
        if isinstance(item.value, list):
            return [self._kept(Any, each, (*path, at)) for at, each in enumerate(item.value)]
        if item.plain and item.value in _WORDS:
            return _WORDS[item.value]
        if not item.plain or not _NUMBER.fullmatch(item.value):
            return item.value
        try:
            return _number(item.value)
        except ValueError:
            value = item.value[:100]
            raise self._unreadable(item, path, "NOT_DECIMAL", value=value) from None

    def _scalar(self, hint: Any, item: Placed, path: Path) -> Any:
        if not isinstance(item.value, str):
            raise self._unreadable(item, path, "NOT_A_VALUE")
        make = _SCALARS.get(hint, hint if isinstance(hint, type) else str)
        try:
            return make(item.value)
        except (ValueError, InvalidOperation, KeyError):
            known = [each.value for each in hint] if issubclass(hint, Enum) else []
            code = "UNKNOWN_VALUE" if known else f"NOT_{hint.__name__.upper()}"
            raise self._unreadable(item, path, code, value=item.value[:100], known=known) from None

    def _unreadable(self, item: Placed, path: Path, code: str, **params: Any) -> Unreadable:
        self.refuse(path, item.line, code, **params)
        return Unreadable()


@cache
def _shape(kind: type, strict: bool) -> Mapping[str, tuple["Field[Any]", Any]]:
    """Key in the document → attribute and its type; a file has nothing of OWN."""
    hints = get_type_hints(kind)
    return {
        camel_case(each.name): (each, hints[each.name])
        for each in fields(kind)
        if each.name != KEYS.get(kind) and not (strict and each.name in OWN)
    }


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _integer(text: str) -> int:
    if len(text) > 20:
        raise ValueError("longer than any number here")
    return int(text)


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError("not finite")
    return value


def _number(text: str) -> int | float:
    """A number of JSON. Raises ValueError for one that is too large."""
    whole = int(text) if len(text) <= _LONGEST_WHOLE and text.lstrip("-").isdigit() else None
    if whole is not None and -(2**63) <= whole < 2**64:
        return whole
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("too large")
    return value


_WORDS: Mapping[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LONGEST_WHOLE = 20  # characters
_SCALARS: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    bool: _boolean,
    int: _integer,
    Decimal: _decimal,
}
