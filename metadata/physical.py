"""What a company's tables are made of, as frozen values derived from its objects.

Owns names and shapes; turning them into SQL is `metadata/ddl.py`, comparing them with the
database is `metadata/check.py`. The tables that are no objects are `internal_tables.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s

from engine.db.quoting import quote
from metadata.field_types.contract import ValueKind
from metadata.field_types.registry import field_type
from metadata.model import Capability, FieldDef, ObjectDef, ObjectKind, OnDelete
from metadata.snapshot import same_values

LONGEST_NAME = 63
ALIVE = "deleted_at is null"
# Never null, so that keyset pages need no branch for null and old rows get a value (H5).
_FILLED = {"version": "1", "createdAt": "now()", "updatedAt": "now()"}
_ON_DELETE = {
    OnDelete.RESTRICT: "restrict",
    OnDelete.CASCADE: "cascade",
    OnDelete.SET_NULL: "set null",
}


@dataclass(frozen=True, slots=True)
class PhysicalColumn:
    """`default` is an SQL expression; `identity` columns number their rows themselves."""

    name: str
    sql_type: str
    not_null: bool = False
    default: str | None = None
    identity: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalIndex:
    """`terms` are SQL: quoted columns or expressions over them, with their direction."""

    name: str
    terms: tuple[str, ...]
    unique: bool = False
    method: str = "btree"
    where: str = ""
    options: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`column` refers to the id of `target`; `on_delete` is SQL: restrict, cascade, set null."""

    name: str
    column: str
    target: str
    on_delete: str


