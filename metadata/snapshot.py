"""The immutable, versioned, indexed value of one company's metadata that everybody reads.

Does not read the database (`metadata/store.py` does) and knows no GraphQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from engine.base.derived import Derived
from metadata.model import FieldDef, ObjectDef
from metadata.option_logic import ShownBy, shown_by

DERIVED = 200  # mostly texts of statements, of about 2 kB


class ManyKind(StrEnum):
    """How the rows of a to-many relation are found."""

    INVERSE = "inverse"
    POLYMORPHIC = "polymorphic"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class RelationMany:
    """A to-many relation `name` of `object`, whose nodes are `target` records.

    INVERSE: target.field = this. POLYMORPHIC: target.field = (object, this). LINK: rows of
    `through` whose field `near` is this give the target by their field `field`.
    """

    object: str
    name: str
    kind: ManyKind
    target: str
    field: str
    through: str | None = None
    near: str | None = None


@dataclass(frozen=True)
class ObjectIndex:
    """One object with its fields by name and its relations to many by name."""

    definition: ObjectDef
    fields: Mapping[str, FieldDef]
    many: Mapping[str, RelationMany]

    @property
    def name(self) -> str:
        return self.definition.name

    @cached_property
    def shown_by(self) -> ShownBy:
        """Which options show which fields (FLD-06)."""
        return shown_by(self.definition)

    @cached_property
    def derived(self) -> Derived:
        """What others make of the object once."""
        return Derived(DERIVED)


@dataclass(frozen=True)
class Snapshot:
    """A company's metadata at one version. Compare versions, never contents."""

    version: int
    objects: tuple[ObjectDef, ...]

    @cached_property
    def by_name(self) -> Mapping[str, ObjectIndex]:
        """Objects by API name."""
        many: dict[str, dict[str, RelationMany]] = {item.name: {} for item in self.objects}
        for relation in _relations(self.objects):
            many[relation.object][relation.name] = relation
        return {
            item.name: ObjectIndex(item, {f.name: f for f in item.fields}, many[item.name])
            for item in self.objects
        }

    @cached_property
    def by_type(self) -> Mapping[str, ObjectIndex]:
        """Objects by GraphQL type name."""
        return {item.definition.type_name: item for item in self.by_name.values()}

    @cached_property
    def derived(self) -> Derived:
        """What others make of all the metadata once."""
        return Derived(DERIVED)

    def object(self, name: str) -> ObjectIndex:
        """The object `name`; KeyError is a programming mistake here, not the client's."""
        return self.by_name[name]

    def field(self, object_name: str, field_name: str) -> FieldDef:
        return self.by_name[object_name].fields[field_name]

    @cached_property
    def references(self) -> Mapping[str, tuple[tuple[ObjectDef, FieldDef], ...]]:
        """Per target object: every (object, field) with a relation to it (not polymorphic)."""
        found: dict[str, list[tuple[ObjectDef, FieldDef]]] = {o.name: [] for o in self.objects}
        for item in self.objects:
            for each in item.fields:
                if each.target is not None:
                    found[each.target].append((item, each))
        return {name: tuple(pairs) for name, pairs in found.items()}


def living(objects: Sequence[ObjectDef]) -> tuple[ObjectDef, ...]:
    """The objects that are not deleted: what a snapshot is made of."""
    return tuple(item for item in objects if item.deleted_at is None)


def same_values(before: Sequence[ObjectDef], after: Sequence[ObjectDef]) -> frozenset[int]:
    """`id()` of the objects that are one and the same value in both: a change left them alone."""
    return frozenset(map(id, before)) & frozenset(map(id, after))


def polymorphic_targets(objects: tuple[ObjectDef, ...], field: FieldDef) -> tuple[str, ...]:
    """The objects that a `record` field may point to: those it names; `targets` is explicit."""
    known = {item.name for item in objects}
    return tuple(name for name in field.targets if name in known)


def _relations(objects: tuple[ObjectDef, ...]) -> list[RelationMany]:
    found: list[RelationMany] = []
    by_name = {item.name: item for item in objects}
    for item in objects:
        for each in item.fields:
            if each.inverse is None:
                continue
            if each.type == "record":
                found += [
                    RelationMany(t, each.inverse, ManyKind.POLYMORPHIC, item.name, each.name)
                    for t in polymorphic_targets(objects, each)
                ]
            elif each.target is not None:
                found.append(
                    RelationMany(each.target, each.inverse, ManyKind.INVERSE, item.name, each.name)
                )
        for link in item.links:
            far = next(f for f in by_name[link.through].fields if f.name == link.far)
            assert far.target is not None
            found.append(
                RelationMany(
                    item.name,
                    link.name,
                    ManyKind.LINK,
                    far.target,
                    link.far,
                    link.through,
                    link.near,
                )
            )
    return found
