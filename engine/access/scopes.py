"""Which rows a viewer may see, as predicates in SQL: one algebra for reads and commands.

Widening grounds (owner within the scope, team membership) are OR-ed, narrowing ones (trash,
parent) AND-ed. Rights on fields are `fields.py`. Predicates hold principal parameters only, so
users with equal roles share plans.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Protocol

from engine.access.fields import Row, engine_column
from engine.access.model import AccessProfile, Principal, Scope
from engine.db.quoting import literal, table
from engine.rules.organisation import RIGHTS_OBJECTS
from metadata.model import Capability, ObjectKind, RowScope
from metadata.snapshot import Snapshot, polymorphic_targets

NOTHING = "false"


class Parameters(Protocol):
    """Who turns a name of a principal's value into a placeholder of the statement."""

    def principal(self, name: str, sql_type: str) -> str: ...
    def alias(self) -> str: ...


@dataclass(frozen=True)
class Scopes:
    """The viewer's row predicates within one statement."""

    snapshot: Snapshot
    profile: AccessProfile
    schema: str
    parameters: Parameters

    def row(self, object_name: str) -> Row:
        """A new row of an object, with an alias of its own."""
        return Row(self.snapshot.object(object_name), self.parameters.alias(), self.schema)

    def table(self, row: Row) -> str:
        """`schema.table alias`, as FROM takes it."""
        return f"{table(self.schema, row.index.definition.table)} {row.alias}"

    def may(self, object_name: str, action: str = "read") -> bool:
        """Does the role have the action on the object at all?

        Satellites follow their parent, where they have one; users and departments are read by
        everyone; who may do what is read with `role` only.
        """
        definition = self.snapshot.object(object_name).definition
        has_parent = definition.row_scope is not RowScope.EVERYONE
        if object_name in RIGHTS_OBJECTS:
            return self.profile.scope("role", action) > Scope.NONE
        if definition.kind is ObjectKind.SATELLITE and has_parent:
            return True
        if definition.kind is ObjectKind.ORGANISATION and action == "read":
            return True
        return self.profile.scope(object_name, action) > Scope.NONE

    def visible(
        self, row: Row, action: str = "read", *, from_parent: bool = False, trashed: bool = False
    ) -> list[str]:
        """Conditions under which the viewer may do `action` with the row; [] is always.

        `from_parent`: the row was reached from its visible parent through `parent`. `trashed`
        asks for what is in the trash instead of what is not. Made for a row that was found by
        other means; a list of everything visible is found by its `grounds`.
        """
        conditions = self.narrowed(row, action, from_parent=from_parent, trashed=trashed)
        grounds = self._grounds(row, action, self._membership)
        return [*conditions, f"({' or '.join(grounds)})"] if grounds else conditions

    def grounds(self, row: Row, action: str = "read") -> list[str]:
        """What lets the viewer see rows of an owned object, each ground served by an index of
        its own; [] when nothing is needed. Any one suffices, beside what `narrowed` says."""
        return self._grounds(row, action, self._memberships)

    def narrowed(
        self, row: Row, action: str = "read", *, from_parent: bool = False, trashed: bool = False
    ) -> list[str]:
        """What must hold of a row whatever lets the viewer see it."""
        definition = row.index.definition
        if not self.may(definition.name, action):
            return [NOTHING]
        conditions = []
        if definition.can(Capability.TRASHABLE):
            column = engine_column(row, "deletedAt")
            conditions.append(f"{column} is {'not null' if trashed else 'null'}")
        if definition.row_scope is RowScope.PERSONAL:
            conditions.append(self._personal(row))
        elif definition.row_scope is RowScope.PARENT and not from_parent:
            conditions.append(self._through_parent(row, action))
        return conditions

    def _grounds(self, row: Row, action: str, member: Callable[[Row, str], str]) -> list[str]:
        definition = row.index.definition
        scope = self.profile.scope(row.index.name, action)
        if definition.row_scope is not RowScope.OWNED or scope in (Scope.ALL, Scope.NONE):
            return []
        grounds = [self._owner_within(row, scope)]
        if definition.can(Capability.TEAM) and action in ("read", "update"):
            grounds.append(member(row, action))
        return grounds

    def _owner_within(self, row: Row, scope: Scope) -> str:
        owner = engine_column(row, "owner")
        if scope is Scope.OWN:
            # not a list of one: for a list whose length it cannot see PostgreSQL expects ten
            return f"{owner} = {self.parameters.principal('user_id', 'bigint')}"
        users = self.parameters.principal(f"scope_users:{scope.name}", "bigint[]")
        return f"{owner} = any({users})"

    def _membership(self, row: Row, action: str) -> str:
        """Is the viewer in the team of this row?"""
        member = self.row("teamMember")
        of_row = f"{engine_column(member, 'record', 1)} = {row.id}"
        conditions = [of_row, *self._alive_membership(row, member, action)]
        return f"exists (select 1 from {self.table(member)} where {' and '.join(conditions)})"

    def _memberships(self, row: Row, action: str) -> str:
        """The same, from the viewer's side: an array, so that the index on the id serves."""
        member = self.row("teamMember")
        conditions = self._alive_membership(row, member, action)
        found = f"select {engine_column(member, 'record', 1)} from {self.table(member)}"
        return f"{row.id} = any(array({found} where {' and '.join(conditions)}))"

    def _alive_membership(self, row: Row, member: Row, action: str) -> list[str]:
        me = self.parameters.principal("user_id", "bigint")
        until = engine_column(member, "until")
        conditions = [
            f"{engine_column(member, 'record')} = {literal(row.index.name)}",
            f"{engine_column(member, 'user')} = {me}",
            f"({until} is null or {until} > now())",
        ]
        if action == "update":
            conditions.append(f"{engine_column(member, 'access')} = 'WRITE'")
        return conditions

    def _personal(self, row: Row) -> str:
        assert row.index.definition.parent is not None
        me = self.parameters.principal("user_id", "bigint")
        return f"{engine_column(row, row.index.definition.parent)} = {me}"

    def _through_parent(self, row: Row, action: str) -> str:
        """To read one reads the parent; to write one does `write_with` to it."""
        definition = row.index.definition
        assert definition.parent is not None
        parent = row.index.fields[definition.parent]
        needed = "read" if action == "read" else definition.write_with
        if parent.type != "record":
            assert parent.target is not None
            return self.exists(parent.target, engine_column(row, parent.name), needed)
        branches = {
            name: self.exists(name, engine_column(row, parent.name, 1), needed)
            for name in polymorphic_targets(self.snapshot.objects, parent)
        }
        return by_object(engine_column(row, parent.name), branches, NOTHING)

    def exists(self, object_name: str, number: str, action: str = "read") -> str:
        """Is there a row with the id `number` (an expression) that the viewer may `action`?"""
        target = self.row(object_name)
        conditions = [f"{target.id} = {number}", *self.visible(target, action)]
        if NOTHING in conditions:
            return NOTHING
        return f"exists (select 1 from {self.table(target)} where {' and '.join(conditions)})"

    def all_visible(self, object_name: str) -> bool:
        """Does the viewer see every row of the object? Then a reference needs no look-up."""
        return not self.visible(self.row(object_name))


