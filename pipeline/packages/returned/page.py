"""The page that tells the verdict on a file that came back, in the language of the paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from pipeline.documents.returned.verdict import PagePair, SignatureSeen, Verdict
from pipeline.packages.html_page import Box, message, page, sheet, table

_NB = {
    "title": "Kontroll av en fil som kom tilbake",
    "proven": "Bevist: dette er dokumentet som ble sendt ut, signert av dem som skulle.",
    "wrapped": "Samme innhold: en signeringstjeneste har skrevet filen på nytt. Dette er ikke et bevis.",
    "incomplete": "Ufullstendig: dokumentet er uendret, men en signatur mangler eller teller ikke.",
    "unsigned": "Ikke signert: dokumentet er uendret.",
    "altered": "Endret: dette er ikke dokumentet som ble sendt ut.",
    "other-municipality": "Feil kommune: dokumentet hører til en annen.",
    "scan-or-reprint": "Skannet eller skrevet ut på nytt: en person må sammenligne.",
    "unreadable": "Ikke lesbar: filen kan ikke kontrolleres.",
    "why": "Hvorfor",
    "paper": "Dokumentet",
    "issue": "utgave",
    "no-paper": "Filen er ikke gjenkjent som noe dokument som er sendt ut.",
    "signatures": "Elektroniske signaturer",
    "in-order": "I den rekkefølgen det ble signert",
    "headers": "Felt|Signert av|Utstedt av|Tidspunkt|Hel|På tillitslisten|Dekker",
    "yes": "ja",
    "no": "nei",
    "claimed": "etter egen klokke",
    "file": "hele filen",
    "revision": "filen slik den var da",
    "part": "bare en del",
    "pages": "Sidene",
    "issued": "Sendt ut, side {number}",
    "returned": "Kom tilbake, side {number}",
    "none": "Ingen slik side.",
    "archive": "Til arkivet (Noark 5)",
    "to-archive": "Det journalposten skal ha om den elektroniske signaturen",
    "field": "Felt",
    "value": "Verdi",
    "not-said": "ikke oppgitt",
}
_NN = _NB | {
    "title": "Kontroll av ei fil som kom tilbake",
    "proven": "Bevist: dette er dokumentet som vart sendt ut, signert av dei som skulle.",
    "wrapped": "Same innhald: ei signeringsteneste har skrive fila på nytt. Dette er ikkje noko bevis.",
    "incomplete": "Ufullstendig: dokumentet er uendra, men ein signatur manglar eller tel ikkje.",
    "unsigned": "Ikkje signert: dokumentet er uendra.",
    "altered": "Endra: dette er ikkje dokumentet som vart sendt ut.",
    "other-municipality": "Feil kommune: dokumentet høyrer til ein annan.",
    "scan-or-reprint": "Skanna eller skrive ut på nytt: ein person må samanlikne.",
    "unreadable": "Ikkje lesbar: fila kan ikkje kontrollerast.",
    "why": "Kvifor",
    "issue": "utgåve",
    "no-paper": "Fila er ikkje kjend att som noko dokument som er sendt ut.",
    "signatures": "Elektroniske signaturar",
    "in-order": "I den rekkjefølgja det vart signert",
    "headers": "Felt|Signert av|Utferda av|Tidspunkt|Heil|På tillitslista|Dekkjer",
    "no": "nei",
    "claimed": "etter eiga klokke",
    "file": "heile fila",
    "revision": "fila slik ho var då",
    "part": "berre ein del",
    "none": "Inga slik side.",
    "not-said": "ikkje oppgjeve",
}

_STYLE = "td:not(:last-child) { overflow-wrap: normal; }"
"""Names stay whole; on a small screen the table scrolls."""


def returned_page(verdict: Verdict, name: str) -> str:
    """The verdict on the file `name` as one HTML page that fetches nothing."""
    words = _NN if verdict.language == "nn" else _NB
    body = [
        f"<h1>{escape(words['title'])}</h1>",
        f"<p><code>{escape(name)}</code></p>",
        _headline(verdict, words),
        f"<h2>{words['why']}</h2><ul>",
        *(f"<li>{escape(one.norwegian)}</li>" for one in verdict.reasons),
        "</ul>",
        *_paper(verdict, words),
        *_signatures(verdict.signatures, words),
        *_archive(verdict, words),
        *_pages(verdict.pages, words),
    ]
    return page(words["title"], verdict.language, "\n".join(body), _STYLE)


def _headline(verdict: Verdict, words: dict[str, str]) -> str:
    said = words[verdict.kind]
    if verdict.kind == "proven":
        return message(said, good=True)
    return f'<div class="problem"><p>{escape(said)}</p></div>'


def _paper(verdict: Verdict, words: dict[str, str]) -> Iterator[str]:
    yield f"<h2>{words['paper']}</h2>"
    paper = verdict.paper
    if paper is None:
        yield f"<p>{words['no-paper']}</p>"
    else:
        yield f"<p>{escape(paper.title)}, {escape(paper.municipality)}, {words['issue']} {paper.issue}. SHA-256: "
        yield f"<code>{paper.sha256}</code></p>"


def _signatures(signatures: tuple[SignatureSeen, ...], words: dict[str, str]) -> Iterator[str]:
    if signatures:
        yield f"<h2>{words['signatures']}</h2>"
        rows = [_row(one, words) for one in signatures]
        yield table(words["in-order"], words["headers"].split("|"), rows)


def _row(one: SignatureSeen, words: dict[str, str]) -> list[str]:
    time = f"{one.time:%d.%m.%Y %H:%M %Z}" if one.time else words["not-said"]
    claimed = "" if one.time_is_proven or one.time is None else f" ({words['claimed']})"
    answers = [words["yes" if answer else "no"] for answer in (one.valid, one.trusted)]
    return [escape(cell) for cell in (one.field, one.signer, one.issuer, time + claimed, *answers, words[one.coverage])]


def _archive(verdict: Verdict, words: dict[str, str]) -> Iterator[str]:
    if noark := verdict.noark:
        date = noark.verifisert_dato.isoformat() if noark.verifisert_dato else None
        rows = [
            ("elektroniskSignaturSikkerhetsnivaa", noark.elektronisk_signatur_sikkerhetsnivaa),
            ("elektroniskSignaturVerifisert", noark.elektronisk_signatur_verifisert),
            ("verifisertDato", date),
            ("verifisertAv", noark.verifisert_av),
        ]
        yield f"<h2>{words['archive']}</h2>"
        shown = [(f"<code>{name}</code>", escape(value or words["not-said"])) for name, value in rows]
        yield table(words["to-archive"], (words["field"], words["value"]), shown)


def _pages(pages: tuple[PagePair, ...], words: dict[str, str]) -> Iterator[str]:
    if pages:
        yield f"<h2>{words['pages']}</h2>"
    for pair in pages:
        boxes = [Box(one.left, one.top, one.right, one.bottom) for one in pair.regions]
        sides = []
        for side, number, picture in zip(("issued", "returned"), pair.numbers, pair.pictures, strict=True):
            caption = words[side].format(number=number or "–")
            sides.append(sheet(picture, caption, caption if picture else words["none"], boxes))
        yield f'<div class="pair">{"".join(sides)}</div>'
