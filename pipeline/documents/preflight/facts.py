"""What the rules of the preflight ask about: a PDF's tags, pages, fonts, fields, actions and metadata as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class FileForm:
    """The file as bytes, which an open PDF no longer shows."""

    version: str
    """Of PDF, from its first line, such as 1.7; empty where that is no first line of a PDF."""
    encrypted: bool
    linearized: bool
    has_id: bool
    revisions: int
    """How often it was saved: once, and once more for each incremental update."""
    ends: bool
    """Whether nothing follows its end."""


class Element(NamedTuple):
    """A structure element: a tag with what it holds."""

    number: int
    """Of its object; 0 where it has none of its own."""
    tag: str
    standard: str
    """The standard structure type that it is or stands for; empty where there is none."""
    page: int
    """From 1; 0 where it does not say."""
    alternative: str
    kids: tuple[Element, ...]
    contents: tuple[tuple[int, int], ...]
    """The page from 1 and the id of each piece of marked content in it."""
    objects: tuple[int, ...]
    """The numbers of the objects that it refers to, such as annotations."""

    def all(self) -> Iterator[Element]:
        """It and every element below it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.all()


@dataclass(frozen=True)
class Annotation:
    """An annotation of a page; a widget with the field that it shows."""

    number: int
    page: int
    kind: str
    """Such as Widget or Link."""
    field: str
    """The type of its field, such as Sig; empty where it is no widget."""
    name: str
    tooltip: str
    contents: str
    flags: int | None
    appearance: str
    """The kind of its normal appearance, stream or states; empty where it has none or others beside it."""
    area: bool
    """Whether its rectangle has any."""
    owner: int | None
    """The number of the element that the parent tree names for it; None where it names none."""
    has_value: bool


@dataclass(frozen=True)
class Page:
    """A page: its size in points, what is drawn on it, and to which tags that belongs."""

    number: int
    object: int
    width: float
    height: float
    tabs: str
    annotations: tuple[Annotation, ...]
    marked: frozenset[int]
    """The ids of its marked content."""
    untagged: int
    """How often something is drawn that is neither tagged nor an artifact."""
    owners: Mapping[int, int]
    """The number of the element that the parent tree names for an id."""


@dataclass(frozen=True)
class Font:
    """A font that something is drawn in."""

    name: str
    page: int
    embedded: bool
    has_unicode: bool


@dataclass(frozen=True)
class Action:
    """Something that a reader would do on opening, clicking or leaving."""

    kind: str
    """Such as URI or JavaScript."""
    target: str
    page: int
    by_itself: bool
    """Whether an event starts it and not a person's click."""


@dataclass(frozen=True)
class Attachment:
    """A file within the PDF."""

    name: str
    relationship: str
    mime: str
    described: bool
    dated: bool
    associated: bool
    """Whether the document names it as its associated file."""


@dataclass(frozen=True)
class Described:
    """What the PDF says of itself."""

    xmp: Mapping[str, str]
    """Each property by its usual prefix and name, such as dc:title."""
    undescribed: frozenset[str]
    """The namespaces in use that PDF/A does not know and no extension schema describes."""
    info: Mapping[str, str]
    """The document information, such as Title."""
    language: str
    shows_title: bool
    is_marked: bool
    is_suspect: bool


@dataclass(frozen=True)
class Form:
    """The interactive form as a whole."""

    fields: frozenset[int]
    """The numbers of its fields and their widgets."""
    signature_flags: int
    asks_for_appearances: bool
    has_xfa: bool
    actions: int
    """How many of its fields and widgets start an action."""


@dataclass(frozen=True)
class PdfFacts:
    """A PDF as the rules see it."""

    described: Described
    intents: tuple[str, ...]
    """The colour space of each output intent's profile, such as RGB; empty where it has none."""
    elements: tuple[Element, ...]
    pages: tuple[Page, ...]
    fonts: tuple[Font, ...]
    form: Form
    actions: tuple[Action, ...]
    attachments: tuple[Attachment, ...]
    file: FileForm | None = None
    """None as long as it is not saved."""

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """Those of all pages."""
        return tuple(one for page in self.pages for one in page.annotations)

    @property
    def is_archive(self) -> bool:
        """Whether it says that it is a PDF/A-3, which may carry files."""
        return self.described.xmp.get("pdfaid:part") == "3"

    @property
    def is_to_be_signed(self) -> bool:
        """Whether it has a signature field."""
        return any(one.field == "Sig" for one in self.annotations)
