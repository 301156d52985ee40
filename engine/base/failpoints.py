"""Places where a test may have the process killed: `QIANSI_FAILPOINT` names one of them.

Without the variable a failpoint is nothing. There is no other way to end a process exactly there.
"""

import os
import signal

_CHOSEN = os.environ.get("QIANSI_FAILPOINT", "")


def failpoint(name: str) -> None:
    """Ends the process as `kill -9` does, when this is the chosen place."""
    if name == _CHOSEN:
        os.kill(os.getpid(), signal.SIGKILL)
