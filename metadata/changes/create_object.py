"""A custom object: a record like those that ship, with everything they can do (FLD-11)."""

from dataclasses import dataclass, replace

from engine.base.errors import Problem
from metadata.changes.change import Objects, Refused
from metadata.changes.check_field import label_problems
from metadata.changes.naming import new_table
from metadata.changes.object_names import object_name_problems, with_names
from metadata.changes.quotas import no_room
from metadata.changes.satellites import with_satellites
from metadata.model import Capability, Label, ObjectDef
from metadata.standard.declare import field, record


@dataclass(frozen=True, slots=True)
class CreateObject:
    """Without a name it gets one from its Chinese label's pinyin. `title` is the label of the
    field that names its records. Only super administrators see it until roles get actions."""

    label: Label
    name: str = ""
    plural: str = ""
    title: Label | None = None
    kind = "createObject"
    breaks = False

    @property
    def concerns(self) -> tuple[str, str]:
        return self.name, ""

    def apply(self, objects: Objects) -> Objects:
        title = self.title or Label(f"{self.label.zh}名称", "Name")
        made = _object(self, title)
        made = with_names(objects, made)
        problems: list[Problem] = [
            *label_problems(self.label, ("input", "label")),
            *label_problems(title, ("input", "title")),
            *object_name_problems(objects, made),
        ]
        problems += no_room(objects, "input")
        if problems:
            raise Refused(problems)
        made = replace(made, table=new_table(objects), custom=True)
        return with_satellites((*objects, made), made)


def _object(change: CreateObject, title: Label) -> ObjectDef:
    return record(
        change.name,
        change.plural,
        change.label.zh,
        change.label.en,
        more=(Capability.TEAM,),
        fields=(field("name", "text", title.zh, title.en, required=True, searchable=True),),
    )
