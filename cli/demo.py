"""`qiansi demo`: servers, company, web, worker and schedule in one go, and gone in one go."""

import signal
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click

from cli.demo_company import HalfLoaded, ensure_demo_company
from cli.supervisor import Child, stop_children
from cli.surroundings import listen, maintenance_engine
from engine.base.errors import SetupError
from engine.base.settings import Settings
from engine.db.embedded import Embedded, start_embedded

WATCH_SECONDS = 0.5
READY_SECONDS = 60.0


def run_demo(settings: Settings, size: str, *, load_again: bool) -> None:
    """Runs until SIGINT or SIGTERM; prints one line when people can sign in."""
    listen(settings).close()  # a port in use is told before anything is started
    children: list[Child] = []
    embedded: Embedded | None = None
    _stop_on_signals()
    try:
        if not (settings.database_url and settings.redis_url):
            embedded = start_embedded(settings.data_dir)
            settings = _with_embedded(settings, embedded)
        _ensure_company(settings, size, load_again, own=embedded is not None)
        children += _children(settings)
        for child in children:
            child.start()
        _wait_until_ready(children[0], settings)
        click.echo(_ready_line(settings))
        _watch(children, embedded)
    except KeyboardInterrupt:
        pass
    finally:
        _ignore_signals()
        stop_children(children)
        if embedded is not None:
            embedded.stop()


def _stop_on_signals() -> None:
    """Both signals end whatever is being done."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _with_embedded(settings: Settings, embedded: Embedded) -> Settings:
    return replace(
        settings,
        database_url=settings.database_url or embedded.database_url,
        redis_url=settings.redis_url or embedded.redis_url,
    )


def _ensure_company(settings: Settings, size: str, load_again: bool, *, own: bool) -> None:
    """A half-loaded company in a database of our own is loaded again without asking."""
    engine = maintenance_engine(settings)
    try:
        ensure_demo_company(engine, size, load_again=load_again)
    except HalfLoaded:
        if not own:
            raise
        ensure_demo_company(engine, size, load_again=True)
    finally:
        engine.dispose()


def _children(settings: Settings) -> list[Child]:
    folder = Path(settings.data_dir).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    address = ("--host", settings.host, "--port", str(settings.port))
    return [
        Child(("serve", *address), environment, folder / "serve.log"),
        Child(("worker",), environment, folder / "worker.log"),
    ]


def _wait_until_ready(web: Child, settings: Settings) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if not web.running:
            raise SetupError(f"the web process ended: {web.last_words()}")
        try:
            urllib.request.urlopen(f"{_url(settings)}readyz", timeout=2).close()  # noqa: S310
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SetupError(f"the web process is not ready after {READY_SECONDS:.0f} s: see {web.log}")


def _watch(children: list[Child], embedded: Embedded | None) -> None:
    """Until a signal: what died is started again."""
    while True:
        if embedded is not None:
            embedded.revive()
        for child in children:
            child.revive()
        time.sleep(WATCH_SECONDS)


def _url(settings: Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{host}:{settings.port}/"


def _ready_line(settings: Settings) -> str:
    from demo.accounts import ACCOUNTS, PASSWORD

    first = ACCOUNTS[0]
    return (
        f"Qiansi is ready at {_url(settings)}graphql — sign in as {first.mobile}"
        f" with password {PASSWORD}; Ctrl-C stops it"
    )
