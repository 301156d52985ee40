"""The ids of a field's arguments: text in, RecordId out, every bad one told with its place.

Whether the record is there, or is the viewer's, is for the engine to say.
"""

from engine.base.errors import InvalidInput, Problem, TooLarge
from engine.base.identifiers import RecordId, parse_id
from resolvers.context import RequestContext


def ids_of(context: RequestContext, texts: list[str], name: str) -> tuple[RecordId, ...]:
    """The ids of a list argument, each once, in order. Raises InvalidInput with all bad
    ones, TooLarge for more than a batch may hold."""
    limit = context.services.settings.batch_limit
    if len(texts) > limit:
        raise TooLarge("batch", limit=limit)
    found: list[RecordId] = []
    problems: list[Problem] = []
    for position, each in enumerate(texts):
        try:
            found.append(parse_id(each, (name, position)))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return tuple(dict.fromkeys(found))


def id_of(text: str, name: str, object_name: str | None = None) -> RecordId:
    """The id of an argument; of `object_name`, when given. Raises InvalidInput."""
    found = parse_id(text, (name,))
    if object_name is not None and found.object != object_name:
        raise InvalidInput([Problem((name,), "BAD_ID")])
    return found
