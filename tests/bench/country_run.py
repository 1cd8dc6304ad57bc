"""Our pipeline makes a whole country's packages, as its users start it, on a fresh start and then again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.contestant import ROOT, ContestantError
from bench.memory import Look, MemoryWatch, packages_in
from bench.papers import PACKAGE
from bench.scale import Scale
from bench.scratch import DATE, Scratch, change_text
from pipeline.errors import ExitCode

CHANGED = "citizen-poster"
"""The document whose template is changed; every municipality gets it."""
_LIST = "packing-list.json"


@dataclass(frozen=True)
class Stage:
    """One run of the command."""

    municipalities: int
    seconds: float
    documents: int
    """In all packages, afterwards."""
    looks: list[Look] = field(default_factory=list)
    without_package: int = 0
    """Municipalities whose package could not be made, which should be none."""
    why: tuple[str, ...] = ()
    """What the run said of each of them."""


@dataclass(frozen=True)
class Country:
    """One run of all, and two on its output."""

    stages: list[Stage]
    """Its first parts, and the whole of it."""
    unchanged: Stage
    """Nothing is changed."""
    changed: Stage
    """One template is."""
    remade: dict[str, int]
    """How many packages have another file of a document than before that change, by the document."""


def run_country(scratch: Scratch, scale: Scale) -> Country:
    """Runs them all. Raises ContestantError when one does not end well."""
    last = scale.stages[-1]
    first = _run(scratch, scale, last)
    stages = [*(_until(scratch, first, count) for count in scale.stages[:-1]), first]
    unchanged = _run(scratch, scale, last)
    before = _documents(_output(scratch, last))
    for template in sorted((scratch.templates / CHANGED).glob("*.docx")):
        change_text(template)
    changed = _run(scratch, scale, last)
    return Country(stages, unchanged, changed, _differing(before, _documents(_output(scratch, last))))


def _run(scratch: Scratch, scale: Scale, count: int) -> Stage:
    output = _output(scratch, count)
    output.mkdir(exist_ok=True)
    folders = {"MUNICIPALITIES": scratch.municipalities(count), "TEMPLATES": scratch.templates, "OUTPUT": output}
    environment = os.environ | {f"PIPELINE_{name}": str(path) for name, path in folders.items()}
    options = ["--package", PACKAGE, "--date", DATE.isoformat(), "--workers", str(scale.workers)]
    options += ["--log", "json"]
    log = scratch.root / f"country-{count}.log"
    with log.open("ab") as told:
        start = {"at": datetime.now(tz=UTC).isoformat(), "event": "begun", "municipalities_done": 0}
        told.write(f"{json.dumps(start)}\n".encode())
        told.flush()
        begun = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "all", *options],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
        )
        with MemoryWatch(process.pid, output) as watch:
            try:
                code = process.wait()
            finally:
                process.terminate()
            seconds = perf_counter() - begun
    documents = sum(len(found) for found in _documents(output).values())
    if code not in {ExitCode.OK, ExitCode.SOME_FAILED}:
        raise ContestantError(f"The run of {count} municipalities ended with {code}; {log} says why.")
    return Stage(count, seconds, documents, watch.looks, count - packages_in(output), _failures(log))


def _events(log: Path) -> list[dict[str, Any]]:
    """What a run told machines."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith('{"at"')]


def _failures(log: Path) -> tuple[str, ...]:
    failed = [one for one in _events(log) if one["event"] == "municipality" and one["state"] != "complete"]
    told = [(one["municipality"], one["message"], *(str(fault) for fault in one["problems"][:2])) for one in failed]
    return tuple(dict.fromkeys(": ".join(words)[:600] for words in told))


def _until(scratch: Scratch, whole: Stage, count: int) -> Stage:
    """The first part of a run: up to the moment when so many municipalities were done with."""
    events = _events(scratch.root / f"country-{whole.municipalities}.log")
    reached = next(one for one in events if one["municipalities_done"] >= count)
    seconds = (datetime.fromisoformat(reached["at"]) - datetime.fromisoformat(events[0]["at"])).total_seconds()
    ended = [one for one in events if one["event"] == "municipality" and one["at"] <= reached["at"]]
    return Stage(count, seconds, sum(one["documents"] for one in ended))


def _output(scratch: Scratch, count: int) -> Path:
    return scratch.root / f"country-{count}"


def _documents(output: Path) -> dict[str, dict[str, Any]]:
    """The hashes of each package's documents, by municipality and document, as the packing lists tell them."""
    found = {}
    for path in sorted(output.glob(f"*/{_LIST}")):
        listed = json.loads(path.read_text(encoding="utf-8"))["documents"]
        found[path.parent.name] = {one["document"]: [file["sha256"] for file in one["files"]] for one in listed}
    return found


def _differing(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for slug, documents in after.items():
        for name, hashes in documents.items():
            if before[slug].get(name) != hashes:
                found[name] = found.get(name, 0) + 1
    return found
