"""The only contact of a customer becomes its primary contact (CUS-03)."""

from sqlalchemy import select

from engine.commands.change import Change, write_derived
from engine.commands.rows import load_records
from engine.commands.work import Work
from engine.db.locks import RowLock, lock_numbers


def choose_only_contact(work: Work, change: Change) -> None:
    """After a contact came to a customer that has no primary one and no other contact."""
    customer = change.after.get("customer")
    if customer is None or "customer" not in change.values:
        return
    lock_numbers(work.connection, work.table("customer"), [customer], RowLock.CHANGE)
    record = load_records(work, "customer", [customer])[customer]
    if record.values.get("primaryContact") is not None:
        return
    contacts = work.table("contact")
    alive = work.connection.execute(
        select(contacts.c.id)
        .where(contacts.c.customer_id == customer, contacts.c.deleted_at.is_(None))
        .limit(2)
    ).scalars()
    if list(alive) == [change.written.number]:
        write_derived(work, record, {"primaryContact": change.written.number})
