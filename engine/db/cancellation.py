"""Asks PostgreSQL to end what a connection is running.

psycopg2's own `cancel` keeps the interpreter's lock until the server has answered (2.9.13): a
server that does not answer would stop the whole process, its health checks included. So libpq is
called directly, as psycopg2 documents for `pgconn_ptr`: ctypes lets the other threads run.
"""

import asyncio
import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from psycopg2 import _psycopg

AT_ONCE = 4
REASON_BYTES = 256

_libpq = ctypes.CDLL(_psycopg.__file__)  # the one that psycopg2 is linked with
_libpq.PQgetCancel.argtypes = [ctypes.c_void_p]
_libpq.PQgetCancel.restype = ctypes.c_void_p
_libpq.PQcancel.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
_libpq.PQfreeCancel.argtypes = [ctypes.c_void_p]

# of its own: requests that wait for a silent server take no thread from other work
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cancellation")


async def request_cancellation(raw: Any) -> bool:
    """True when the server has taken the request, which says nothing about whether it came in
    time. `raw` is an open connection of psycopg2; it may be closed meanwhile."""
    request = _libpq.PQgetCancel(raw.pgconn_ptr)
    if not request:
        return False
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, partial(_send, request))


def _send(request: int) -> bool:
    try:
        return bool(
            _libpq.PQcancel(request, ctypes.create_string_buffer(REASON_BYTES), REASON_BYTES)
        )
    finally:
        _libpq.PQfreeCancel(request)
