"""Document → text that people read and compare line by line: a small, stable part of YAML.

One line per attribute; objects, fields, scenes and roles are blocks, all else stands in braces.
Equal documents give equal bytes. Chinese is written as it is; what cannot be seen is escaped.
The reader (`read.py`) takes any YAML without anchors, aliases and tags.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from metadata.configuration.documents import Document, configuration_document
from metadata.configuration.model import Configuration

SHAPE = 1
# mappings whose entries have many attributes of their own
BLOCKS = frozenset({"objects", "roles", "fields", "rows", "scenes"})
_STEP = "  "
# what YAML takes for a plain text everywhere, also between braces
_PLAIN = re.compile(r"[^\W\d_][\w()./+（）、，。：；·-]*(?: [\w()./+（）、，。：；·-]+)*")
_WORDS = re.compile(r"(?:true|false|yes|no|on|off|null|y|n)", re.IGNORECASE)


def write_configuration(configuration: Configuration, release: str = "") -> str:
    """The file. `release` is told for readers; it is no part of the configuration."""
    head: dict[str, Document] = {"shape": SHAPE, **({"release": release} if release else {})}
    document = configuration_document(configuration)
    assert isinstance(document, dict)
    return write_document({**head, **document})


def write_document(document: dict[str, Document]) -> str:
    return "".join(f"{line}\n" for line in _block(document, ""))


def in_a_line(value: Document) -> str:
    """A value between braces or brackets, or alone: as it stands behind its key."""
    if isinstance(value, dict):
        inner = ", ".join(f"{_text(key)}: {in_a_line(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(in_a_line(each) for each in value)}]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float | Decimal) else _text(value)


def _block(entries: dict[str, Document], indent: str, *, named: bool = True) -> Iterator[str]:
    """`named`: the keys are attributes, else names of things with attributes of their own."""
    for key, value in entries.items():
        head, deeper = f"{indent}{_text(key)}:", indent + _STEP
        if isinstance(value, dict) and value and (not named or key in BLOCKS):
            yield head
            yield from _block(value, deeper, named=not named)
        elif isinstance(value, dict) and any(isinstance(v, dict | list) for v in value.values()):
            yield head
            for name, each in value.items():
                yield f"{deeper}{_text(name)}: {in_a_line(each)}"
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            yield head
            for each in value:
                yield f"{deeper}- {in_a_line(each)}"
        elif isinstance(value, str) and _fits_lines(value):
            yield f"{head} |-"
            yield from (f"{deeper}{line}" for line in value.split("\n"))
        else:
            yield f"{head} {in_a_line(value)}"


def _fits_lines(text: str) -> bool:
    """A text of several lines that a literal block keeps to the letter."""
    lines = text.split("\n")
    return len(lines) > 1 and all(
        line.isprintable() and line.strip(" ") and not line.startswith(" ") for line in lines
    )


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _WORDS.fullmatch(text) and text.isprintable():
        return text
    return f'"{"".join(_character(each) for each in text)}"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == "\n":
        return "\\n"
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"
