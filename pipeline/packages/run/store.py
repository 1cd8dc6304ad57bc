"""Keeps every document that was made, by the key of what it is made of, so that a killed run goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pipeline.packages.disk import write_whole

FOLDER = ".made"
"""Below the output; to remove it costs nothing but the time to make the documents again."""
_KEPT_FOR = 14 * 24 * 3600
"""Seconds that a document which no package holds is kept, for runs that were broken off."""


def pictures(output: Path) -> Path:
    """Where small pictures of first pages are kept."""
    return output / FOLDER / "pictures"


class Store:
    """Documents as bytes. Several runs may use the same folder at the same time."""

    def __init__(self, output: Path) -> None:
        self._folder, self._pictures = output / FOLDER / "documents", pictures(output)

    def get(self, key: str | None) -> bytes | None:
        """The document of that key, or None."""
        if key is None:
            return None
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def put(self, key: str | None, document: bytes) -> None:
        """Keeps a document; a reader sees the whole of it or nothing.

        One that cannot be written is not kept: where there is no room, putting the package in its place says so.
        """
        if key is not None:
            with suppress(OSError):
                write_whole(self._path(key), document)

    def prune(self, needed: Iterable[str]) -> None:
        """Removes what no package needs and was made more than two weeks ago, and pictures as old as that."""
        keep, oldest = set(needed), time.time() - _KEPT_FOR
        for path in (*self._folder.glob("*/*"), *self._pictures.glob("*.webp")):
            if path.name not in keep and path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key
