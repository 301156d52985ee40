"""Companies for the cold paths and for memory: standard ones, own ones, very wide ones.

Their metadata is made as values of the kind that ships; each company is made once and found again
by its domain. Every one has an administrator, who is signed in anew for each run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from bench.database import open_session
from engine.db.companies import Company, find_company
from engine.db.platform import install_platform
from engine.db.quoting import table
from metadata.model import Choice, FieldDef, Label, ObjectDef, Standard
from metadata.provision import create_company
from metadata.rows import insert_rows
from metadata.snapshot import Snapshot
from metadata.standard import STANDARD
from metadata.standard.declare import record

DOMAIN = "bench.localhost"
CUSTOM_TYPES = ("text", "choice", "amount", "date", "integer", "boolean", "user", "multipleChoice")
OWN_FIELDS = 4
WIDE_FIELDS = 200
WIDE_OBJECTS = 100


@dataclass(frozen=True, slots=True)
class Signed:
    """A company and the token of its administrator."""

    company: Company
    token: str


def standard_companies(engine: Engine, number: int) -> list[Signed]:
    """Companies that all have the CRM as it ships."""
    return [_opened(engine, f"standard{at}", STANDARD) for at in range(number)]


def own_companies(engine: Engine, number: int) -> list[Signed]:
    """Companies of which no two have the same metadata."""
    return [_opened(engine, f"own{at}", _own(at)) for at in range(number)]


def wide_object(engine: Engine) -> Signed:
    """A company whose customers have 200 fields of its own."""
    return _opened(engine, "fields", _with_fields("customer", _custom_fields("wide", WIDE_FIELDS)))


def many_objects(engine: Engine) -> Signed:
    """A company with 100 objects of its own, each with a relation to customers."""
    added = tuple(_custom_object(at) for at in range(WIDE_OBJECTS))
    return _opened(engine, "objects", replace(STANDARD, objects=(*STANDARD.objects, *added)))


def custom_selection() -> str:
    """All of the 200 fields."""
    fields = _custom_fields("wide", WIDE_FIELDS)
    return " ".join(each.name + (" { name }" if each.target else "") for each in fields)


def _own(at: int) -> Standard:
    return _with_fields("customer", _custom_fields(f"own{at}n", OWN_FIELDS))


def _with_fields(name: str, added: Sequence[FieldDef]) -> Standard:
    objects = tuple(
        replace(each, fields=(*each.fields, *added)) if each.name == name else each
        for each in STANDARD.objects
    )
    return replace(STANDARD, objects=objects)


def _custom_fields(prefix: str, number: int) -> list[FieldDef]:
    return [
        _custom(f"{prefix}{at}", CUSTOM_TYPES[at % len(CUSTOM_TYPES)], at) for at in range(number)
    ]


def _custom(name: str, type: str, at: int) -> FieldDef:
    options = tuple(Choice(each, Label(f"选项{each}", f"Option {each}")) for each in "ABCDE")
    return FieldDef(
        name=name,
        type=type,
        label=Label(f"自定义{at}", f"Custom {at}"),
        column=f"c_{name.lower()}" + ("_id" if type == "user" else ""),
        custom=True,
        choices=options if "hoice" in type else (),
        target="user" if type == "user" else None,
        position=1_000 + at,
    )


def _custom_object(at: int) -> ObjectDef:
    customer = FieldDef(
        name="customer",
        type="relation",
        label=Label("客户", "Customer"),
        column="customer_id",
        target="customer",
        inverse=f"things{at}",
        inverse_label=Label(f"物件{at}", f"Things {at}"),
        custom=True,
    )
    name = FieldDef(
        name="name", type="text", label=Label("名称", "Name"), column="name", searchable=True
    )
    return record(
        f"thing{at}",
        f"thing{at}s",
        f"物件{at}",
        f"Thing {at}",
        custom=True,
        fields=(name, customer, *_custom_fields("own", 8)),
    )


def _opened(engine: Engine, name: str, standard: Standard) -> Signed:
    domain = f"{name}.{DOMAIN}"
    with engine.begin() as connection:
        install_platform(connection)
        company = find_company(connection, domain=domain)
    if company is None:
        company = create_company(
            engine, domain, domain=domain, standard=standard, deferred_indexes=True
        )
    with engine.begin() as connection:
        return Signed(company, open_session(connection, company, _admin(connection, company)))


def _admin(connection: Connection, company: Company) -> int:
    """The first user, made together with the super administrator's role when missing."""
    user = connection.execute(text(f"select min(id) from {table(company.schema, 'user')}")).scalar()
    if user is not None:
        return int(user)
    snapshot = Snapshot(1, STANDARD.objects)
    departments = text(f"select min(id) from {table(company.schema, 'department')}")
    roles = text(f"select min(id) from {table(company.schema, 'role')} where is_super")
    person = {
        "name": "管理员",
        "mobile": "13800000001",
        "department": connection.execute(departments).scalar_one(),
        "status": "ACTIVE",
    }
    (made,) = insert_rows(connection, company.schema, snapshot.object("user"), [person])
    role = connection.execute(roles).scalar_one()
    granted = {"user": made, "role": role}
    insert_rows(connection, company.schema, snapshot.object("userRole"), [granted])
    return made


def schemas_built(log: Path) -> int:
    """How many schemas a server has built, by its log."""
    return log.read_text().count('"schema built"')
