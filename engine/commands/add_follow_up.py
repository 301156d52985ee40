"""Add a follow-up to any record that takes them: a create like any other, by its own name."""

from engine.base.errors import InvalidInput, Problem
from engine.commands.command import AddFollowUp, Outcome
from engine.commands.create_record import create
from engine.commands.rights import authorise
from engine.commands.work import Work
from metadata.model import Capability


def authorise_follow_up(work: Work, command: AddFollowUp) -> None:
    known = work.snapshot.by_name.get(command.record.object)
    if known is None or not known.definition.can(Capability.FOLLOWED_UP):
        raise InvalidInput([Problem(("record",), "BAD_ID")])
    authorise(work, "followUp", "create")


def run_follow_up(work: Work, command: AddFollowUp) -> Outcome:
    values = {
        "record": str(command.record),
        "text": command.text,
        "type": command.type,
        "nextContactAt": command.next_contact_at,
        "contact": command.contact,
    }
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return Outcome(done=(create(work, "followUp", given),), created=True)
    except InvalidInput as error:
        # its values are arguments of their own, not members of an input
        raise InvalidInput([each.without_first_step() for each in error.problems]) from None
