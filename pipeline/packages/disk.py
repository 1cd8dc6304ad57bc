"""What other runs, readers and a power cut may meet on disk: whole files, and one run at a time in a place."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import BundleError


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


def deliver(what: str, path: Path, content: bytes) -> Path:
    """Writes a file whole for somebody to open; `what` begins the sentence of the BundleError that this raises."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise unwritable(what, path, error) from error
    return path


def unwritable(what: str, place: Path, error: OSError) -> BundleError:
    """What is said when something cannot be written where it belongs."""
    return BundleError(
        f"{what} cannot be written to {place} ({error.strerror}). Make room or give access, and run again; what was "
        "there before is untouched."
    )


@contextmanager
def alone(lock: Path, what: str, place: Path) -> Iterator[None]:
    """Waits until no other run holds the lock; a run that is killed lets go of it.

    `what` it guards in which `place` is for the BundleError that this raises where there can be no lock.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        held = lock.open("w")
    except OSError as error:
        raise unwritable(what, place, error) from error
    with held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _sync(folder: Path) -> None:
    """The folder too: the name that a file was moved to is part of it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
