"""Children of `qiansi demo`: started, watched, started again when they die, stopped together."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.base.errors import SetupError
from engine.db.child_process import Launch, start_child, stop_child

SHORT_LIFE_SECONDS = 10.0
MOST_SHORT_LIVES = 5
STOP_SECONDS = 15.0


@dataclass
class Child:
    """One `qiansi <arguments>` process; its output goes to `log`."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started_at: float = field(default=0.0, init=False)
    _short_lives: int = field(default=0, init=False)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        command = [sys.executable, "-m", "qiansi", *self.arguments]
        with self.log.open("ab") as output:
            self.process = start_child(Launch(command, output, self.environment))
        self._started_at = time.monotonic()

    def revive(self) -> None:
        """Starts it again when it died. Raises SetupError when it dies again and again."""
        if self.running:
            return
        lived = time.monotonic() - self._started_at
        self._short_lives = self._short_lives + 1 if lived < SHORT_LIFE_SECONDS else 0
        if self._short_lives >= MOST_SHORT_LIVES:
            raise SetupError(f"`qiansi {self.arguments[0]}` keeps ending: {self.last_words()}")
        self.start()

    def last_words(self) -> str:
        """The last line of its output."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return lines[-1] if lines else f"see {self.log}"


def stop_children(children: list[Child]) -> None:
    """All at once, then waits for each."""
    for child in children:
        if child.running and child.process is not None:
            child.process.send_signal(signal.SIGTERM)
    for child in children:
        if child.process is not None:
            stop_child(child.process, (signal.SIGTERM,), STOP_SECONDS)
