"""What Linux tells in /proc of a process and of all that it started: processor time and memory."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PARENT, _OWN_TIME, _RESIDENT = 1, slice(11, 15), 21
"""Places in /proc/<id>/stat after the name: parent; user and system time, own and of ended children; pages."""


def family(pid: int) -> list[int]:
    """A process and all that descend from it, as far as they run."""
    children: dict[int, list[int]] = {}
    for one, fields in _all().items():
        children.setdefault(int(fields[_PARENT]), []).append(one)
    found, ahead = [], [pid]
    while ahead:
        found.append(ahead.pop())
        ahead += children.get(found[-1], [])
    return found


def children(pid: int) -> list[int]:
    """The processes that a process started itself and that run."""
    return [one for one, fields in _all().items() if int(fields[_PARENT]) == pid]


def cpu_seconds(pid: int) -> float:
    """The processor time of a family, ended members included that were waited for; to a hundredth of a second."""
    members = family(pid)
    told = _all()
    return sum(int(ticks) for one in members if one in told for ticks in told[one][_OWN_TIME]) / _TICKS


def resident(pid: int) -> int:
    """The bytes of memory of a family; what its members share is counted for each of them, so it is an upper bound."""
    members = family(pid)
    told = _all()
    return sum(int(told[one][_RESIDENT]) for one in members if one in told) * _PAGE


def own(pid: int) -> int:
    """The bytes of memory of a process alone."""
    told = _all()
    return int(told[pid][_RESIDENT]) * _PAGE if pid in told else 0


def command_line(pid: int) -> str:
    """How a process was started; empty once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _all() -> dict[int, list[str]]:
    """The fields of every process's stat that follow its name, which may hold blanks."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                found[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
    return found
