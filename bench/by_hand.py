"""The same four queries as a good engineer writes them by hand: strawberry, SQLAlchemy, loaders.

Synchronous sessions in threads, columns chosen, one dataloader per relation and request,
parsed and validated documents cached, no rights and no metadata.
Run as `uvicorn bench.by_hand:app`.
"""

import asyncio
import enum
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

import psycopg2
import strawberry
from sqlalchemy import ColumnElement, DateTime, MetaData, Select, create_engine, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    load_only,
    mapped_column,
    sessionmaker,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

POOL_SIZE = 8
T = TypeVar("T")


class Base(DeclarativeBase):
    metadata = MetaData(schema=os.environ.get("BENCH_SCHEMA", "t_1"))
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy's way


class UserRow(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class CustomerRow(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    mobile: Mapped[str | None]
    telephone: Mapped[str | None]
    email: Mapped[str | None]
    website: Mapped[str | None]
    level: Mapped[str | None]
    industry: Mapped[str | None]
    source: Mapped[str | None]
    deal_status: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    owner_id: Mapped[int | None]


class ContactRow(Base):
    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    customer_id: Mapped[int]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class OpportunityRow(Base):
    __tablename__ = "opportunity"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    customer_id: Mapped[int]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


Child = TypeVar("Child", ContactRow, OpportunityRow)
_engine = create_engine(
    "postgresql+psycopg2://",
    creator=lambda: psycopg2.connect(
        os.environ["DATABASE_URL"], options="-c TimeZone=UTC -c jit=off"
    ),
    pool_size=POOL_SIZE,
    max_overflow=0,
)
_session = sessionmaker(_engine, expire_on_commit=False)


async def run(work: Callable[[Session], T]) -> T:
    """`work` with a session of its own, in a thread."""

    def inside() -> T:
        with _session() as session:
            return work(session)

    return await asyncio.to_thread(inside)


@dataclass
class Context:
    """What one request shares: its loaders. Those of children are made per page size."""

    request: Request | WebSocket
    response: Response | None

    def __post_init__(self) -> None:
        self.users: DataLoader[int, UserRow | None] = DataLoader(_load_users)
        self._contacts: dict[int, DataLoader[int, list[ContactRow]]] = {}
        self._opportunities: dict[int, DataLoader[int, list[OpportunityRow]]] = {}

    def contacts(self, first: int) -> "DataLoader[int, list[ContactRow]]":
        return self._contacts.setdefault(first, DataLoader(_children(ContactRow, first)))

    def opportunities(self, first: int) -> "DataLoader[int, list[OpportunityRow]]":
        return self._opportunities.setdefault(first, DataLoader(_children(OpportunityRow, first)))


async def _load_users(keys: list[int]) -> list[UserRow | None]:
    statement = select(UserRow).where(UserRow.id.in_(keys))
    rows = await run(lambda session: session.scalars(statement).all())
    found = {row.id: row for row in rows}
    return [found.get(key) for key in keys]


def _children(row: type[Child], first: int) -> Callable[[list[int]], Any]:
    """A batch function: the newest `first` rows of each customer, in one statement."""

    async def load(keys: list[int]) -> Sequence[list[Child]]:
        rank = func.row_number().over(
            partition_by=row.customer_id, order_by=(row.created_at.desc(), row.id.desc())
        )
        ranked = (
            select(row.id, row.name, row.customer_id, rank.label("rank"))
            .where(row.customer_id.in_(keys), row.deleted_at.is_(None))
            .subquery()
        )
        entity = aliased(row, ranked)
        statement = (
            select(entity)
            .options(load_only(entity.name, entity.customer_id))
            .where(ranked.c.rank <= first)
            .order_by(ranked.c.rank)
        )
        rows = await run(lambda session: session.scalars(statement).all())
        found: dict[int, list[Child]] = defaultdict(list)
        for each in rows:
            found[each.customer_id].append(each)
        return [found[key] for key in keys]

    return load


@strawberry.type
class User:
    id: strawberry.ID
    name: str | None


@strawberry.type
class Contact:
    id: strawberry.ID
    name: str | None


@strawberry.type
class Opportunity:
    id: strawberry.ID
    name: str | None


@strawberry.type
class ContactConnection:
    nodes: list[Contact]


@strawberry.type
class OpportunityConnection:
    nodes: list[Opportunity]


Info = strawberry.Info[Context, None]


@strawberry.type
class Customer:
    id: strawberry.ID
    name: str | None
    mobile: str | None
    telephone: str | None
    email: str | None
    website: str | None
    level: str | None
    industry: str | None
    source: str | None
    deal_status: str | None
    created_at: datetime
    updated_at: datetime | None
    number: strawberry.Private[int]
    owner_number: strawberry.Private[int | None]

    @classmethod
    def of(cls, row: CustomerRow) -> Self:
        return cls(
            id=strawberry.ID(f"Customer:{row.id}"),
            name=row.name,
            mobile=row.mobile,
            telephone=row.telephone,
            email=row.email,
            website=row.website,
            level=row.level,
            industry=row.industry,
            source=row.source,
            deal_status=row.deal_status,
            created_at=row.created_at,
            updated_at=row.updated_at,
            number=row.id,
            owner_number=row.owner_id,
        )

    @strawberry.field
    async def owner(self, info: Info) -> User | None:
        if self.owner_number is None:
            return None
        row = await info.context.users.load(self.owner_number)
        return None if row is None else User(id=strawberry.ID(f"User:{row.id}"), name=row.name)

    @strawberry.field
    async def contacts(self, info: Info, first: int = 10) -> ContactConnection:
        rows = await info.context.contacts(first).load(self.number)
        nodes = [Contact(id=strawberry.ID(f"Contact:{row.id}"), name=row.name) for row in rows]
        return ContactConnection(nodes=nodes)

    @strawberry.field
    async def opportunities(self, info: Info, first: int = 10) -> OpportunityConnection:
        rows = await info.context.opportunities(first).load(self.number)
        nodes = [
            Opportunity(id=strawberry.ID(f"Opportunity:{row.id}"), name=row.name) for row in rows
        ]
        return OpportunityConnection(nodes=nodes)


@strawberry.type
class CustomerConnection:
    nodes: list[Customer]


@strawberry.input
class ChoiceFilter:
    eq: str | None = None


@strawberry.input
class DateTimeFilter:
    gte: datetime | None = None


@strawberry.input
class CustomerWhere:
    level: ChoiceFilter | None = None
    created_at: DateTimeFilter | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.level is not None and self.level.eq is not None:
            found.append(CustomerRow.level == self.level.eq)
        if self.created_at is not None and self.created_at.gte is not None:
            found.append(CustomerRow.created_at >= self.created_at.gte)
        return found


@strawberry.enum
class SortDirection(enum.Enum):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.input
class CustomerOrder:
    created_at: SortDirection | None = None


@strawberry.input
class CustomerGroupBy:
    level: bool = False


@strawberry.type
class CustomerGroupKey:
    level: str | None


@strawberry.type
class CustomerGroup:
    key: CustomerGroupKey
    count: int


def _ordered(statement: Select[Any], orders: list[CustomerOrder] | None) -> Select[Any]:
    for order in orders or []:
        if order.created_at is SortDirection.ASC:
            return statement.order_by(CustomerRow.created_at, CustomerRow.id)
    return statement.order_by(CustomerRow.created_at.desc(), CustomerRow.id.desc())


@strawberry.type
class Query:
    @strawberry.field
    async def customer(self, id: strawberry.ID) -> Customer | None:
        number = int(id.removeprefix("Customer:"))
        row = await run(lambda session: session.get(CustomerRow, number))
        return None if row is None or row.deleted_at is not None else Customer.of(row)

    @strawberry.field
    async def customers(
        self,
        where: CustomerWhere | None = None,
        order_by: list[CustomerOrder] | None = None,
        first: int = 20,
    ) -> CustomerConnection:
        conditions = where.conditions() if where else []
        base = select(CustomerRow).where(CustomerRow.deleted_at.is_(None), *conditions)
        statement = _ordered(base, order_by).limit(min(first, 200))
        rows = await run(lambda session: session.scalars(statement).all())
        return CustomerConnection(nodes=[Customer.of(row) for row in rows])

    @strawberry.field
    async def customer_groups(self, group_by: list[CustomerGroupBy]) -> list[CustomerGroup]:
        statement = (
            select(CustomerRow.level, func.count())
            .where(CustomerRow.deleted_at.is_(None))
            .group_by(CustomerRow.level)
        )
        rows = await run(lambda session: session.execute(statement).all())
        return [CustomerGroup(key=CustomerGroupKey(level=level), count=n) for level, n in rows]


class Endpoint(GraphQL[Context, None]):
    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        return Context(request, response if isinstance(response, Response) else None)


_schema = strawberry.Schema(query=Query, extensions=[ParserCache, ValidationCache])
app = Starlette(routes=[Route("/graphql", Endpoint(_schema), methods=["POST"])])
