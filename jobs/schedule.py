"""What happens by the clock: once an hour, for every company, the sweeping jobs; every minute
what a change of metadata left and nobody has finished.

Several schedulers may run: the jobs are idempotent and exclude each other per company (G6).
"""

from apscheduler.schedulers.background import BackgroundScheduler
from dramatiq import Broker

from jobs.actors.complete_metadata import is_waiting
from jobs.context import JobContext
from jobs.relay import send

HOURLY = ("purge_trash", "sweep_sessions", "purge_metadata")


def start_schedule(context: JobContext, broker: Broker) -> BackgroundScheduler:
    """Starts it in a thread of its own; the caller shuts it down."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1}
    )
    scheduler.add_job(
        send_hourly, "cron", args=(context, broker), minute=17, misfire_grace_time=3_000
    )
    scheduler.add_job(resume_metadata, "interval", args=(context, broker), minutes=1)
    scheduler.start()
    return scheduler


def send_hourly(context: JobContext, broker: Broker) -> None:
    """Sends each sweeping job once per company."""
    for company in context.companies():
        for actor in HOURLY:
            send(broker, actor, company.schema)


def resume_metadata(context: JobContext, broker: Broker) -> None:
    """Has the work of a killed process done, without waiting until its message is due again."""
    for company in context.companies():
        if is_waiting(context, company):
            send(broker, "complete_metadata", company.schema)
