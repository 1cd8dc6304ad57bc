"""A contestant: a program in a process of its own that makes the whole sample each time it is told to."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

from bench.processes import cpu_seconds

ROOT = Path(__file__).resolve().parents[2]


class ContestantError(Exception):
    """A contestant did not start or did not finish; the message says which and where it told why."""


class Contestant:
    """Starts the program, which says `ready`, then answers each line `round` with the seconds of each document.

    Use it as a context manager: the program is told to end, and killed by its own process id if it does not.
    """

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        self.name = name
        self._log = log
        environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            )

    def __enter__(self) -> Self:
        if self._answer() != "ready":
            self._stop()
            raise ContestantError(f"{self.name} did not start; {self._log} says why.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def round(self) -> tuple[list[float], float]:
        """The seconds that each document of the sample took, and the processor seconds of all its processes."""
        before = cpu_seconds(self._process.pid)
        self._say("round")
        answer = self._answer()
        if not answer:
            raise ContestantError(f"{self.name} did not finish; {self._log} says why.")
        return json.loads(answer), cpu_seconds(self._process.pid) - before

    def _say(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def _answer(self) -> str:
        return self._process.stdout.readline().strip() if self._process.stdout else ""

    def _stop(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def serve(makers: list[Callable[[], None]]) -> None:
    """The contestant's own side: makes every document once for each line that comes in, until none does."""
    print("ready", flush=True)
    while input_line():
        print(json.dumps([seconds(make) for make in makers]), flush=True)


def input_line() -> str:
    """The next line told, or nothing once the other side has closed."""
    try:
        return input()
    except EOFError:
        return ""


def seconds(make: Callable[[], None]) -> float:
    """How long it took."""
    begun = perf_counter()
    make()
    return perf_counter() - begun
