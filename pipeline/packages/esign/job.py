"""What a signing job is: documents, signers in order, and how long it stays open."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.data.toml_file import TomlFile

Kind = Literal["portal", "direct"]
"""In a portal job the service calls each signer by e-mail; in a direct one the sender shows each the way."""
Level = Literal["authenticated", "advanced"]
"""How a signer signs: known by ID-porten, or with BankID and the like."""
Identifier = Literal["PERSONAL_IDENTIFICATION_NUMBER_AND_NAME", "DATE_OF_BIRTH_AND_NAME", "NAME"]
"""How the service names a signer in the signed document."""

_SHORT = 16


@dataclass(frozen=True)
class Signer:
    """Who signs, and where a portal job reaches that person; never a national identity number."""

    field: str
    """The signature field, which also tells the signers of a direct job apart."""
    role: str
    name: str | None
    email: str | None
    mobile: str | None


@dataclass(frozen=True)
class JobDocument:
    """A document of a job."""

    name: str
    """What its file is called in the bundle."""
    title: str
    pdf: bytes
    path: Path
    """Where the file lies."""
    declared: TomlFile
    """The document.toml that gives it its title."""
    language: str


@dataclass(frozen=True)
class Job:
    """One job as it is asked for."""

    kind: Kind
    place: Path
    """The package that it stems from, for what is wrong with the job as a whole."""
    sender: str
    """The organisation number of whoever asks for the signatures."""
    title: str
    description: str
    documents: tuple[JobDocument, ...]
    signers: tuple[Signer, ...]
    """In the order in which they sign."""
    days: int
    """How long each has, from when it is that person's turn."""
    level: Level | None = None
    """None leaves it to the service."""
    identifier: Identifier | None = None
    """None leaves it to the service."""
    exit_url: str = ""
    """Where the signers of a direct job come to in their browser afterwards."""

    def reference(self, attempt: int = 1) -> str:
        """The name by which sender and service know the job, the same for the same job, at most 50 characters."""
        first = self.documents[0].path if self.documents else Path("job")
        readable = "-".join(part[:_SHORT].strip("-") for part in (self.place.name, first.stem))
        return "-".join(filter(None, (readable, self._digest()[:12], str(attempt) if attempt > 1 else "")))

    def _digest(self) -> str:
        asked = {
            "kind": self.kind,
            "sender": self.sender,
            "title": self.title,
            "documents": [hashlib.sha256(one.pdf).hexdigest() for one in self.documents],
            "signers": [(one.field, one.email, one.mobile) for one in self.signers],
        }
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()