def by_object(column: str, branches: Mapping[str, str], otherwise: str) -> str:
    """The branch for the object that `column` names, those that can hold only."""
    possible = {name: text for name, text in branches.items() if text != NOTHING}
    if not possible:
        return otherwise
    cases = " ".join(f"when {literal(name)} then {text}" for name, text in possible.items())
    return f"case {column} {cases} else {otherwise} end"


@dataclass
class NamedParameters:
    """Placeholders for commands: `cast(%(p1)s as bigint[])` with the values beside the text."""

    viewer: Principal
    prefix: str = "scope"
    values: dict[str, object] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _aliases: int = 0

    @property
    def names(self) -> Mapping[str, str]:
        """What of the viewer each placeholder stands for, so that others may use the text."""
        return {placeholder: name for name, placeholder in self._names.items()}

    def alias(self) -> str:
        self._aliases += 1
        return f"{self.prefix}_{self._aliases}"

    def principal(self, name: str, sql_type: str) -> str:
        if name not in self._names:
            self._names[name] = f"{self.prefix}_p{len(self._names) + 1}"
            self.values[self._names[name]] = principal_value(self.viewer, name)
        return f"cast(%({self._names[name]})s as {sql_type})"


@dataclass(frozen=True, slots=True)
class ViewerStatement:
    """A text that holds for every viewer of a profile; `names` are the viewer's values in it, by
    placeholder (`NamedParameters.names`)."""

    sql: str
    names: Mapping[str, str]

    def values(self, viewer: Principal) -> dict[str, object]:
        return {at: principal_value(viewer, name) for at, name in self.names.items()}


def principal_value(viewer: Principal, name: str) -> object:
    """The viewer's value called `name` in a plan; lists are ready to bind as arrays."""
    return _reader(name)(viewer)


@cache
def _reader(name: str) -> Callable[[Principal], object]:
    kind, _, detail = name.partition(":")
    if kind == "scope_users":
        scope = Scope[detail]
        return lambda viewer: list(viewer.scope_users.get(scope, (viewer.user_id,)))
    if kind in ("department_tree", "subordinate_ids"):
        return lambda viewer: list(getattr(viewer, kind))
    return attrgetter("session_hash" if kind == "token_hash" else kind)
