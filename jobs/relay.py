"""From the outbox of every company to the broker: the only place that sends jobs.

May be killed at any point and run many times at once: a row claimed but not sent becomes due
again, one sent twice finds its work done (G1, G3).
"""

import logging
import os
import socket
import threading

from dramatiq import Broker, Message

from engine.db.companies import Company
from engine.db.write_engine import transaction
from engine.outbox.claim import claim, mark_sent
from jobs.context import JobContext
from metadata.changes.publish import COMPLETE

BATCH = 200
PAUSE_SECONDS = 0.5
AFTER_FAILURE_SECONDS = 2.0

_log = logging.getLogger("qiansi.relay")


def run_relay(context: JobContext, broker: Broker, stop: threading.Event) -> None:
    """Relays until `stop` is set; an unreachable database or broker is waited for, and what
    nobody foresaw ends no delivery."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    while not stop.is_set():
        try:
            sent = relay_all(context, broker, worker)
        except Exception as error:  # noqa: BLE001
            # its kind alone: the text of a foreign error may quote a row (M8)
            _log.warning("relay waits: %s", type(error).__name__)
            stop.wait(AFTER_FAILURE_SECONDS)
            continue
        if not sent:
            stop.wait(PAUSE_SECONDS)


def relay_all(context: JobContext, broker: Broker, worker: str) -> int:
    """One round over all companies, a batch of each, so that none starves others (G5).

    What hinders one company is raised when all have had their turn.
    """
    sent = 0
    hindered: Exception | None = None
    for company in context.companies():
        try:
            sent += relay_company(context, broker, company, worker)
        except Exception as error:  # noqa: BLE001
            hindered = error
    if hindered is not None:
        raise hindered
    return sent


def relay_company(context: JobContext, broker: Broker, company: Company, worker: str) -> int:
    """Claims, sends and notes one batch; returns how many were sent."""
    with transaction(context.engine) as connection:
        claimed = claim(connection, company.schema, worker, BATCH)
    if not claimed:
        return 0
    for each in claimed:
        send(broker, actor_for(each.kind), company.schema, each.id)
    with transaction(context.engine) as connection:
        mark_sent(connection, company.schema, [each.id for each in claimed])
    return len(claimed)


def actor_for(kind: str) -> str:
    """Which actor takes messages of a kind; what has no actor of its own is an event."""
    return "complete_metadata" if kind == COMPLETE else "record_event"


def send(broker: Broker, actor: str, *arguments: str | int) -> None:
    """Hands one job to the broker."""
    queue = broker.get_actor(actor).queue_name
    broker.enqueue(Message(queue, actor, arguments, {}, {}))
