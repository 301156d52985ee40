"""Random configurations and objects: any value of any attribute, whether or not it makes sense as a CRM."""

import types
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from metadata.configuration.documents import KEYS, OWN, PASSING, PHYSICAL
from metadata.configuration.model import CompanyRole, CompanyScene, Configuration
from metadata.model import FieldDef, ObjectDef

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["no", "null", "~", "true", "1", "- a", "a: b", "a #b", "客户（重要）", "a\n b"]
    ),
    st.text(alphabet="客户 ab:#{}[],'\"\n\\&*!|>%@`-?", max_size=20),
)
NAMES = st.from_regex(r"[a-z][A-Za-z0-9]{0,8}", fullmatch=True)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXTS,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    int: st.integers(-(10**15), 10**15),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
}


@dataclass(frozen=True)
class Values:
    """Strategies by type. `whole` has what belongs to one company too."""

    whole: bool = False

    def of(self, hint: Any, depth: int = 0) -> st.SearchStrategy[Any]:
        """Values of a type of the metadata."""
        if hint is Any:
            return JSON
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            rest = [each for each in inner if each is not types.NoneType]
            return st.one_of(st.none(), *(self.of(each, depth) for each in rest))
        if origin is frozenset:
            return st.frozensets(self.of(inner[0]), max_size=3)
        if origin is tuple:
            if inner[1:] != (Ellipsis,):
                return st.tuples(*(self.of(each, depth) for each in inner))
            return self.tuples(inner[0], depth)
        if origin is not None:
            return st.dictionaries(TEXTS, self.of(inner[1], depth), max_size=3)
        if is_dataclass(hint):
            return self.records(hint, depth)  # type: ignore[arg-type]
        if isinstance(hint, type) and issubclass(hint, Enum):
            return st.sampled_from(hint)
        return SCALARS[hint]

    def tuples(self, inner: Any, depth: int = 0) -> st.SearchStrategy[Any]:
        if inner is FieldDef and depth > 2:
            return st.just(())
        key = KEYS.get(inner)
        unique = (lambda each: getattr(each, key)) if key else None
        found = st.lists(self.of(inner, depth), max_size=3, unique_by=unique).map(tuple)
        return found.map(placed) if inner is FieldDef and not self.whole else found

    def records(self, kind: type, depth: int) -> st.SearchStrategy[Any]:
        hints = get_type_hints(kind)
        nothing = PHYSICAL if not self.whole else frozenset()
        return st.builds(
            kind,
            **{
                each.name: st.just("")
                if each.name in nothing
                else self.of(hints[each.name], depth + 1)
                for each in fields(kind)
                if each.name in PHYSICAL or each.name not in (PASSING if self.whole else OWN)
            },
        )


def placed(fields: tuple[FieldDef, ...]) -> tuple[FieldDef, ...]:
    """Of positions a file says the order only."""
    return tuple(replace(each, position=at) for at, each in enumerate(fields))


def with_scenes(
    objects: tuple[ObjectDef, ...],
    roles: tuple[CompanyRole, ...],
    scenes: tuple[tuple[CompanyScene, ...], ...],
) -> Configuration:
    """Each object with its scenes; one without any is not among them."""
    found = {item.name: each for item, each in zip(objects, scenes, strict=True) if each}
    return Configuration(objects, roles, found)


_FILE = Values()
_ROLES = _FILE.tuples(CompanyRole)
_SCENES = _FILE.tuples(CompanyScene)
configurations = _FILE.tuples(ObjectDef).flatmap(
    lambda objects: st.builds(
        with_scenes, st.just(objects), _ROLES, st.tuples(*(_SCENES for _ in objects))
    )
)
objects = Values(whole=True).tuples(ObjectDef)
