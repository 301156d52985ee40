"""The background process: relay, jobs and schedule, in threads of one process."""

import signal
import threading

from dramatiq import Worker

from cli.surroundings import require_database
from engine.base.errors import SetupError
from engine.base.settings import Settings
from engine.db.write_engine import make_engine
from engine.observe.logging import set_up_logging
from jobs.broker import make_broker
from jobs.context import JobContext
from jobs.relay import run_relay
from jobs.schedule import start_schedule

STOP_MS = 10_000


def run_worker(settings: Settings, threads: int) -> None:
    """Works until SIGINT or SIGTERM, then finishes the jobs it has begun."""
    require_database(settings)
    if not settings.redis_url:
        raise SetupError("set REDIS_URL, such as redis://host:6379/0, or start `qiansi demo`")
    set_up_logging(settings)
    context = JobContext(make_engine(settings), settings)
    broker = make_broker(settings.redis_url, context)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    worker = Worker(broker, worker_threads=threads)
    worker.start()
    relay = threading.Thread(target=run_relay, args=(context, broker, stop), name="relay")
    relay.start()
    schedule = start_schedule(context, broker)
    stop.wait()
    schedule.shutdown(wait=False)
    relay.join()
    worker.stop(timeout=STOP_MS)
    broker.close()
    context.engine.dispose()
