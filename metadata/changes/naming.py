"""Names that a change gives: API names proposed from labels and checked, physical names made.

API names follow one grammar and are told apart without regard to case and humps (E1); physical
names are short, ASCII and numbered, never made from labels (M12).
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

from engine.base.errors import Problem
from engine.base.names import LONGEST_NAME, RESERVED, BadName, check_api_name
from engine.base.pinyin import syllables
from metadata.changes.change import Objects
from metadata.changes.merge import column_names
from metadata.internal_tables import INTERNAL_TABLES
from metadata.model import ObjectDef
from metadata.snapshot import Snapshot, living

COLUMN, TABLE = "c", "o"
_WORD = re.compile(r"[a-z0-9]+")
_NUMBERED = re.compile(r"([a-z])([0-9]+)(_.*)?")


def propose_name(label: str, taken: Collection[str], fallback: str = "field") -> str:
    """An API name from a label by its pinyin: `客户等级` → `keHuDengJi`.

    Free among `taken` (folded names); a label without letters gives `fallback`.
    """
    plain = unicodedata.normalize("NFKC", label).lower()
    words = [word for each in syllables(plain) for word in _WORD.findall(each)]
    name = _camel_case(words) or fallback
    number, found = 2, name
    while fold(found) in taken or not _is_name(found):
        suffix = str(number)
        found, number = name[: LONGEST_NAME - len(suffix)] + suffix, number + 1
    return found


def fold(name: str) -> str:
    """What two names must differ in: `fooBar`, `foobar` and `foo_bar` are one name."""
    return name.replace("_", "").lower()


def name_problem(name: str, taken: Collection[str], path: str = "name") -> Iterator[Problem]:
    """Why the name cannot be given; nothing when it can."""
    place = ("input", path)
    try:
        check_api_name(name)
    except BadName:
        reserved = {"reserved": True} if name in RESERVED else {}
        yield Problem(place, "BAD_NAME", {"value": name[:LONGEST_NAME], **reserved})
        return
    if fold(name) in taken:
        yield Problem(place, "NAME_TAKEN", {"value": name})


def taken_names(objects: Objects, item: ObjectDef) -> set[str]:
    """Folded names that a new field of the object cannot have."""
    index = Snapshot(0, living(objects)).by_name[item.name]
    return {fold(name) for name in (*index.fields, *index.many, *RESERVED)}


def new_column(item: ObjectDef) -> str:
    """The next free physical name: numbers go up, for columns are never dropped."""
    return f"{COLUMN}{_highest(COLUMN, column_names(item)) + 1}"


def new_table(objects: Objects) -> str:
    names = {item.table for item in objects} | {each.name for each in INTERNAL_TABLES}
    return f"{TABLE}{_highest(TABLE, names) + 1}"


def _highest(letter: str, names: Collection[str]) -> int:
    found = [_NUMBERED.fullmatch(name) for name in names]
    return max((int(each[2]) for each in found if each and each[1] == letter), default=0)


def _is_name(name: str) -> bool:
    try:
        check_api_name(name)
    except BadName:
        return False
    return True


def _camel_case(words: list[str]) -> str:
    found = ""
    for word in words:
        part = word.capitalize() if found else word.lstrip("0123456789")
        if len(found) + len(part) > LONGEST_NAME:
            break
        found += part
    return found
