"""Text → configuration: YAML as data alone, with every problem and its line at once.

Refuses anchors, aliases, tags, a second document, the same key twice, and what is too large or
too deep. Every plain value is text until its attribute says what it is, so `no` stays a word.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import yaml

from engine.base.errors import InvalidInput, Problem
from metadata.configuration.documents import SCENES
from metadata.configuration.model import CompanyRole, CompanyScene, Configuration
from metadata.configuration.parse import Parser, Path, Placed, Unreadable
from metadata.configuration.write import SHAPE
from metadata.model import ObjectDef

LARGEST_FILE = 2_000_000  # characters; the CRM that ships has some 150,000
DEEPEST = 50  # a scene's filter may take 40 of them
# the parser in C is ten times faster; both read the same
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PARTS: Mapping[str, Any] = {"objects": tuple[ObjectDef, ...], "roles": tuple[CompanyRole, ...]}
_HEAD = frozenset({"shape", "release", *_PARTS})


class _Refused(Exception):
    """The text is no document at all; nothing more can be said of it."""

    def __init__(self, code: str, line: int, reason: str = "") -> None:
        super().__init__(code)
        self.problem = Problem((), code, {"line": line, "reason": reason})


def read_configuration(text: str) -> Configuration:
    """The configuration of a file. Raises InvalidInput with all problems and their lines."""
    parser = Parser()
    try:
        document = _document(text, parser)
    except _Refused as refused:
        raise InvalidInput([refused.problem]) from None
    configuration = _configuration(document, parser)
    if parser.problems:
        raise InvalidInput(sorted(parser.problems, key=lambda each: int(each.params["line"])))
    return configuration


def _configuration(document: Placed, parser: Parser) -> Configuration:
    assert isinstance(document.value, dict)
    shape = document.value.get("shape")
    if shape is None or shape.value != str(SHAPE):
        line = document.line if shape is None else shape.line
        parser.refuse(("shape",), line, "UNKNOWN_SHAPE", known=SHAPE)
    for name in document.value.keys() - _HEAD:
        parser.refuse((name,), document.key_lines[name], "UNKNOWN_KEY", key=name)
    found: dict[str, Any] = {}
    scenes = _scenes(document.value.get("objects"), parser)
    for name, hint in _PARTS.items():
        part = document.value.get(name)
        if part is None:
            parser.refuse((name,), document.line, "MISSING_KEY", key=name)
            continue
        with suppress(Unreadable):
            found[name] = parser.read(hint, part, (name,))
    return Configuration(found.get("objects", ()), found.get("roles", ()), scenes)


def _scenes(objects: Placed | None, parser: Parser) -> dict[str, tuple[CompanyScene, ...]]:
    """Takes the scenes out of what is said of the objects."""
    found: dict[str, tuple[CompanyScene, ...]] = {}
    of_objects = objects.value if objects is not None else None
    for name, item in of_objects.items() if isinstance(of_objects, dict) else ():
        part = item.value.pop(SCENES, None) if isinstance(item.value, dict) else None
        if part is None:
            continue
        with suppress(Unreadable):
            scenes = parser.read(tuple[CompanyScene, ...], part, ("objects", name, SCENES))
            found.update({name: scenes} if scenes else {})
    return found


def _document(text: str, parser: Parser) -> Placed:
    """The tree of the only document. Raises _Refused when there is none."""
    if len(text) > LARGEST_FILE:
        raise _Refused("FILE_TOO_LARGE", 1, str(LARGEST_FILE))
    try:
        events = iter(yaml.parse(text, Loader=_LOADER))
        first = _next(events)
        if not isinstance(first, yaml.MappingStartEvent):
            raise _Refused("NOT_A_MAPPING", _line(first))
        document = _placed(events, first, parser, ())
        following = _next(events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise _Refused("NOT_YAML", _line(following), "a second document")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _Refused("NOT_YAML", mark.line + 1 if mark else 1, error.problem or "") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Refused("NOT_YAML", line, error.reason) from None
    return document


def _next(events: Iterator[yaml.Event]) -> yaml.Event:
    """The next event that has a meaning."""
    frame = (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)
    return next(each for each in events if not isinstance(each, frame))


def _placed(events: Iterator[yaml.Event], event: yaml.Event, parser: Parser, path: Path) -> Placed:
    if len(path) > DEEPEST:
        raise _Refused("TOO_DEEP", _line(event))
    if getattr(event, "anchor", None) or getattr(event, "tag", None):
        raise _Refused("NOT_YAML", _line(event), "anchors, aliases and tags are not taken")
    if isinstance(event, yaml.ScalarEvent):
        return Placed(event.value, _line(event), plain=event.implicit[0])
    if isinstance(event, yaml.SequenceStartEvent):
        found: list[Placed] = []
        while not isinstance(each := _next(events), yaml.SequenceEndEvent):
            found.append(_placed(events, each, parser, (*path, len(found))))
        return Placed(found, _line(event))
    return _mapping(events, event, parser, path)


def _mapping(events: Iterator[yaml.Event], event: yaml.Event, parser: Parser, path: Path) -> Placed:
    found: dict[str, Placed] = {}
    lines: dict[str, int] = {}
    while not isinstance(key := _next(events), yaml.MappingEndEvent):
        name = _placed(events, key, parser, path).value
        if not isinstance(name, str):
            raise _Refused("NOT_YAML", _line(key), "a key is a text")
        value = _placed(events, _next(events), parser, (*path, name))
        if name in found:
            parser.refuse((*path, name), _line(key), "KEY_TWICE", key=name)
        found[name], lines[name] = value, _line(key)
    return Placed(found, _line(event), key_lines=lines)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
