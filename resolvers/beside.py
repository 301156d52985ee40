"""Python's own work that takes too long for the event loop: reading new documents, describing.

Two threads, not those of commands: a document must not wait for a locked row. They take turns
with the loop, so they are few.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_threads = ThreadPoolExecutor(2, thread_name_prefix="beside")


async def beside(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of the function, run in a thread."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, lambda: function(*args, **kwargs))
