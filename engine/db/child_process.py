"""Child processes that never outlive this one, and may run as another user.

On Linux the kernel ends them when their parent dies in whatever way; elsewhere the next start
clears them away. Start them from the main thread: the kernel watches the thread.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user of a child. `enters_all`: may pass folders that are closed to that user."""

    user: int
    group: int
    enters_all: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """How a child is started; `death_signal` is what it gets when its parent dies."""

    command: Sequence[str]
    output: IO[bytes] | None = None
    environment: Mapping[str, str] | None = None
    run_as: RunAs | None = None
    death_signal: int = signal.SIGTERM
    folder: Path | None = None


def start_child(launch: Launch) -> subprocess.Popen[bytes]:
    """Starts it in a session of its own, so that Ctrl-C reaches this process alone."""
    parent = os.getpid()

    def prepare() -> None:
        if launch.run_as is not None:
            _change_user(launch.run_as)
        if sys.platform == "linux":
            _prctl(_PR_SET_PDEATHSIG, launch.death_signal)
            if os.getppid() != parent:
                os._exit(1)

    return subprocess.Popen(  # noqa: S603  (our own command lines only)
        launch.command,
        stdin=subprocess.DEVNULL,
        stdout=launch.output,
        stderr=subprocess.STDOUT if launch.output is not None else None,
        env=None if launch.environment is None else {**os.environ, **launch.environment},
        cwd=launch.folder,
        start_new_session=True,
        preexec_fn=prepare,
    )


def stop_child(process: subprocess.Popen[bytes], signals: Sequence[int], seconds: float) -> None:
    """Sends the signals one after another, waiting up to `seconds` after each; then kills."""
    for number in signals:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        process.kill()
        process.wait()


def _change_user(run_as: RunAs) -> None:
    if run_as.enters_all:
        _prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(run_as.group)
    os.setuid(run_as.user)
    if run_as.enters_all:
        _keep_folder_access()


def _keep_folder_access() -> None:
    """Keeps one right of root across exec: passing folders such as /root."""
    right = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(right, right, right, 0, 0, 0)  # effective, permitted, inheritable
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE)


def _prctl(option: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    given = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    if libc.prctl(option, *given) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
