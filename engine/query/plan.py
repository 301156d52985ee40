"""A read request → its plan: one statement, checked against session and versions.

Each kind of root field is one function here; what they are made of is in the modules beside.
The plan depends on metadata, profile and place, never on the user.
"""

from collections.abc import Callable
from functools import partial

from engine.access.currency import still_current
from engine.access.model import AccessProfile
from engine.access.scopes import NOTHING
from engine.base.errors import Forbidden
from engine.base.identifiers import parse_id
from engine.db.quoting import table
from engine.query import values
from engine.query.connections import Inside, Listed, connection, listed
from engine.query.groups import groups
from engine.query.neighbors import neighbors
from engine.query.paging import PageLimits
from engine.query.planning import Place, Planning, refuse
from engine.query.request import AppliedScene, ReadKind, ReadPlan, ReadRequest
from engine.query.selections import columns, record_sql
from engine.scenes.visibility import still_so
from metadata.snapshot import Snapshot


def plan_read(
    request: ReadRequest, snapshot: Snapshot, profile: AccessProfile, place: Place
) -> ReadPlan:
    """The plan of one root field.

    Raises Forbidden (no right to read the object), FieldForbidden, InvalidInput, TooComplex;
    all before any SQL has run.
    """
    planning = Planning(snapshot, profile, place)
    check = _check(planning) + _scene_check(planning, request.selection.arguments.get("scene"))
    body = _ROOTS[request.kind](planning, request)
    sql = f"select coalesce(({body})::text, 'null') from {check}"
    cost = planning.cost
    cost.check(planning.settings)
    sql, parameters = planning.shape.finished(sql)
    return ReadPlan(sql, parameters, tuple(planning.shape.baked), cost.nodes, cost.rows)


def _check(planning: Planning) -> str:
    """Session and versions must be as the process believes (principle 9). First of all, so
    that these are $1, $2 and $3."""
    shape, schema = planning.shape, planning.place.schema
    token = shape.principal("token_hash", "bytea")
    metadata = shape.principal("metadata_version", "bigint")
    access = shape.principal("access_version", "bigint")
    current = still_current(token, metadata, access)
    return f"{table(schema, 'state')} v, {table(schema, 'session')} s where {current}"


def _scene_check(planning: Planning, scene: AppliedScene | None) -> str:
    """A stored scene must be as the process knows it, and the viewer's to use."""
    if scene is None or scene.stored is None:
        return ""
    shape = planning.shape
    number, version = (shape.constant(each, "bigint") for each in scene.stored)
    user = shape.principal("user_id", "bigint")
    department = shape.principal("department_id", "bigint")
    return f" and {still_so(planning.place.schema, (number, version, user, department))}"


def _object(planning: Planning, request: ReadRequest) -> str:
    assert request.object is not None
    if not planning.scopes.may(request.object):
        raise Forbidden("object", object=request.object)
    return request.object


def _record(planning: Planning, request: ReadRequest) -> str:
    return _one(planning, _object(planning, request), request)


def _node(planning: Planning, request: ReadRequest) -> str:
    name = planning.shape.bake(
        request.selection.arguments["id"], partial(_object_of, planning.snapshot)
    )
    if not planning.scopes.may(name):
        raise Forbidden("object", object=name)
    return _one(planning, name, request)


def _object_of(snapshot: Snapshot, value: object) -> str:
    found = parse_id(value, ("id",)).object
    if found not in snapshot.by_name:
        raise refuse(("id",), "BAD_ID")
    return found


def _one(planning: Planning, name: str, request: ReadRequest) -> str:
    selection = request.selection
    number = planning.shape.value(
        selection.arguments["id"], "bigint", values.record_number(name, ("id",))
    )
    return record_sql(planning, (name, number), selection, 1)


def _list(planning: Planning, request: ReadRequest) -> str:
    name = _object(planning, request)
    arguments = request.selection.arguments
    row = planning.row(name)
    trashed = planning.shape.bake(arguments.get("trashed"), values.flag)
    if trashed and not planning.scopes.may(name, "delete"):
        raise Forbidden("action", object=name, action="delete")
    action = "delete" if trashed else "read"
    visible = planning.scopes.narrowed(row, action, trashed=trashed)
    if trashed and "deletedAt" not in row.index.fields:
        visible = [NOTHING]
    rows = listed(planning, row, visible, arguments, planning.scopes.grounds(row, action))
    limits = PageLimits(planning.settings.page_default, planning.settings.page_limit)
    return connection(planning, rows, request.selection, limits, Inside(columns))


def _groups(planning: Planning, request: ReadRequest) -> str:
    return groups(planning, _all_listed(planning, request), request.selection)


def _neighbors(planning: Planning, request: ReadRequest) -> str:
    return neighbors(planning, _all_listed(planning, request), request.selection)


def _all_listed(planning: Planning, request: ReadRequest) -> Listed:
    row = planning.row(_object(planning, request))
    visible, grounds = planning.scopes.narrowed(row), planning.scopes.grounds(row)
    return listed(planning, row, visible, request.selection.arguments, grounds)


_ROOTS: dict[ReadKind, Callable[[Planning, ReadRequest], str]] = {
    ReadKind.RECORD: _record,
    ReadKind.LIST: _list,
    ReadKind.GROUPS: _groups,
    ReadKind.NEIGHBORS: _neighbors,
    ReadKind.NODE: _node,
}
