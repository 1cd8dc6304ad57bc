"""The files that the ledger can be made again from: packing lists, events, and documents as they were issued."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.packages.bundle import PACKING_LIST
from pipeline.packages.disk import write_whole
from pipeline.packages.ledger.event import Event, from_json


def keep(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all; one that is there has the same content, since its name is its hash."""
    if not path.exists():
        write_whole(path, content, durable=True)


def kept_lists(output: Path, ledger: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Every packing list that was kept or lies in a package, with the package's folder; a damaged one is left out."""
    kept = [(path, path.name.partition(".")[0]) for path in sorted((ledger / "lists").glob("[!.]*.json"))]
    lying = [(path, path.parent.name) for path in sorted(output.glob(f"[!.]*/{PACKING_LIST}"))]
    for path, folder in (*kept, *lying):
        with suppress(OSError, ValueError):
            yield json.loads(path.read_bytes()), folder


def kept_events(ledger: Path) -> Iterator[Event]:
    """Every event that was kept; a damaged one is left out."""
    for path in sorted((ledger / "events").glob("[!.]*.json")):
        with suppress(OSError, ValueError, TypeError):
            yield from_json(path.read_bytes())
