"""What every change of a company's metadata is: a frozen value with a pure `apply`.

Each kind of change has a file of its own beside this one; `run.py` takes one to the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.base.errors import Problem
from metadata.model import ObjectDef
from metadata.references import Impact

Objects = tuple[ObjectDef, ...]


class Change(Protocol):
    """A step from one version to the next."""

    @property
    def kind(self) -> str:
        """What the history calls it, e.g. `createField`."""
        ...

    @property
    def concerns(self) -> tuple[str, str]:
        """Object and field; ("", "") where it is about more than one object, a field of "" for
        an object as a whole."""
        ...

    @property
    def breaks(self) -> bool:
        """Whether it takes something away that others may use."""
        ...

    def apply(self, objects: Objects) -> Objects:
        """All objects after the change. Raises Refused with every problem; changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class OfField:
    """What a change of one field begins with."""

    object: str
    name: str

    @property
    def concerns(self) -> tuple[str, str]:
        return self.object, self.name


@dataclass(frozen=True, slots=True)
class OfObject:
    """What a change of one object as a whole begins with."""

    name: str

    @property
    def concerns(self) -> tuple[str, str]:
        return self.name, ""


class Refused(Exception):
    """A change that cannot be; its problems are for whoever asked for it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{each.path}: {each.code}" for each in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What became of a change. `version` is the new one when it was applied, else the present
    one; `name` is the API name of the field or object that the change made."""

    applied: bool
    version: int
    problems: tuple[Problem, ...] = ()
    impact: tuple[Impact, ...] = ()
    name: str = ""


def refuse(path: str, code: str, **params: object) -> Refused:
    """A refusal for one reason; `path` is dotted, below `input` mostly."""
    return Refused([Problem(tuple(path.split(".")), code, params)])
