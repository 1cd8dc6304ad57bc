"""Writes one file so that a reader, another run or a power cut meets the old or the new, and never a part of it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes, *, durable: bool = False, private: bool = False) -> None:
    """Writes a file beside its place and moves it there; the folder is made.

    A `durable` one has reached the disk when this returns. A `private` one is for the eyes of its owner only. Raises
    OSError, and then what was there before is still there, and nothing beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    work = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(work, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666), "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        work.replace(path)
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            work.unlink(missing_ok=True)
        raise
    if durable:
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """The folder too: the name that a file was moved to is part of it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
