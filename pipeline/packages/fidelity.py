"""How faithful the PDFs are: every document converted by both engines, and what differs between the two.

The embedded engine converts as it does for a package. LibreOffice, the reference, gets the merged .docx as it is
delivered, without what preparation.py and keep_together.py change in it, so that their doing is compared too. It needs
nothing from the network: it has a profile of its own, only the fonts of the project, and where the system permits a
network namespace without any network (documents/libreoffice.py). Forms are left out: they are filled, not converted.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from pipeline.data.load import find, load_municipality, slugs
from pipeline.data.programme import load_programme
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.libreoffice import LibreOfficeEngine
from pipeline.documents.merge import included
from pipeline.documents.pdf_text import PdfText, open_shown
from pipeline.documents.stages import FinalWorkbook
from pipeline.errors import ConversionError, PipelineError
from pipeline.packages.contents import PackedDocument, Progress, Workshop, names_for_cover
from pipeline.packages.difference.page_change import differing_share
from pipeline.packages.unproven import finish_unproven, merge_unproven
from pipeline.settings import Settings
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_all_packages, require_parties
from pipeline.templating.names import Edition, Names, facts

_COMPARED = 0.25
"""Pixels to the point at which pages are compared: a line may stand four points, a pixel, aside."""
_SHOWN = 0.9


@dataclass(frozen=True)
class PagePair:
    """A page as both engines made it; where one has fewer pages, it has no picture."""

    number: int
    pictures: tuple[bytes | None, bytes | None]
    """As PNG, by the embedded engine and by LibreOffice."""
    share: float
    """Of the page's pixels, how many differ."""


@dataclass(frozen=True)
class Comparison:
    """One document by both engines."""

    slug: str
    municipality: str
    language: str
    document: str
    title: str
    error: str = ""
    """Why there is nothing to compare, where an engine gave no PDF."""
    lost: tuple[str, ...] = ()
    """Words of LibreOffice's PDF that the embedded engine's lacks, each as often as it is missing."""
    added: tuple[str, ...] = ()
    """Words that only the embedded engine's PDF has."""
    pages: tuple[PagePair, ...] = ()

    @property
    def counts(self) -> tuple[int, int]:
        """How many pages each engine made."""
        ours, theirs = (sum(1 for page in self.pages if page.pictures[side]) for side in (0, 1))
        return ours, theirs

    @property
    def worst(self) -> float:
        """The share that differs on the page that differs most."""
        return max((page.share for page in self.pages), default=0.0)

    @property
    def badness(self) -> tuple[bool, int, int, float]:
        """What the worst are found by: no PDF, then words, then pages, then pictures."""
        return bool(self.error), len(self.lost) + len(self.added), abs(self.counts[0] - self.counts[1]), self.worst


def fidelity(settings: Settings, date: datetime.date, wanted: Iterable[str], progress: Progress) -> list[Comparison]:
    """Compares every document of the wanted municipalities, or of all, each in its own language; the worst come first.

    Raises SettingsError without LibreOffice, and PipelineError where facts or declarations are not right.
    """
    programme = load_programme(settings.programme)
    paths = [find(settings.municipalities, slug) for slug in (list(wanted) or slugs(settings.municipalities))]
    municipalities = [load_municipality(path, programme) for path in paths]
    packages = load_all_packages(settings.templates)
    for package in packages:
        require_parties(package, programme.parties)
    editions = [Edition(municipality, programme, municipality.language, date) for municipality in municipalities]
    found: list[Comparison] = []
    with (
        EmbeddedEngine(settings.fonts, settings.timeout) as embedded,
        LibreOfficeEngine(settings.fonts, settings.timeout) as libreoffice,
        ThreadPoolExecutor(1) as thread,
    ):
        workshop = Workshop(embedded, settings.fonts, settings.form_font)
        for number, edition in enumerate(editions, start=1):
            progress(edition.municipality.entry.official_name, number, len(editions))
            seen: set[str] = set()
            for package in packages:
                new = _Pairing(package, edition, workshop, libreoffice, thread).comparisons()
                found += [one for one in new if one.document not in seen]
                seen |= {one.document for one in new}
    return sorted(found, key=lambda one: one.badness, reverse=True)


