"""What a user sets for the lists of one object: pinned filters, columns, page size, lines.

One row per user and object, merged by part (SCN-03, SCN-04).
"""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import InvalidInput, Problem
from engine.commands.command import Outcome
from engine.commands.scene_commands import OrderScenes, SetDefaultScene, SetListSettings
from engine.commands.scene_rights import check_object
from engine.commands.work import Work
from engine.db.quoting import table
from metadata.field_types.contract import FieldProblem
from metadata.scene_values import json_text


def authorise_settings(
    work: Work, command: SetListSettings | OrderScenes | SetDefaultScene
) -> None:
    check_object(work, command.object)


def run_settings(work: Work, command: SetListSettings) -> Outcome:
    merge_settings(work, command.object, command.values)
    return Outcome()


def merge_settings(work: Work, object_name: str, values: Mapping[str, Any]) -> None:
    """Replaces these parts of the actor's settings; the others stay."""
    try:
        text = json_text(dict(values))
    except FieldProblem as problem:
        raise InvalidInput([Problem((*values,), problem.code, problem.params)]) from None
    work.statements.later(
        f"insert into {table(work.schema, 'list_setting')} as l (user_id, object, settings)"
        " values (%(user)s, %(object)s, cast(%(values)s as jsonb))"
        " on conflict (user_id, object) do update set settings = l.settings || excluded.settings",
        {
            "user": work.principal.user_id,
            "object": object_name,
            "values": text,
        },
    )
