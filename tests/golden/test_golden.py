"""Golden cases: a document, the statements it becomes, and the answer.

`cases/<case>.graphql` is the request (first comment: who asks; second: variables),
`<case>.sql` its statements, `<case>.result.json` the answer. QIANSI_GOLDEN=write writes them.
"""

import json
import os
from pathlib import Path

import pytest

from engine.query.request import Parameter, ReadPlan
from tests.golden.company import Crm
from tests.golden.documents import read_case

CASES = Path(__file__).parent / "cases"
WRITE = os.environ.get("QIANSI_GOLDEN") == "write"


@pytest.mark.parametrize("name", sorted(path.stem for path in CASES.glob("*.graphql")))
def test_a_document_gives_its_written_statements_and_answer(crm: Crm, name: str) -> None:
    case = read_case((CASES / f"{name}.graphql").read_text(), crm.company.snapshot)
    plans = [crm.plan(request, case.person) for request in case.requests.values()]
    sql = "\n\n".join(_readable(plan, crm.company.company.schema) for plan in plans) + "\n"
    answer = json.dumps(crm.answer(case), ensure_ascii=False, indent=2) + "\n"
    _compare(CASES / f"{name}.sql", sql)
    _compare(CASES / f"{name}.result.json", answer)


def _compare(path: Path, text: str) -> None:
    if WRITE:
        path.write_text(text)
    assert text == path.read_text()


def _readable(plan: ReadPlan, schema: str) -> str:
    parameters = [f"-- ${at} {_shown(each)}" for at, each in enumerate(plan.parameters, 1)]
    baked = [f"-- tied to ${'.'.join(map(str, each.path))}" for each in plan.baked]
    lines = plan.sql.replace(f'"{schema}"', '"t_0"')
    for word in (" from ", " where ", " left join ", " order by ", " group by "):
        lines = lines.replace(word, f"\n{word.strip()} ")
    return "\n".join([f"-- nodes {plan.nodes}", *parameters, *baked, lines])


def _shown(parameter: Parameter) -> str:
    if parameter.source == "variable":
        return f"variable {'.'.join(map(str, parameter.path))}"
    return f"{parameter.source} {parameter.value!r}"
