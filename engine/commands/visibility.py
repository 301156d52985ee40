"""Option logic in commands (FLD-06): what the choices of a record hide is neither required nor
stored, whatever the input says of it; what they show anew must be filled in where required.
"""

from collections.abc import Mapping
from typing import Any

from engine.base.errors import Problem
from engine.commands.validation import Parsed, is_input
from engine.rules.option_logic import hidden_fields
from metadata.snapshot import ObjectIndex


def apply_option_logic(index: ObjectIndex, before: Mapping[str, Any], given: Parsed) -> Parsed:
    """The input as it counts for a record that had the values `before` ({} for a new one).

    A field that becomes hidden is emptied, and so is one that is hidden and given; one that was
    hidden when the logic came about keeps its value until somebody touches either.
    """
    if not index.shown_by:
        return given
    hidden = hidden_fields(index.shown_by, {**before, **given.values})
    hidden_before = hidden_fields(index.shown_by, before)
    named = given.values.keys() | {problem.path[1] for problem in given.problems}
    emptied = {name: None for name in hidden if name in named or name not in hidden_before}
    values = {**given.values, **emptied}
    problems = [problem for problem in given.problems if problem.path[1] not in hidden]
    refused = {problem.path[1] for problem in problems}
    problems += [
        Problem(("input", name), "REQUIRED", {"field": index.fields[name].label})
        for name in index.fields
        if name in hidden_before - hidden - refused
        and index.fields[name].required
        and is_input(index.fields[name])
        and {**before, **values}.get(name) is None
    ]
    return Parsed(values, tuple(problems))
