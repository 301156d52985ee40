"""Which plan PostgreSQL makes of a statement: with the values at hand, or one for all values."""

from engine.query.bind import bind
from tests.golden.company import Crm
from tests.golden.documents import document_case

EXECUTIONS = 8  # after five PostgreSQL considers a plan for all values


def test_a_filter_through_a_relation_is_always_planned_with_its_values(crm: Crm) -> None:
    """A plan for all values would walk a whole list for a condition that few rows meet."""
    case = document_case(
        """
        query Q($amount: Decimal) {
          customers(where: { opportunities: { some: { amount: { gte: $amount } } } }) {
            nodes { id }
          }
        }
        """,
        crm.company.snapshot,
        given={"amount": "99999"},
    )
    (request,) = case.requests.values()
    plan = crm.plan(request, case.person)
    arguments = bind(plan, case.variables, crm.principal(case.person))
    connection = crm.company.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"prepare filtered as {plan.sql}")
        for _ in range(EXECUTIONS):
            cursor.execute(f"execute filtered ({', '.join(['%s'] * len(arguments))})", arguments)
        cursor.execute(
            "select custom_plans, generic_plans from pg_prepared_statements where name = 'filtered'"
        )
        assert cursor.fetchone() == (EXECUTIONS, 0)
    finally:
        connection.rollback()
        connection.cursor().execute("deallocate all")
        connection.close()
