"""What each attack costs its sender and everybody else: how long until it is refused, and how
long other clients wait meanwhile against a time in which the attacker asks ordinary questions.

The attacks are `attack_corpus.py`; how a request is limited is the product's business.
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle, groupby
from statistics import median
from typing import Any, NamedTuple

from bench.attack_corpus import ANSWERED, BY_SERVER, CORPUS, Attack
from bench.contenders import Contender
from bench.contest import RESULTS, Run, started, tell
from bench.database import prepare
from bench.load import Job, Result
from bench.processes import HOST, Running
from bench.queries import LIST
from bench.reads import contenders
from bench.report import aligned

BOUND_MS = 100
TIMEOUT_SECONDS = 30.0
AGAIN = 4  # times that each attack is sent after the first
OTHER_CLIENTS = 4
PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `code` is of the first error, BY_SERVER when no answer of ours came."""

    status: int
    code: str
    ms: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One attack: when it came the first time, and the median of when it came again."""

    attack: Attack
    first_ms: float
    again_ms: float

    @property
    def slower_ms(self) -> float:
        return max(self.first_ms, self.again_ms)


def send(port: int, attack: Attack, headers: Mapping[str, str]) -> Reply:
    """One attack on a connection of its own; the time counts from the first byte sent."""
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
    own = {"Content-Type": "application/json", **headers, **attack.headers}
    connection.connect()
    started = time.perf_counter()
    try:
        connection.request(attack.method, attack.address, attack.body or None, own)
        answer = connection.getresponse()
        status, body = answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        status, body = 0, b""
    finally:
        connection.close()
    return Reply(status, _code(body), (time.perf_counter() - started) * 1_000)


def run_attacks(run: Run) -> None:
    """Sends the corpus to the super admin's server, prints the table, writes the JSON."""
    measured = prepare(run.services["DATABASE_URL"], run.size, tell)
    (admin,) = [each for each in contenders(measured) if each.key == "admin"]
    with started(run, measured, [admin]) as ((contender, server),):
        print(_attacked(contender, server, run.seconds), flush=True)


def _attacked(contender: Contender, server: Running, seconds: float) -> str:
    tell(f"sending {len(CORPUS)} attacks")
    measured = [_alone(contender, server, each) for each in CORPUS]
    tell("other clients beside ordinary requests, then beside the attacks")
    ordinary = [
        Attack("ordinary", LIST.name, ANSWERED, body.encode()) for body in contender.bodies(LIST)
    ]
    others = {
        title: _beside(contender, server, _Attacker(sent, pause), seconds)
        for title, sent, pause in (
            ("beside ordinary requests", ordinary, PAUSE_SECONDS),
            ("beside ten attacks a second", CORPUS, PAUSE_SECONDS),
            ("beside ordinary requests without a pause", ordinary, 0.0),
            ("beside attacks without a pause", CORPUS, 0.0),
        )
    }
    _write(measured, others)
    return _table(measured, others)


def _alone(contender: Contender, server: Running, attack: Attack) -> Measured:
    replies = [send(server.port, attack, contender.headers) for _ in range(1 + AGAIN)]
    for each in replies:
        if each.code != attack.code:
            raise RuntimeError(f"{attack}: {each.code!r} instead of {attack.code!r}")
    return Measured(attack, replies[0].ms, median(each.ms for each in replies[1:]))


class _Attacker(NamedTuple):
    """One client that sends `attacks` one after the other, with a pause between them."""

    attacks: Sequence[Attack]
    pause_seconds: float


def _beside(contender: Contender, server: Running, attacker: _Attacker, seconds: float) -> Result:
    """What other clients see beside the attacker."""
    with _other_clients(contender, server, seconds) as process:
        for attack in cycle(attacker.attacks):
            if process.poll() is not None:
                break
            send(server.port, attack, contender.headers)
            time.sleep(attacker.pause_seconds)
        output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the load generator failed:\n{errors[-2000:]}")
    result = Result(**json.loads(output))
    if result.failed:
        raise RuntimeError(f"another client was refused: {result.failed}")
    return result


@contextmanager
def _other_clients(
    contender: Contender, server: Running, seconds: float
) -> Iterator["subprocess.Popen[str]"]:
    bodies, headers = contender.bodies(LIST), contender.headers
    path = contender.path(LIST)
    job = Job(HOST, server.port, path, headers, bodies, OTHER_CLIENTS, seconds)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(job)))
    process.stdin.close()
    process.stdin = None
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _code(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return BY_SERVER
    errors = found.get("errors")
    code: str = errors[0]["extensions"]["code"] if errors else ANSWERED
    return code


def _table(measured: Sequence[Measured], others: Mapping[str, Result]) -> str:
    rows = [("", "attacks", "slowest first", "slowest again", f"over {BOUND_MS} ms", "the slowest")]
    for kind, found in groupby(measured, key=lambda each: each.attack.kind):
        group = list(found)
        slowest = max(group, key=lambda each: each.slower_ms)
        rows.append(
            (
                kind,
                str(len(group)),
                f"{max(each.first_ms for each in group):.1f} ms",
                f"{max(each.again_ms for each in group):.1f} ms",
                str(sum(each.slower_ms > BOUND_MS for each in group)),
                slowest.attack.name,
            )
        )
    lines = [("other clients", "req/s", "p50 ms", "p99 ms", "p99 to the line before")]
    before: Result | None = None
    for title, each in others.items():
        speed = f"{each.requests / each.seconds:,.0f}"
        ratio = f"{each.p99_ms / before.p99_ms:.2f}" if before is not None else ""
        lines.append((title, speed, f"{each.p50_ms:.1f}", f"{each.p99_ms:.1f}", ratio))
        before = each if before is None else None
    return "\n".join([*aligned(rows), "", *aligned(lines)])


def _write(measured: Sequence[Measured], others: Mapping[str, Result]) -> None:
    found: dict[str, Any] = {
        "boundMs": BOUND_MS,
        "attacks": [
            {
                "kind": each.attack.kind,
                "name": each.attack.name,
                "code": each.attack.code or "answered",
                "firstMs": round(each.first_ms, 2),
                "againMs": round(each.again_ms, 2),
            }
            for each in measured
        ],
        "others": {title: asdict(each) for title, each in others.items()},
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "attacks.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
