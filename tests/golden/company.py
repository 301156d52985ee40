"""A small company with fixed rows, and a way to run read plans against it synchronously.

Rights are written here, not taken from roles, so that cases stay as they are when a role
that ships changes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.access.model import Access, AccessProfile, FieldAccess, Principal, Scope
from engine.base.identifiers import RecordId
from engine.base.settings import Settings
from engine.query.bind import bind
from engine.query.plan import plan_read
from engine.query.planning import Place
from engine.query.request import ReadPlan, ReadRequest
from metadata.rows import insert_rows
from tests.golden.documents import Case, document_case
from tests.harness.company import TestCompany

START = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
NAMES = ("千寻科技", "Bolt 50%_x", "阿里山茶业", "千里马物流", "北京云帆", "Acme")
SETTINGS = Settings()
OWN = {name: {"read": Scope.OWN} for name in ("lead", "customer", "contact", "opportunity")}
PROFILES = {
    "admin": AccessProfile("super", True),
    "manager": AccessProfile(
        "manager", False, {name: {"read": Scope.SUB_DEPARTMENTS} for name in OWN}
    ),
    "alice": AccessProfile(
        "salesperson",
        False,
        {**OWN, "product": {"read": Scope.ALL}},
        {
            ("customer", "mobile"): FieldAccess(Access.READ, masked=True),
            ("customer", "email"): FieldAccess(Access.READ, masked=True),
            ("customer", "region"): FieldAccess(Access.READ, masked=True),
            ("customer", "website"): FieldAccess(Access.HIDDEN),
            ("opportunity", "amount"): FieldAccess(Access.READ, masked=True),
        },
    ),
    "carol": AccessProfile("customersOnly", False, {"customer": {"read": Scope.ALL}}),
}


@dataclass
class Crm:
    """The company and its rows; `run` is one read as one person."""

    company: TestCompany

    def principal(self, person: str) -> Principal:
        people, profile = self.company.people, PROFILES[person]
        me = people[person].number
        sales = tuple(people[key].number for key in ("manager", "alice", "bob"))
        state = self.company.sql("select metadata_version, access_version from {s}.state")[0]
        below = tuple(people[key].number for key in ("alice", "bob")) if person == "manager" else ()
        department = self.company.departments["other" if person == "carol" else "sales"]
        return Principal(
            user_id=me,
            company_id=self.company.company.id,
            schema=self.company.company.schema,
            time_zone="Asia/Shanghai",
            language="zh",
            session_hash=hashlib.sha256(self.company.tokens[person].encode()).digest(),
            access_version=state["access_version"],
            metadata_version=state["metadata_version"],
            profile=profile,
            department_id=department,
            department_tree=(department,),
            subordinate_ids=below,
            scope_users={
                Scope.OWN: (me,),
                Scope.SUBORDINATES: (me, *below),
                Scope.DEPARTMENT: sales,
                Scope.SUB_DEPARTMENTS: sales,
            },
        )

    def plan(self, request: ReadRequest, person: str, settings: Settings = SETTINGS) -> ReadPlan:
        place = Place(self.company.company.schema, "Asia/Shanghai", settings)
        return plan_read(request, self.company.snapshot, PROFILES[person], place)

    def text(
        self, plan: ReadPlan, variables: Mapping[str, Any], principal: Principal
    ) -> str | None:
        """The plan's answer, prepared and executed as the product does."""
        arguments = bind(plan, variables, principal)
        places = f"({', '.join(['%s'] * len(arguments))})"
        connection = self.company.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"prepare golden as {plan.sql}")
            cursor.execute(f"execute golden {places}", arguments)
            row = cursor.fetchone()
            return None if row is None else str(row[0])
        finally:
            connection.rollback()
            connection.cursor().execute("deallocate all")
            connection.close()

    def answer(self, case: Case) -> dict[str, Any]:
        """The JSON of all root fields of a case."""
        principal = self.principal(case.person)
        found = {}
        for key, request in case.requests.items():
            plan = self.plan(request, case.person)
            text = self.text(plan, case.variables, principal)
            assert text is not None, "the check of the statement failed"
            found[key] = json.loads(text)
        return found

    def run(self, document: str, person: str = "admin", **variables: Any) -> Any:
        """The JSON of a document's only root field."""
        case = document_case(document, self.company.snapshot, person, variables)
        (answer,) = self.answer(case).values()
        return answer

    def count(self, conditions: str, person: str = "admin", **variables: Any) -> int:
        """How many customers a where object leaves."""
        types = {"dates": "[Date]", "moment": "DateTime", "day": "Date", "amount": "Decimal"}
        declared = ", ".join(f"${name}: {types.get(name, 'Any')}" for name in variables)
        head = f"query({declared})" if declared else ""
        document = f"{head} {{ customers(where: {conditions}) {{ totalCount }} }}"
        found: int = self.run(document, person, **variables)["totalCount"]
        return found


def insert(company: TestCompany, object_name: str, **values: Any) -> None:
    """One row by its field names, with the system values a row always has."""
    index = company.snapshot.object(object_name)
    system = {"version": 1, "createdAt": START, "updatedAt": START}
    row = {name: value for name, value in system.items() if name in index.fields}
    with company.engine.begin() as connection:
        insert_rows(connection, company.company.schema, index, [{**row, **values}])


def fill(company: TestCompany) -> Crm:
    """Six customers, nine contacts, six opportunities and what hangs on them."""
    owners = ("alice", "bob", "carol")
    for at, name in enumerate(NAMES):
        _customer(company, at, name, company.people[owners[at % 3]].number)
    for at in range(9):
        insert(
            company,
            "contact",
            name=f"联系人{at + 1}",
            customer=at % 5 + 1,
            owner=company.people[owners[at % 3]].number,
            createdAt=START + timedelta(hours=at),
        )
    for at in range(6):
        insert(
            company,
            "opportunity",
            name=f"商机{at + 1}",
            customer=at % 4 + 1,
            amount=Decimal("1000.50") * at if at % 3 else None,
            owner=company.people[owners[at % 3]].number,
            createdAt=START + timedelta(days=at),
        )
    _satellites(company)
    return Crm(company)


def _customer(company: TestCompany, at: int, name: str, owner: int) -> None:
    insert(
        company,
        "customer",
        name=name,
        mobile=f"1380000{at:04d}" if at != 2 else None,
        email=f"person{at}@example.com",
        website="https://example.com",
        level=(None, "A", "B")[at % 3],
        region={"province": "广东省", "city": "深圳市", "district": "", "detail": "科技路 1 号"},
        nextContactAt=START + timedelta(days=at) if at % 2 else None,
        owner=owner,
        createdAt=START + timedelta(days=20 * at, microseconds=at),
        deletedAt=START if at == 5 else None,
    )


def _satellites(company: TestCompany) -> None:
    alice = company.people["alice"].number
    insert(
        company, "teamMember", record=RecordId("customer", 2), user=alice, access="READ", until=None
    )
    for at in range(4):
        record = RecordId("customer", at + 1) if at % 2 else RecordId("contact", at + 1)
        insert(
            company,
            "followUp",
            record=record,
            text=f"跟进 {at + 1}",
            author=alice,
            createdAt=START + timedelta(days=at),
        )
    insert(
        company,
        "operationLog",
        record=RecordId("customer", 1),
        action="UPDATE",
        actor=alice,
        at=START,
        changes=[
            {"field": "name", "old": "a", "new": "b"},
            {"field": "website", "old": "secret-marker", "new": None},
            {"field": "mobile", "old": "13800000000", "new": None},
        ],
    )
