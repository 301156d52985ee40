"""A small company for tests of the schema: its snapshot, its schema, and a pool that echoes."""

import hashlib
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from sqlalchemy import Engine

from engine.access.model import AccessProfile, Principal, Scope
from engine.access.principals import PrincipalCache
from engine.access.sessions import SessionUse
from engine.base.names import snake_case
from engine.base.settings import Settings
from engine.db.companies import Company
from engine.query.plans import PlanCache
from metadata.model import (
    Capability,
    Choice,
    FieldDef,
    Label,
    ObjectDef,
    ObjectKind,
    RowScope,
)
from metadata.snapshot import Snapshot
from resolvers.context import RequestContext, RequestFacts, Services
from resolvers.document_limit import DocumentLimit
from resolvers.documents import Document, Documents
from schema.build import build_schema
from schema.companies import Live
from schema.shapes import Shape

SETTINGS = Settings()
COMPANY = Company(1, "千思", None, "t_1", "Asia/Shanghai", "zh")
PRINCIPAL = Principal(
    user_id=1,
    company_id=1,
    schema="t_1",
    time_zone="Asia/Shanghai",
    language="zh",
    session_hash=b"hash",
    access_version=1,
    metadata_version=1,
    profile=AccessProfile("all", is_super=True),
    department_id=None,
    department_tree=(),
    subordinate_ids=(),
    scope_users=dict.fromkeys(Scope, (1,)),
)


def label(text: str) -> Label:
    return Label(text, text)


def a_field(name: str, type: str, **more: Any) -> FieldDef:
    column = snake_case(name) + ("_id" if type in ("relation", "user") else "")
    return FieldDef(name=name, type=type, label=label(name), column=column, **more)


def an_object(name: str, *fields: FieldDef, **more: Any) -> ObjectDef:
    system = (
        a_field("version", "integer", read_only=True),
        a_field("owner", "user", target="user", read_only=True),
        a_field("createdAt", "dateTime", read_only=True),
        a_field("deletedAt", "dateTime", read_only=True, hidden=True),
    )
    values = {"kind": ObjectKind.RECORD, **more}
    return ObjectDef(
        name=name,
        plural=f"{name}s",
        label=label(name),
        table=snake_case(name),
        fields=fields + system,
        **values,
    )


OBJECTS = (
    an_object("user", a_field("name", "text"), row_scope=RowScope.EVERYONE),
    an_object("role", a_field("name", "text"), row_scope=RowScope.EVERYONE, writable=False),
    an_object(
        "customer",
        a_field("name", "text", required=True, unique=True),
        a_field("level", "choice", choices=(Choice("A", label("A")), Choice("B", label("B")))),
        a_field("form", "choice", choices=(Choice("BIG", label("大")),), fixed_choices=True),
        a_field("amount", "amount", precision=18, scale=2),
        a_field("dealtAt", "dateTime"),
        a_field("secret", "text", hidden=True),
        capabilities=frozenset({Capability.TRASHABLE}),
    ),
    an_object(
        "contact",
        a_field("name", "text"),
        a_field("customer", "relation", target="customer", inverse="contacts"),
    ),
    an_object(
        "followUp",
        a_field("text", "text"),
        a_field("record", "record", targets=("customer", "contact"), inverse="followUps"),
    ),
)
SNAPSHOT = Snapshot(1, OBJECTS)
SCHEMA = build_schema(SNAPSHOT)


class EchoPool:
    """Answers every statement with a digest of it and its arguments."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[Any]]] = []

    async def fetch_text(self, sql: str, arguments: Sequence[Any], timeout_ms: int) -> str | None:
        self.asked.append((sql, list(arguments)))
        digest = hashlib.sha256(f"{sql}{list(arguments)!r}".encode()).hexdigest()
        return json.dumps({"digest": digest})


def live() -> Live:
    documents = Documents(SCHEMA.graphql, SETTINGS, DocumentLimit(SETTINGS.documents_limit_bytes))
    return Live(COMPANY, SNAPSHOT, Shape(OBJECTS, SCHEMA, documents))


def context(pool: EchoPool, principal: Principal | None = PRINCIPAL) -> RequestContext:
    """A request of the super administrator (or of nobody)."""
    services = Services(
        SETTINGS,
        cast(Engine, None),
        pool,
        ThreadPoolExecutor(1),
        PlanCache(),
        PrincipalCache(),
        SessionUse(),
    )
    facts = RequestFacts("request", "127.0.0.1", "tests", "en", time.monotonic() + 60)
    return RequestContext(services, COMPANY, SNAPSHOT, principal, facts)


def document(text: str, of: Live | None = None) -> Document:
    return (of or live()).documents.read(text, None)
