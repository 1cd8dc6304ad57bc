"""A stamp says from which files a package was made, so that one that is still right is known at a glance."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.packages.disk import alone, write_whole
from pipeline.packages.run.store import FOLDER


@dataclass(frozen=True)
class Stamp:
    """What a package that lies in its place was made from."""

    inputs: str
    """The digest of every file and choice that went in."""
    keys: tuple[str, ...]
    """The keys of its documents."""
    issued: dict[str, str]
    """The SHA-256 of each document that it issues, by name."""
    files: dict[str, tuple[int, int]]
    """The size in bytes and the time of change in nanoseconds of each of its files, by its path."""


def read_stamp(output: Path, folder: str) -> Stamp | None:
    """The stamp of the package in a folder below the output; None where there is none that can be read."""
    try:
        found: dict[str, Any] = json.loads(_path(output, folder).read_bytes())
        files = {path: (int(size), int(changed)) for path, (size, changed) in found["files"].items()}
        return Stamp(found["inputs"], tuple(found["keys"]), dict(found["issued"]), files)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(output: Path, folder: str, inputs: str, keys: tuple[str, ...], issued: dict[str, str]) -> None:
    """Stamps the package that now lies in its place; without a stamp the next run looks at it more closely."""
    stamp = {"inputs": inputs, "keys": keys, "issued": issued, "files": _files(output / folder)}
    with suppress(OSError):
        write_whole(_path(output, folder), json.dumps(stamp).encode())


def is_untouched(stamp: Stamp, place: Path) -> bool:
    """Whether a package's folder holds exactly the files of its stamp, none changed since."""
    try:
        return _files(place) == stamp.files
    except OSError:
        return False


def all_keys(output: Path) -> Iterator[str]:
    """The key of every document that some package holds."""
    for path in (output / FOLDER / "packages").glob("[!.]*.json"):
        stamp = read_stamp(output, path.name.removesuffix(".json"))
        yield from stamp.keys if stamp else ()


def alone_with(output: Path, folder: str) -> AbstractContextManager[None]:
    """Waits until no other run changes that package. Raises BundleError."""
    return alone(output / FOLDER / "locks" / folder, "The package", output / folder)


def _path(output: Path, folder: str) -> Path:
    return output / FOLDER / "packages" / f"{folder}.json"


def _files(place: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for folder, _, names in os.walk(place):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118  # a whole country has twenty thousand files
            state = os.stat(path)  # noqa: PTH116  # likewise
            found[os.path.relpath(path, place)] = (state.st_size, state.st_mtime_ns)
    return found