@dataclass(frozen=True, slots=True)
class Routine:
    """A function in plpgsql. In `body`, {schema} stands for the schema as a name, {name} as text.

    `computes` ones write the row that fires them: when they change, rows are written anew.
    """

    name: str
    body: str
    arguments: str = ""
    returns: str = "trigger"
    computes: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """`when` is SQL: before or after what; `each` says for each row or statement, with what."""

    name: str
    routine: str
    when: str
    each: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalTable:
    """One table. `append_only` ones refuse UPDATE, DELETE and TRUNCATE from every role.

    `routines` and `triggers` write the computed columns (`metadata/formulas/triggers.py`).
    """

    name: str
    columns: tuple[PhysicalColumn, ...]
    primary_key: tuple[str, ...] = ("id",)
    indexes: tuple[PhysicalIndex, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    append_only: bool = False
    routines: tuple[Routine, ...] = ()
    triggers: tuple[Trigger, ...] = ()


APPEND_ONLY = frozenset({"operationLog"})


def physical_tables(objects: Sequence[ObjectDef]) -> tuple[PhysicalTable, ...]:
    """The tables of the objects, in their order."""
    return _tables_but(objects, frozenset())


def changed_tables(
    before: Sequence[ObjectDef], after: Sequence[ObjectDef]
) -> tuple[tuple[PhysicalTable, ...], tuple[PhysicalTable, ...]]:
    """The tables of both, without those of objects that are one and the same value in both."""
    same = same_values(before, after)
    return _tables_but(before, same), _tables_but(after, same)


def _tables_but(objects: Sequence[ObjectDef], same: frozenset[int]) -> tuple[PhysicalTable, ...]:
    tables = {item.name: item.table for item in objects}
    changed = (item for item in objects if id(item) not in same)
    return tuple(_table(item, tables) for item in changed if not item.purged)


def physical_columns(field: FieldDef) -> tuple[PhysicalColumn, ...]:
    """The columns of a field, the main one first."""
    default = _FILLED.get(field.name) if field.system else None
    return tuple(
        PhysicalColumn(each.name, each.sql_type, default is not None, default)
        for each in field_type(field.type).columns(field)
    )


def constraint_name(table: str, *parts: str) -> str:
    """A name for an index or constraint; long ones are cut and told apart by a hash (M12)."""
    name = "_".join((table, *parts))
    if len(name) <= LONGEST_NAME:
        return name
    told_apart = blake2s(name.encode(), digest_size=4).hexdigest()
    return f"{name[: LONGEST_NAME - 9]}_{told_apart}"


def _table(item: ObjectDef, tables: Mapping[str, str]) -> PhysicalTable:
    columns = [PhysicalColumn("id", "bigint", not_null=True, identity=True)]
    for field in (*item.fields, *item.deleted_fields):
        columns += physical_columns(field)
    columns += [PhysicalColumn(each.name, each.sql_type) for each in item.spare_columns]
    return PhysicalTable(
        name=item.table,
        columns=tuple(columns),
        indexes=tuple(_indexes(item)),
        foreign_keys=tuple(_foreign_keys(item, tables)),
        append_only=item.name in APPEND_ONLY,
    )


def _foreign_keys(item: ObjectDef, tables: Mapping[str, str]) -> Iterator[ForeignKey]:
    for field in item.fields:
        target = tables.get(field.target or "")
        if field_type(field.type).kind is ValueKind.RELATION and target is not None:
            column = _main(field)
            yield ForeignKey(
                constraint_name(item.table, column, "fkey"),
                column,
                target,
                _ON_DELETE[field.on_delete],
            )


def _indexes(item: ObjectDef) -> Iterator[PhysicalIndex]:
    for field in item.fields:
        if field.unique:
            yield _unique(item, field)
        yield from _relation_index(item, field)
        if field_type(field.type).kind in (ValueKind.CHOICES, ValueKind.RELATIONS):
            column = _main(field)
            name = constraint_name(item.table, column, "idx")
            yield PhysicalIndex(name=name, terms=(quote(column),), method="gin")
    for names in item.unique_together:
        yield _unique_together(item, names)
    yield from _list_indexes(item)
    yield from (_search_index(item, field) for field in item.fields if field.searchable)


def _unique(item: ObjectDef, field: FieldDef) -> PhysicalIndex:
    """Compares the normalised value; the trash does not count and null never collides (F4)."""
    column = physical_columns(field)[0]
    term = quote(column.name)
    if column.sql_type.startswith("text"):
        term = f"qiansi.unique_key({term})"
    return PhysicalIndex(
        name=constraint_name(item.table, column.name, "key"),
        terms=(term,),
        unique=True,
        where=ALIVE if item.can(Capability.TRASHABLE) else "",
    )


def _unique_together(item: ObjectDef, names: tuple[str, ...]) -> PhysicalIndex:
    fields = {field.name: field for field in item.fields}
    columns = [
        column.name
        for name in names
        for column in physical_columns(fields[name])
        if not column.name.endswith(("_sort", "_search"))
    ]
    return PhysicalIndex(
        name=constraint_name(item.table, "_".join(names).lower(), "key"),
        terms=tuple(quote(column) for column in columns),
        unique=True,
        where=ALIVE if item.can(Capability.TRASHABLE) else "",
    )


def _relation_index(item: ObjectDef, field: FieldDef) -> Iterator[PhysicalIndex]:
    """Serves the lists nested in a record, in their own order, and the foreign key."""
    kind = field_type(field.type).kind
    if kind not in (ValueKind.RELATION, ValueKind.RECORD):
        return
    columns = [column.name for column in physical_columns(field)]
    # who created a record is a filter at most, never a nested list: a third of the size
    newest = () if field.name == "createdBy" else _newest_first(item)
    if kind is ValueKind.RECORD and not newest:
        newest = (quote("id"),)
    terms = (*(quote(column) for column in columns), *newest)
    if field.name == "owner" and newest and item.can(Capability.TRASHABLE):
        # reports by owner and period read the index alone, a tenth of the table
        terms = (*terms, quote("deleted_at"))
    yield PhysicalIndex(name=constraint_name(item.table, columns[0], "idx"), terms=terms)


def _list_indexes(item: ObjectDef) -> Iterator[PhysicalIndex]:
    newest = _newest_first(item)
    if item.kind is not ObjectKind.RECORD or not newest:
        return
    trashable = item.can(Capability.TRASHABLE)
    alive = ALIVE if trashable else ""
    yield PhysicalIndex(
        name=constraint_name(item.table, "newest", "idx"), terms=newest, where=alive
    )
    title = _sort_terms(item)
    if title:
        name = constraint_name(item.table, "title", "idx")
        yield PhysicalIndex(name=name, terms=(*title, quote("id")), where=alive)
    if trashable:
        yield PhysicalIndex(
            name=constraint_name(item.table, "trash", "idx"),
            terms=(quote("deleted_at"),),
            where="deleted_at is not null",
        )


def _sort_terms(item: ObjectDef) -> tuple[str, ...]:
    """The sort keys of the title as a list sorts by it (`engine/query/ordering.py`); by one that
    may be long it sorts by its beginning, and the index serves the first key."""
    for field in item.fields:
        columns = [column.name for column in physical_columns(field)]
        if field.name == item.title and f"{columns[0]}_sort" in columns:
            return quote(f"{columns[0]}_sort"), f'{quote(columns[0])} collate "C"'
    return ()


def _search_index(item: ObjectDef, field: FieldDef) -> PhysicalIndex:
    """Over the bigrams of one searchable field (principle 14): a further one is built without
    touching those that serve searches meanwhile."""
    return PhysicalIndex(
        name=constraint_name(item.table, _main(field), "search", "idx"),
        terms=(f"qiansi.grams({search_expression(field)})",),
        method="gin",
        options="fastupdate=off",  # no pending list: no search ever pays for the writes before it
    )


def search_expression(field: FieldDef) -> str:
    """What is searched of a field, over bare columns: as `engine/query/search.py` asks for it."""
    columns = [column.name for column in physical_columns(field)]
    companion = f"{columns[0]}_search"
    return quote(companion) if companion in columns else f"lower({quote(columns[0])})"


def _newest_first(item: ObjectDef) -> tuple[str, ...]:
    """The order of a list that asks for none; () where rows know no time of creation."""
    for field in item.fields:
        if field.name == "createdAt":
            return f"{quote(_main(field))} desc", f"{quote('id')} desc"
    return ()


def _main(field: FieldDef) -> str:
    return physical_columns(field)[0].name
