"""Keeps what became of each job in a file that is written before and after sending, so that none is created twice."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import EsignError
from pipeline.packages.disk import alone, unwritable, write_whole
from pipeline.packages.esign.job import Kind

FOLDER = ".esign"
"""Below the output; `make clean` leaves it, because nothing else knows what is out for signing."""
_WHAT = "What is known of the signing job"
Phase = Literal["sending", "created", "signed", "failed", "refused"]
"""sending is written before anything leaves: where it stays, nobody knows whether the service has the job."""


@dataclass(frozen=True)
class JobState:
    """What is known of the job of one document."""

    document: str
    """The name of its folder in templates/."""
    path: str
    """The PDF, below the package's folder."""
    base: str
    """The reference of the job's first attempt; another one means that something else is asked for."""
    attempt: int
    reference: str
    kind: Kind
    sender: str
    endpoint: str
    """Where it was sent, so that another service is never asked about it."""
    phase: Phase
    sent_at: str
    signers: dict[str, str] = field(default_factory=dict)
    """How the service names each signer, and the signature field."""
    job_id: str = ""
    redirects: dict[str, str] = field(default_factory=dict)
    """Where the signer of each field of a direct job signs; each address works once."""
    statuses: dict[str, str] = field(default_factory=dict)
    """What became of each signature field, in the service's words."""
    confirmation_url: str = ""
    """Where the last news has still to be confirmed."""
    files: tuple[str, ...] = ()
    """What was fetched, the signed PDF first."""
    message: str = ""
    """What the service said when it refused."""

    @property
    def is_open(self) -> bool:
        """Whether news may still come."""
        return self.phase in {"sending", "created"}


class JobStore:
    """The states of a package's jobs in a folder of their own; writing raises BundleError."""

    def __init__(self, output: Path, package_folder: str) -> None:
        self.folder = output / FOLDER / package_folder

    def read(self, document: str) -> JobState | None:
        """The job of a document, None where none was ever sent. Raises EsignError where the file cannot be read."""
        path = self._path(document)
        try:
            found = json.loads(path.read_bytes())
            return JobState(**{**found, "files": tuple(found["files"])})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EsignError(
                f"{path} cannot be read, and nothing is sent, so that no job is created twice. Get the file back, or "
                "look in the service what is out for signing and then remove it."
            ) from error

    def all(self) -> list[JobState]:
        """Every document's current job."""
        names = sorted(path.name.removesuffix(".json") for path in self.folder.glob("*.json"))
        return [state for name in names if "." not in name and (state := self.read(name))]

    def write(self, state: JobState) -> JobState:
        """Keeps a state, on the disk when this returns."""
        self._save(self._path(state.document), asdict(state))
        return state

    def shelve(self, state: JobState) -> None:
        """Keeps a job that another one takes the place of, under its reference."""
        self._save(self._path(f"{state.document}.{state.reference}"), asdict(state))

    def free_attempt(self, document: str, reference: Callable[[int], str], attempt: int) -> int:
        """The first attempt from `attempt` on whose reference no shelved job of the document has."""
        while self._path(f"{document}.{reference(attempt)}").exists():
            attempt += 1
        return attempt

    def next_poll(self, kind: Kind) -> datetime.datetime | None:
        """When the service may be asked for news again; None where it may be asked now."""
        try:
            return datetime.datetime.fromisoformat(json.loads(self._path(f".queue-{kind}").read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write_next_poll(self, kind: Kind, moment: datetime.datetime) -> None:
        """Keeps when the service may be asked again, for later runs too."""
        self._save(self._path(f".queue-{kind}"), moment.isoformat())

    def alone(self) -> AbstractContextManager[None]:
        """Waits until no other run works with these jobs."""
        return alone(self.folder / "lock", _WHAT, self.folder)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _save(self, path: Path, content: object) -> None:
        """All or nothing, and for the eyes of its owner only: an address to sign at is as good as a key."""
        try:
            whole = json.dumps(content, ensure_ascii=False, indent=2).encode()
            write_whole(path, whole, durable=True, private=True)
        except OSError as error:
            raise unwritable(_WHAT, path, error) from error
