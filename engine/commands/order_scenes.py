"""The order of the scenes of a list, which of them are hidden, and which it begins with."""

from collections.abc import Sequence

from engine.base.errors import InvalidInput, Problem, violated
from engine.commands.command import Outcome
from engine.commands.scene_commands import OrderScenes, SetDefaultScene
from engine.commands.set_list_settings import merge_settings
from engine.commands.work import Work
from engine.scenes.arrangement import HIDDEN, arranged_for, ids_for


def run_order(work: Work, command: OrderScenes) -> Outcome:
    """Scenes that are not named stay shown, after the others. One at least is shown."""
    known = ids_for(work.connection, work.principal, work.definition(command.object))
    problems = _unknown("shown", command.shown, known) + _unknown("hidden", command.hidden, known)
    twice = set(command.shown) & set(command.hidden)
    problems += [
        Problem(("hidden", at), "BAD_ID") for at, each in enumerate(command.hidden) if each in twice
    ]
    if problems:
        raise InvalidInput(problems)
    if set(known) <= set(command.hidden):
        raise violated("scene_stays")
    shown, hidden = (list(dict.fromkeys(each)) for each in (command.shown, command.hidden))
    merge_settings(work, command.object, {"shown": shown, "hidden": hidden})
    return Outcome()


def run_default(work: Work, command: SetDefaultScene) -> Outcome:
    if command.scene is not None:
        definition = work.definition(command.object)
        found = arranged_for(work.connection, work.principal, definition)
        place = next((each.place for each in found if each.id == command.scene), None)
        if place in (None, HIDDEN):
            code = "BAD_ID" if place is None else "HIDDEN_SCENE"
            raise InvalidInput([Problem(("scene",), code)])
    merge_settings(work, command.object, {"default": command.scene})
    return Outcome()


def _unknown(argument: str, ids: Sequence[str], known: Sequence[str]) -> list[Problem]:
    return [Problem((argument, at), "BAD_ID") for at, each in enumerate(ids) if each not in known]
