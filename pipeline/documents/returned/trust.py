"""The trust list: a folder of certificates of those who are believed when they say who somebody is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509

from pipeline.errors import Problem, SettingsError

LEVELS = {
    "enterprise": "Sendt med PKI/virksomhetssertifikat",
    "person-standard": 'Sendt med PKI/"person standard"-sertifikat',
    "person-high": 'Sendt med PKI/"person høy"-sertifikat',
}
"""The subfolders that say how sure a certificate is, and Noark 5's words for it (metadata catalogue, M507)."""
_SUFFIXES = {".pem", ".crt", ".cer", ".der"}


@dataclass(frozen=True)
class Anchor:
    """Somebody who is believed."""

    certificate: Any
    """An asn1crypto x509.Certificate."""
    level: str
    """One of Noark's words; empty where the folder does not say."""


@dataclass(frozen=True)
class Terms:
    """On what terms a file is judged."""

    trust: tuple[Anchor, ...]
    moment: datetime.datetime
    """When it is checked, with its time zone; certificates have to be valid then."""
    verified_by: str
    """Who answers for it, for Noark 5's verifisertAv."""


def read_trust(folder: Path) -> tuple[Anchor, ...]:
    """Every certificate in the folder and its subfolders, as PEM or DER; none where there is no such folder.

    Raises SettingsError that names each file that is no certificate.
    """
    found: list[Anchor] = []
    problems = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() not in _SUFFIXES:
            continue
        level = LEVELS.get(path.relative_to(folder).parts[0], "")
        try:
            found += [Anchor(one, level) for one in _certificates(path.read_bytes())]
        except (OSError, ValueError, TypeError):
            todo = "Take it out, or get the certificate anew as PEM or DER from whoever issued it."
            problems.append(Problem(path, 0, "", "is not a certificate.", todo))
    if problems:
        raise SettingsError("The trust list cannot be read.", problems=problems)
    return tuple(found)


def _certificates(content: bytes) -> list[Any]:
    """The certificates in a file. Raises ValueError or TypeError."""
    if pem.detect(content):
        ders = [der for kind, _, der in pem.unarmor(content, multiple=True) if kind == "CERTIFICATE"]
    else:
        ders = [content]
    certificates = [x509.Certificate.load(der, strict=True) for der in ders]
    for one in certificates:
        _ = one.subject.native, one.not_valid_after, one.public_key.native  # it is read when first asked
    if not certificates:
        raise ValueError
    return certificates
