"""The order of an object's fields in forms and descriptions (FLD-03)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.base.errors import Problem
from metadata.changes.change import Objects, Refused
from metadata.changes.objects import object_of, with_object


@dataclass(frozen=True, slots=True)
class ReorderFields:
    """`names` come first, in this order; the fields not named keep theirs, after them."""

    object: str
    names: tuple[str, ...]
    kind = "reorderFields"
    breaks = False

    @property
    def concerns(self) -> tuple[str, str]:
        return self.object, ""

    def apply(self, objects: Objects) -> Objects:
        item = object_of(objects, self.object)
        known = {field.name for field in item.fields}
        problems = [
            Problem(("names", at), code, {"value": name})
            for at, name in enumerate(self.names)
            if (code := self._wrong(at, name, known))
        ]
        if problems:
            raise Refused(problems)
        places = self._places([f.name for f in sorted(item.fields, key=lambda f: f.position)])
        fields = tuple(replace(field, position=places[field.name]) for field in item.fields)
        return with_object(objects, replace(item, fields=fields))

    def _wrong(self, at: int, name: str, known: set[str]) -> str:
        if name not in known:
            return "UNKNOWN_FIELD"
        return "NAMED_TWICE" if name in self.names[:at] else ""

    def _places(self, present: list[str]) -> Mapping[str, int]:
        order = [*self.names, *(name for name in present if name not in self.names)]
        return {name: at for at, name in enumerate(order)}
