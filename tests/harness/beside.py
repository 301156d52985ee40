"""Requests that are made beside a test, in threads that it ends."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from tests.harness.client import Client


@dataclass
class Beside:
    """Work in threads beside the test, until it is over."""

    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    repeated: list[Future[Any]] = field(default_factory=list)

    def start(self, client: Client, work: Callable[[Client], Any]) -> Future[Any]:
        """Runs `work` with a connection of its own."""
        done: Future[Any] = Future()

        def run() -> None:
            try:
                with httpx.Client(timeout=60) as http:
                    done.set_result(work(replace(client, http=http)))
            except BaseException as error:  # noqa: BLE001 - told where the result is asked for
                done.set_exception(error)

        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()
        return done

    def repeat(self, client: Client, ask: Callable[[Client], Any]) -> list[Any]:
        """Asks again and again; the answers come into the list."""
        answers: list[Any] = []

        def work(own: Client) -> None:
            while not self.over.wait(0.01):
                answers.append(ask(own))

        self.repeated.append(self.start(client, work))
        return answers

    def end(self) -> None:
        """Waits for all; what is asked again and again is asked no more."""
        self.over.set()
        for each in self.threads:
            each.join()

    def end_well(self) -> None:
        """The same; raises what went wrong in asking again and again."""
        self.end()
        for each in self.repeated:
            each.result()
