"""Changes of metadata as tests make them: the mutations, and what came of them."""

from typing import Any

from metadata.check import check_company
from tests.harness.client import Client
from tests.harness.company import TestCompany

PAYLOAD = "applied version name problems { path code message ids } impact { kind name detail }"
CREATE = f"""mutation($o: String!, $f: FieldInput!, $dry: Boolean = false) {{
  createField(object: $o, input: $f, dryRun: $dry) {{ {PAYLOAD} }} }}"""
UPDATE = f"""mutation($o: String!, $n: String!, $f: FieldPatch!, $dry: Boolean = false) {{
  updateField(object: $o, name: $n, input: $f, dryRun: $dry) {{ {PAYLOAD} }} }}"""
COPY = f"""mutation($o: String!, $n: String!, $f: FieldCopyInput!) {{
  copyField(object: $o, name: $n, input: $f) {{ {PAYLOAD} }} }}"""
REORDER = f"""mutation($o: String!, $n: [String!]!) {{
  reorderFields(object: $o, names: $n) {{ {PAYLOAD} }} }}"""
CREATE_OBJECT = f"""mutation($f: ObjectInput!, $dry: Boolean = false) {{
  createObject(input: $f, dryRun: $dry) {{ {PAYLOAD} }} }}"""


def of_field(verb: str) -> str:
    """`deleteField`, `restoreField` or `purgeField`."""
    return f"""mutation($o: String!, $n: String!, $dry: Boolean = false) {{
      {verb}(object: $o, name: $n, dryRun: $dry) {{ {PAYLOAD} }} }}"""


def of_object(verb: str) -> str:
    """`deleteObject`, `restoreObject` or `purgeObject`."""
    return f"""mutation($n: String!, $dry: Boolean = false) {{
      {verb}(name: $n, dryRun: $dry) {{ {PAYLOAD} }} }}"""


def change(client: Client, query: str, **variables: Any) -> dict[str, Any]:
    """What the mutation says of the change."""
    (found,) = client.run(query, **variables).values()
    result: dict[str, Any] = found
    return result


def applied(client: Client, query: str, **variables: Any) -> dict[str, Any]:
    """The same, of a change that must succeed."""
    found = change(client, query, **variables)
    assert found["applied"], found
    return found


def problems(client: Client, query: str, **variables: Any) -> list[tuple[str, str]]:
    """Path and code of each problem of a change that must be refused."""
    found = change(client, query, **variables)
    assert not found["applied"], found
    return [(".".join(each["path"]), each["code"]) for each in found["problems"]]


def field(zh: str, type: str, **rest: Any) -> dict[str, Any]:
    """The input of a new field."""
    return {"label": {"zh": zh}, "type": type, **rest}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"value": each, "label": {"zh": each}} for each in values]


def differences(company: TestCompany) -> list[str]:
    """What the checker finds between metadata and tables."""
    with company.engine.begin() as connection:
        return check_company(connection, company.company.schema)


def is_gone(client: Client, query: str) -> bool:
    """Whether the document no longer fits: told for a while as a change that has just happened."""
    return client.refused(query).code in ("SCHEMA_CHANGED", "GRAPHQL_VALIDATION_FAILED")
