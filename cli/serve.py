"""The web process: uvicorn on uvloop and httptools."""

import signal
import sys

import uvicorn

from cli.surroundings import listen, require_database
from engine.base.errors import SetupError
from engine.base.settings import Settings
from engine.observe.logging import set_up_logging

GRACE_SECONDS = 10
SWITCH_SECONDS = 0.0005  # how long a thread may keep the event loop waiting (Python: 0.005)


def run_server(settings: Settings) -> None:
    """Serves until SIGINT or SIGTERM, then lets running requests finish."""
    listener = listen(settings)
    require_database(settings)
    set_up_logging(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    from schema.http.app import create_app
    from schema.http.protocol import LimitedProtocol

    config = uvicorn.Config(
        create_app(settings),
        loop="uvloop",
        http=LimitedProtocol,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    server = uvicorn.Server(config)
    # uvicorn raises the signal again when it has stopped; a clean end is no failure
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    server.run(sockets=[listener])
    if not server.started:
        raise SetupError("the server did not start; the log above says why")
