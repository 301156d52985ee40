"""Bounds on guessing passwords, kept in the database so that all processes share them (A3).

Owns the counting of attempts; comparing a password is `passwords.py`. Three bounds within
the window of the settings, each on attempts that failed; while those under way would exceed one,
further ones wait for them:

- per account from one address that it has signed in from before: `sign_in_attempts`;
- per account from all other addresses together: `sign_in_attempts`;
- per address over all accounts: ten times as many, for offices behind one address.

The first two are apart so that a stranger who keeps guessing cannot lock the owner out. A
refused attempt is not written, so waiting for the window always helps.
"""

import time
from dataclasses import dataclass

from sqlalchemy import Connection, text

from engine.access.place import AccessPlace
from engine.access.principals import organisation_tables
from engine.base.errors import RateLimited
from engine.db.locks import lock_key
from engine.db.write_engine import transaction

_ADDRESS_FACTOR = 10
_PENDING_SECONDS = 20
_WAIT_SECONDS = 8.0
_ASK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Attempt:
    """`account_key` is made from the user found, or else the normalised account; never from
    anything optional. `address` is the peer's. `user_id` is None for an unknown account."""

    account_key: str
    address: str
    user_id: int | None


def admit(place: AccessPlace, attempt: Attempt) -> int:
    """Write `attempt` down before its password is looked at; → its number for `settle`.

    Raises RateLimited. Holds no connection while it waits for others under way.
    """
    give_up = time.monotonic() + _WAIT_SECONDS
    while True:
        with transaction(place.engine) as connection:
            number = _try_admit(connection, place, attempt)
        if number is not None:
            return number
        if time.monotonic() > give_up:
            raise refusal(1)
        time.sleep(_ASK_AGAIN_SECONDS)


def settle(connection: Connection, schema: str, number: int, *, succeeded: bool) -> None:
    """Note how the attempt ended. One that is never settled counts as failed."""
    connection.execute(
        text(_SETTLE.format(**organisation_tables(schema))),
        {"id": number, "succeeded": succeeded},
    )


def refusal(seconds: int) -> RateLimited:
    return RateLimited("sign_in", extensions={"retryAfter": seconds}, seconds=seconds)


def _try_admit(connection: Connection, place: AccessPlace, attempt: Attempt) -> int | None:
    """None: attempts under way fill the bound. Parallel calls queue up at the locks, so none
    slips between count and write."""
    schema = place.company.schema
    tables = organisation_tables(schema)
    values = {
        "account": attempt.account_key,
        "address": attempt.address,
        "user": attempt.user_id,
        "window": place.settings.sign_in_window_seconds,
        "pending": _PENDING_SECONDS,
    }
    for lock in (f"{schema} account {attempt.account_key}", f"{schema} address {attempt.address}"):
        lock_key(connection, lock)
    counted = connection.execute(text(_COUNT.format(**tables)), values).one()
    limit = place.settings.sign_in_attempts
    if counted.account >= limit or counted.address >= limit * _ADDRESS_FACTOR:
        raise refusal(place.settings.sign_in_window_seconds)
    if counted.account_all >= limit or counted.address_all >= limit * _ADDRESS_FACTOR:
        return None
    number: int = connection.execute(text(_WRITE.format(**tables)), values).scalar_one()
    return number


# An attempt is of the same group as the one asked about when both come from this address, or
# both from addresses that the account has never signed in from.
_COUNT = """
with known as (select distinct address from {session} where user_id = :user),
attempt as (
  select address, succeeded is null and at > clock_timestamp() - make_interval(secs => :pending)
      as pending,
    account_key = :account and case when :address in (select address from known)
      then address = :address
      else not exists (select 1 from known where known.address = a.address) end as account
  from {sign_in_attempt} a
  where succeeded is not true and at > clock_timestamp() - make_interval(secs => :window)
    and (account_key = :account or address = :address)
)
select count(*) filter (where account and not pending) as account,
  count(*) filter (where account) as account_all,
  count(*) filter (where address = :address and not pending) as address,
  count(*) filter (where address = :address) as address_all
from attempt
"""

_WRITE = """
insert into {sign_in_attempt} (account_key, address, at)
values (:account, :address, clock_timestamp()) returning id
"""

_SETTLE = "update {sign_in_attempt} set succeeded = :succeeded where id = :id"
