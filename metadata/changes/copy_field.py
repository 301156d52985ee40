"""A new field like another one of the same object, or of another (FLD-03). Values stay behind."""

from dataclasses import dataclass, replace

from metadata.changes.change import Objects, refuse
from metadata.changes.create_field import CreateField
from metadata.changes.objects import field_of, object_of
from metadata.model import FieldDef, Label


@dataclass(frozen=True, slots=True)
class CopyField:
    """`to` is the object that gets the copy; without a `new_name` the label gives one."""

    object: str
    name: str
    to: str
    label: Label
    new_name: str = ""
    kind = "copyField"
    breaks = False

    @property
    def concerns(self) -> tuple[str, str]:
        return self.to, self.new_name

    def apply(self, objects: Objects) -> Objects:
        source = field_of(object_of(objects, self.object), self.name)
        if source.read_only and not source.custom:
            raise refuse("name", "NOT_COPYABLE", field=source.label)
        return CreateField(self.to, self._copy(source)).apply(objects)

    def _copy(self, source: FieldDef) -> FieldDef:
        return replace(
            source,
            name=self.new_name,
            label=self.label,
            column="",
            system=False,
            fixed_choices=False,
            inverse=None,
            inverse_label=None,
            reads=(),
        )
