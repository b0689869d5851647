"""The answer while typing: name checks over HTTP from 20 clients at once.

``python bench/http_checks.py [--clients N] [--seconds S]``. The service runs as a clerk starts
it, in a process of its own on the loopback, on a scratch cluster with the sample district. Two
loads: typing, where every client sends the check of a half-written name once a second as the form
does after a pause, and pressing, where every client sends the next check as soon as it has an
answer, which shows what the machine can do at most. An empty request (the service's health)
stands beside them.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.report import Row, publish  # noqa: E402
from bench.service import running_service  # noqa: E402
from geo_registry.store.scratch import scratch_cluster  # noqa: E402

WANTED_S = 0.050
"""What 99 of 100 answers may take at most while 20 people type."""

TYPED = (
    "文",
    "文化",
    "文化路",
    "和平路",
    "望海路",
    "金色阳光",
    "山花路",
    "王府大道",
    "锦绣路",
    "海悦大街",
)


def main(arguments: list[str] | None = None) -> int:
    """Start the service, load it, print a table."""
    asked = _parser().parse_args(arguments)
    with scratch_cluster() as cluster, running_service(cluster.create_database("bench")) as address:
        towns = _towns(address)
        for name in TYPED:  # the first request of each kind reads tables and prepares statements
            _check(_client(address), name, towns[0])
        # Each connection reads the catalogue at its first question; that is not what is measured.
        _load(address, asked.clients, 3.0, _checks(towns), pause_s=0.2)
        rest = _load(address, asked.clients, asked.seconds, _empty, pause_s=1.0)
        typing = _load(address, asked.clients, asked.seconds, _checks(towns), pause_s=1.0)
        pressing = _load(address, asked.clients, asked.seconds, _checks(towns), pause_s=0.0)
    rows = [
        _row("an empty request, once a second each", rest, rest),
        _row("check a name, once a second each (typing)", typing, rest),
        _row("check a name, one after the other (pressing)", pressing, rest),
    ]
    about = f"{asked.clients} clients, sample district; wanted while typing: p99 < 50 ms"
    publish("http", about, rows)
    return 0


def _row(title: str, took: list[float], rest: list[float]) -> Row:
    median = statistics.median(took)
    return Row(
        title,
        seconds=median,
        ratio=median / statistics.median(rest),
        beside="empty request",
        p99=_percentile(took, 0.99),
        told={"requests": len(took)},
    )


def _percentile(took: list[float], share: float) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * share))]


Request = Callable[[HTTPConnection, random.Random], None]


def _empty(client: HTTPConnection, _choose: random.Random) -> None:
    _answered(client, "GET", "/healthz")


def _checks(towns: list[str]) -> Request:
    def request(client: HTTPConnection, choose: random.Random) -> None:
        _check(client, choose.choice(TYPED), choose.choice(towns))

    return request


def _check(client: HTTPConnection, name: str, at: str) -> None:
    asked = {"name": name, "place_class": "road", "at": at}
    _answered(client, "POST", "/api/v1/name-checks", json.dumps(asked))


def _answered(client: HTTPConnection, method: str, path: str, body: str | None = None) -> None:
    """The plainest client there is: twenty of them share one lock of Python, which is not ours."""
    client.request(method, path, body, {"Content-Type": "application/json"})
    answer = client.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{method} {path}: {answer.status}")


def _load(
    address: str, clients: int, seconds: float, request: Request, *, pause_s: float
) -> list[float]:
    """How long each answer took, of clients that ask side by side for some time."""
    took: list[float] = []
    until = time.perf_counter() + seconds

    def one(number: int) -> None:
        choose = random.Random(number)
        with closing(_client(address)) as client:
            time.sleep(pause_s * choose.random())
            while (started := time.perf_counter()) < until:
                request(client, choose)
                done = time.perf_counter() - started
                took.append(done)
                time.sleep(max(pause_s * choose.uniform(0.5, 1.5) - done, 0.0))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def _client(address: str) -> HTTPConnection:
    return HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=30.0)


def _towns(address: str) -> list[str]:
    found = httpx.get(f"{address}/api/v1/district", timeout=30.0).raise_for_status().json()
    return sorted(set(re.findall(r"\b3710[0-9]{5}\b", str(found)))) or ["371002"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