@dataclass(frozen=True)
class _Begun:
    """A document by the embedded engine, and its conversion by LibreOffice under way."""

    template: DocumentTemplate
    made: PackedDocument | None
    reference: Future[bytes] | None
    error: str
    """Why it was not made."""


@dataclass(frozen=True)
class _Pairing:
    """A municipality's documents, made by both engines at the same time."""

    package: PackageTemplate
    edition: Edition
    workshop: Workshop
    libreoffice: LibreOfficeEngine
    thread: ThreadPoolExecutor

    def comparisons(self) -> list[Comparison]:
        """Each document that is converted; the cover only when all the others could be made."""
        names = facts(self.edition)
        wanted = [one for one in self.package.documents if included(one, names, self.edition.language)]
        begun = [self._begin(one, names) for one in wanted]
        done = [one.made for one in begun if one.made]
        if len(done) == len(wanted):
            begun.append(self._begin(self.package.cover, names | names_for_cover(self.package, self.edition, done)))
        return [self._compared(one) for one in begun if one.template.declaration.kind in {"docx", "pptx"}]

    def _begin(self, template: DocumentTemplate, names: Names) -> _Begun:
        """Makes a document with the embedded engine and lets LibreOffice begin."""
        work = self.workshop
        try:
            merged = merge_unproven(self.package, template, self.edition, names, work.form_font)
            made = finish_unproven(self.package, merged, self.edition.date, work.engine, work.fonts)
        except PipelineError as error:
            return _Begun(template, None, None, str(error))
        office = merged.docx or merged.pptx
        kind = template.declaration.kind
        return _Begun(
            template, made, self.thread.submit(self.libreoffice.convert, office, kind) if office else None, ""
        )

    def _compared(self, begun: _Begun) -> Comparison:
        heading = self._heading(begun.template)
        if begun.made is None or begun.reference is None or isinstance(begun.made.final, FinalWorkbook):
            return replace(heading, error=begun.error)
        try:
            with open_shown(begun.made.final.pdf) as ours, open_shown(begun.reference.result()) as theirs:
                lost, added = word_differences(theirs, ours)
                return replace(heading, lost=lost, added=added, pages=tuple(_page_pairs(ours, theirs)))
        except ConversionError as error:
            return replace(heading, error=f"LibreOffice: {error}")
        except RuntimeError:
            return replace(heading, error="LibreOffice gave no whole PDF.")

    def _heading(self, template: DocumentTemplate) -> Comparison:
        municipality, language = self.edition.municipality, self.edition.language
        return Comparison(
            slug=municipality.slug,
            municipality=municipality.entry.official_name,
            language=language,
            document=template.name,
            title=template.declaration.title.in_language(language),
        )


def word_differences(expected: PdfText, found: PdfText) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that `found` lacks and those it has besides; order, line breaks and signs without letters are left out.

    A word that one engine broke in two at a line's end is the same word.
    """
    texts = [_text(expected), _text(found)]
    words = [Counter(word for word in text.split() if any(sign.isalnum() for sign in word)) for text in texts]
    unbroken = ["".join(text.split()) for text in texts]
    return _missing(words[0] - words[1], *unbroken), _missing(words[1] - words[0], *reversed(unbroken))


def _text(pdf: PdfText) -> str:
    pages = "\n".join(pdf.page(number) for number in range(len(pdf)))
    return re.sub(r"-\s*\n", "-", unicodedata.normalize("NFKC", pages))


def _missing(words: Counter[str], there: str, here: str) -> tuple[str, ...]:
    """Each of the words as often as `there` has it more than `here`."""
    times = {word: min(number, there.count(word) - here.count(word)) for word, number in words.items()}
    return tuple(word for word, number in sorted(times.items()) for _ in range(number))


def _page_pairs(ours: PdfText, theirs: PdfText) -> Iterator[PagePair]:
    for number in range(max(len(ours), len(theirs))):
        sides = [pdf if number < len(pdf) else None for pdf in (ours, theirs)]
        rows = [pdf.grey_rows(number, _COMPARED) for pdf in sides if pdf]
        share = differing_share(*rows) if len(rows) == 2 else 1.0
        first, second = (pdf.picture(number, _SHOWN) if pdf else None for pdf in sides)
        yield PagePair(number + 1, (first, second), share)
