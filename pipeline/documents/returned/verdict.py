"""What is said of a file that came back: one verdict, its reasons, its signatures, and pictures to look at."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "proven", "wrapped", "incomplete", "unsigned", "altered", "other-municipality", "scan-or-reprint", "unreadable"
]
"""proven: the issued bytes, and only the expected signatures, trusted, added.
wrapped: a signing service made the file anew; all pages are found again in text and picture. Never a proof.
incomplete: the issued paper unchanged, but a signature is missing or does not count.
unsigned: the issued paper, unchanged and without any signature.
altered: something else than was issued.
other-municipality: issued to another municipality than the one that was asked about.
scan-or-reprint: no file of ours and no electronic signature on it; a person has to compare.
unreadable: not a whole, open PDF."""

Coverage = Literal["file", "revision", "part"]
"""What a signature covers: all of the file; the file as it was when signed; less, which no honest signature does."""


_SO_FAR = {"as-issued", "filled", "signed", "signed-unnamed", "field-empty", "replaced", "revocation"}
"""The reasons of a paper in which every signature counts that is there."""


@dataclass(frozen=True)
class ExpectedSigner:
    """Who is to sign in a field of an issued paper."""

    field: str
    role: str
    name: str | None
    """None where the paper does not say who it will be."""


@dataclass(frozen=True)
class IssuedPaper:
    """A paper as it was sent out."""

    slug: str
    municipality: str
    """The official name."""
    document: str
    """The name of its folder among the templates."""
    title: str
    issue: int
    """Its number; each issue of a document replaces the one before."""
    language: str
    """nb or nn."""
    sha256: str
    size: int
    """In bytes."""
    signatories: tuple[ExpectedSigner, ...]
    read: Callable[[], bytes] = dataclasses.field(repr=False, compare=False)
    """Gives the PDF; a country has a thousand, and few are looked into."""
    latest: int = 0
    """The number of the latest issue, where this one was replaced; else 0."""


@dataclass(frozen=True)
class Reason:
    """Why, in one sentence of each language."""

    code: str
    """Such as field-empty; the same in every language."""
    norwegian: str
    """In the paper's language; bokmål where the paper is not known."""
    english: str


@dataclass(frozen=True)
class SignatureSeen:
    """An electronic signature in the file; of the certificate only names, since it may hold an identity number."""

    field: str
    signer: str
    """The name in the certificate; empty where it cannot be read."""
    issuer: str
    """Who issued the certificate."""
    time: datetime.datetime | None
    """When it was signed."""
    time_is_proven: bool
    """Whether a time stamp that the trust list vouches for says so; else the signer's computer does."""
    valid: bool
    """Whether it fits the bytes it covers, and nothing but further signatures came after them."""
    trusted: bool
    """Whether somebody on the trust list vouches for the certificate at the time of checking."""
    coverage: Coverage
    level: str = ""
    """What the trust list says of such certificates, in the words of Noark 5; empty where it says nothing."""
    certificate: str = dataclasses.field(default="", repr=False)
    """The SHA-256 of the certificate."""
    expired: bool = False
    """Whether it is not trusted for its dates alone."""


@dataclass(frozen=True)
class NoarkSignature:
    """The four fields of Noark 5 on a document's electronic signature (metadata catalogue M507, M508, M622, M623)."""

    elektronisk_signatur_sikkerhetsnivaa: str | None
    """None where the trust list does not say."""
    elektronisk_signatur_verifisert: str
    verifisert_dato: datetime.date | None
    """None, as who verified, while it is not verified."""
    verifisert_av: str | None


@dataclass(frozen=True)
class Region:
    """A part of a page: edges as shares of its width and height, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class PagePair:
    """A page as it was issued beside the page that came back in its place; numbers count from 1."""

    numbers: tuple[int | None, int | None]
    pictures: tuple[bytes | None, bytes | None]
    """As PNG; None where there is no such page."""
    regions: tuple[Region, ...] = ()
    """Where they differ."""


@dataclass(frozen=True)
class Verdict:
    """What is said of a file that came back."""

    kind: Kind
    paper: IssuedPaper | None
    """What it was identified as."""
    reasons: tuple[Reason, ...]
    signatures: tuple[SignatureSeen, ...] = ()
    noark: NoarkSignature | None = None
    """None where there is no electronic signature."""
    pages: tuple[PagePair, ...] = ()

    @property
    def language(self) -> str:
        """That of the paper, bokmål where it is not known."""
        return self.paper.language if self.paper else "nb"

    @property
    def awaited(self) -> tuple[str, ...]:
        """The roles of those that the paper does not name, where they alone have not signed yet, and all others have.

        A paper goes to the other party like this. Empty for any other verdict than incomplete.
        """
        signed = {one.field for one in self.signatures}
        expected = self.paper.signatories if self.paper else ()
        lacking = [one for one in expected if one.field not in signed]
        counts = {one.code for one in self.reasons} <= _SO_FAR
        if self.kind != "incomplete" or not signed or not counts or any(one.name for one in lacking):
            return ()
        return tuple(one.role for one in lacking)

    @property
    def accepted(self) -> bool:
        """Whether the paper may go on without a person who compares: proven, or wrapped by a trusted service."""
        return self.kind == "proven" or (self.kind == "wrapped" and any(one.trusted for one in self.signatures))
