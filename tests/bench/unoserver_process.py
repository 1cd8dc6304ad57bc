"""unoserver kept warm: one LibreOffice behind a server on the loopback address, with a profile of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from bench.contestant import ContestantError
from bench.processes import family

SYSTEM_PYTHON = Path("/usr/bin/python3")
"""Debian's own, which finds the `uno` of python3-uno."""
_LOOPBACK = "127.0.0.1"
_SECONDS_TO_START = 90


@contextmanager
def unoserver(installed: Path, work: Path) -> Iterator[Any]:
    """A client of a server that runs until the block ends. `installed` is where pip put unoserver.

    Raises ContestantError when it does not start.
    """
    sys.path.append(str(installed))
    from unoserver.client import UnoClient  # noqa: PLC0415  # only this contestant has it

    port, inner = _free_port(), _free_port()
    options = ["--interface", _LOOPBACK, "--port", str(port), "--uno-interface", _LOOPBACK, "--uno-port", str(inner)]
    with (work / "unoserver.log").open("wb") as log:
        process = subprocess.Popen(
            [SYSTEM_PYTHON, "-m", "unoserver.server", *options, "--user-installation", str(work / "unoserver-profile")],
            env=os.environ | {"PYTHONPATH": str(installed)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(process, port, work / "unoserver.log")
        yield UnoClient(server=_LOOPBACK, port=str(port))
    finally:
        _stop(process)


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), closing(socket.create_connection((_LOOPBACK, port), timeout=1)):
            return
        time.sleep(0.2)
    raise ContestantError(f"unoserver did not start; {log} says why.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Asks it to end, then ends what is left of it and of its LibreOffice, by process id."""
    started = family(process.pid)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(15)
    for pid in set(family(process.pid)) | set(started[1:]):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind((_LOOPBACK, 0))
        return int(found.getsockname()[1])
