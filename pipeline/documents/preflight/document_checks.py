"""The checks of a PDF as a whole: how it was saved, what it says of itself, its colours, fonts, actions and files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.documents.preflight.facts import PdfFacts
from pipeline.documents.preflight.fault import Fault

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_VERSIONS = {f"1.{number}" for number in range(8)}
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:([-+])(\d\d)'?(\d\d)?'?|Z.*)?")
_SAID_TWICE = {
    "Title": "dc:title",
    "Author": "dc:creator",
    "Creator": "xmp:CreatorTool",
    "Producer": "pdf:Producer",
    "Keywords": "pdf:Keywords",
    "Subject": "dc:description",
}
_DATED_TWICE = {"CreationDate": "xmp:CreateDate", "ModDate": "xmp:ModifyDate"}
_WEB = ("https:", "http:", "mailto:")
_GOING = {"GoTo", "URI"}
_RELATIONSHIPS = {"Source", "Data", "Alternative", "Supplement", "Unspecified"}


def saved_plainly(pdf: PdfFacts) -> Iterator[Fault]:
    """Version, encryption, linearization, identifier."""
    file = pdf.file
    if file is None:
        return
    if file.version not in _VERSIONS:
        yield Fault(0, f"The file begins as PDF {file.version or 'of no version'}, not as 1.7 or before.")
    if file.encrypted:
        yield Fault(0, "The file is encrypted.")
    if file.linearized:
        yield Fault(0, "The file is linearized.")
    if not file.has_id:
        yield Fault(0, "The file has no identifier.")


def saved_once(pdf: PdfFacts) -> Iterator[Fault]:
    """One revision and nothing behind it, so that what is added on signing can be told."""
    if pdf.file and pdf.file.revisions != 1:
        yield Fault(0, f"The file has {pdf.file.revisions} revisions, not one.")
    if pdf.file and not pdf.file.ends:
        yield Fault(0, "Something follows the end of the file.")


def says_its_standards(pdf: PdfFacts) -> Iterator[Fault]:
    """The identification of PDF/A and PDF/UA."""
    xmp = pdf.described.xmp
    part, level = xmp.get("pdfaid:part", ""), xmp.get("pdfaid:conformance", "")
    if (part, level) not in {("2", "B"), ("3", "B")}:
        yield Fault(0, f"The metadata say PDF/A {part}{level or 'nothing'}, not 2B or 3B.")
    if xmp.get("pdfuaid:part") != "1":
        yield Fault(0, f"The metadata say PDF/UA {xmp.get('pdfuaid:part', 'nothing')}, not 1.")


def describes_its_metadata(pdf: PdfFacts) -> Iterator[Fault]:
    """Extension schemas."""
    for namespace in sorted(pdf.described.undescribed):
        yield Fault(0, f"The metadata have properties of {namespace} without describing them.")


def says_the_same_twice(pdf: PdfFacts) -> Iterator[Fault]:
    """Document information against XMP."""
    info, xmp = pdf.described.info, pdf.described.xmp
    for key, name in _SAID_TWICE.items():
        if key in info and info[key] != xmp.get(name, ""):
            yield Fault(0, f"{key} is «{info[key]}», but {name} is «{xmp.get(name, '')}».")
    for key, name in _DATED_TWICE.items():
        if key in info and _moment(info[key]) != xmp.get(name, "").replace("Z", "+00:00"):
            yield Fault(0, f"{key} is {info[key]}, but {name} is {xmp.get(name, 'not there')}.")


def _moment(date: str) -> str:
    """A date of the document information as XMP writes it."""
    found = _DATE.fullmatch(date)
    if not found:
        return ""
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{sign or '+'}{hours or '00'}:{minutes or '00'}"


def has_a_title(pdf: PdfFacts) -> Iterator[Fault]:
    """A title, shown in place of the file's name."""
    if not pdf.described.xmp.get("dc:title", "").strip():
        yield Fault(0, "The metadata have no title.")
    if not pdf.described.shows_title:
        yield Fault(0, "Readers are not told to show the title.")


def has_a_language(pdf: PdfFacts) -> Iterator[Fault]:
    """A language for the whole document."""
    if not _LANGUAGE.fullmatch(pdf.described.language):
        yield Fault(0, f"The language of the document is «{pdf.described.language}».")


def has_an_output_intent(pdf: PdfFacts) -> Iterator[Fault]:
    """One output intent, with an RGB profile: pages are drawn in RGB."""
    if list(pdf.intents) != ["RGB"]:
        intents = ", ".join(space or "one without a profile" for space in pdf.intents)
        yield Fault(0, f"The output intents are {intents or 'none'}, not one with an RGB profile.")


def embeds_its_fonts(pdf: PdfFacts) -> Iterator[Fault]:
    """A font file for each font."""
    for font in pdf.fonts:
        if not font.embedded:
            yield Fault(font.page, f"The font {font.name} is not in the file.")


def knows_its_letters(pdf: PdfFacts) -> Iterator[Fault]:
    """A table from each font's codes to Unicode."""
    for font in pdf.fonts:
        if not font.has_unicode:
            yield Fault(font.page, f"The font {font.name} does not say which letters it draws.")


def does_nothing_by_itself(pdf: PdfFacts) -> Iterator[Fault]:
    """No actions but a click on a link to the web, a mail address or another place of the document."""
    for action in pdf.actions:
        if action.by_itself and action.kind != "GoTo":
            yield Fault(action.page, f"An action {action.kind} starts by itself.")
        elif action.kind not in _GOING:
            yield Fault(action.page, f"There is an action {action.kind}.")
        elif action.kind == "URI" and not action.target.lower().startswith(_WEB):
            yield Fault(action.page, f"A link leads to «{action.target}».")


def carries_no_files(pdf: PdfFacts) -> Iterator[Fault]:
    """No attachments in a copy that is handed on."""
    for attachment in () if pdf.is_archive else pdf.attachments:
        yield Fault(0, f"The file «{attachment.name}» is attached.")


def says_what_it_carries(pdf: PdfFacts) -> Iterator[Fault]:
    """Attachments of an archive copy: associated, named, typed, dated."""
    for one in pdf.attachments if pdf.is_archive else ():
        lacks = {
            "a name": bool(one.name),
            "a relationship": one.relationship in _RELATIONSHIPS,
            "a media type": "/" in one.mime,
            "a description": one.described,
            "a date": one.dated,
            "a place among the associated files": one.associated,
        }
        missing = [what for what, is_there in lacks.items() if not is_there]
        if missing:
            yield Fault(0, f"The attached file «{one.name}» lacks {', '.join(missing)}.")
