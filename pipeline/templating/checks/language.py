"""Finds words of the one written Norwegian in a text of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import Problem
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.typed import prose
from pipeline.templating.table_rows import table_rows

Words = dict[str, str]
"""A word that is never right in such papers, and what to write instead."""

_LANGUAGES = {"nb": "bokmål", "nn": "nynorsk"}
_TWINS = (
    "ikke/ikkje hvordan/korleis hva/kva hvem/kven hvorfor/kvifor fra/frå noe/noko mye/mykje være/vere gjøre/gjere "
    "gjør/gjer kommer/kjem selv/sjølv bedre/betre mer/meir flere/fleire uten/utan siden/sidan disse/desse innen/innan "
    "sammen/saman annen/annan navn/namn navnet/namnet måned/månad måneder/månader oppgave/oppgåve "
    "oppgaver/oppgåver oppgavene/oppgåvene ansvarlig/ansvarleg skriftlig/skriftleg årlig/årleg mulig/mogleg "
    "tilgjengelig/tilgjengeleg løsning/løysing løsningen/løysinga løsninger/løysingar løsningene/løysingane "
    "meldingen/meldinga meldinger/meldingar meldingene/meldingane opplysninger/opplysningar "
    "opplysningene/opplysningane endringer/endringar endringene/endringane innbygger/innbyggjar "
    "innbyggeren/innbyggjaren innbyggere/innbyggjarar innbyggerne/innbyggjarane brukeren/brukaren brukere/brukarar "
    "brukerne/brukarane kommuner/kommunar kommunene/kommunane parter/partar partene/partane"
)
"""Bokmål and nynorsk of the same word, neither ever right in the other."""
_NYNORSK_FOR = {
    **dict(pair.split("/") for pair in _TWINS.split()),
    "jeg": "eg",
    "hver": "kvar",
    "hvert": "kvart",
    "hverandre": "kvarandre",
    "hvor": "kor eller kvar",
    "hvilken": "kva for ein",
    "hvilke": "kva for",
    "hvis": "dersom",
    "noen": "nokon eller nokre",
    "ble": "blei eller vart",
    "dere": "de eller dykk",
    "deres": "dykkar eller deira",
    "dem": "dei",
    "hun": "ho",
    "allerede": "alt",
    "annet": "anna",
    "eget": "eige",
    "ellers": "elles",
    "uke": "veke",
    "uker": "veker",
}
_BOKMAAL_FOR = {
    **{nynorsk: bokmaal for bokmaal, nynorsk in (pair.split("/") for pair in _TWINS.split())},
    "nokon": "noen",
    "nokre": "noen",
    "dei": "de eller dem",
    "dykkar": "deres",
    "kvarandre": "hverandre",
    "berre": "bare",
    "medan": "mens",
    "ein": "en",
    "eit": "et",
    "elles": "ellers",
    "allereie": "allerede",
    "deira": "deres",
    "eigen": "egen",
    "eige": "eget",
}
_NYNORSK_ENDINGS = {"tjeneste": "teneste", "tjenesten": "tenesta", "tjenester": "tenester", "tjenestene": "tenestene"}
_BOKMAAL_ENDINGS = {nynorsk: bokmaal for bokmaal, nynorsk in _NYNORSK_ENDINGS.items()}
"""Ends of compounds such as heimetenesta."""
_INSTEAD = {"nb": (_BOKMAAL_FOR, _BOKMAAL_ENDINGS), "nn": (_NYNORSK_FOR, _NYNORSK_ENDINGS)}
_ADDRESS = re.compile(r"\S*@\S*|\S+://\S*|[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
"""Letters only; what has figures or underscores in it is an identifier."""


def language_problems(file: OfficeFile) -> list[Problem]:
    """Each word of the other written Norwegian, once a paragraph, by the rule wrong-language.

    Only whole words that are never right in the file's language count, compounds with «tjeneste» too. Placeholders
    and addresses of pages and mail are not read; a quotation in the other language is told like any other text.
    """
    return [
        file.problem(paragraph.spot, "wrong-language", *sentences)
        for paragraph in file.paragraphs
        for sentences in _sentences(paragraph.text, file.language)
    ]


def table_language_problems(path: Path, language: str) -> list[Problem]:
    """The same for the cells of a CSV file beside the templates, once a cell; for a file that can be read as one."""
    header, *rows = table_rows(path)
    return [
        Problem(path, row.line, f"{row.code}, {column}", what, todo, rule="wrong-language")
        for row in rows
        for column, text in zip(header.cells, row.cells, strict=False)
        for what, todo in _sentences(text, language)
    ]


def line_language_problems(path: Path, text: str, language: str) -> list[Problem]:
    """The same for a text file, once a line."""
    return [
        Problem(path, line, "", what, todo, rule="wrong-language")
        for line, words in enumerate(text.splitlines(), start=1)
        for what, todo in _sentences(words, language)
    ]


def _sentences(text: str, language: str) -> Iterator[tuple[str, str]]:
    other = _LANGUAGES["nb" if language == "nn" else "nn"]
    for word, instead in _wrong(text, language).items():
        yield f"The word «{word}» is {other}, and this is a text in {_LANGUAGES[language]}.", f"Write «{instead}»."


def _wrong(text: str, language: str) -> Words:
    """The words as written that do not belong, in order, with what to write."""
    words, endings = _INSTEAD[language]
    found: Words = {}
    for word in dict.fromkeys(_WORD.findall(_ADDRESS.sub(" ", prose(text)))):
        small = word[:1].lower() + word[1:]  # all capitals are no word but kVA or EIT
        ending = next((one for one in sorted(endings, key=len, reverse=True) if small.endswith(one)), None)
        if small in words:
            found[word] = words[small]
        elif ending:
            found[word] = f"…{endings[ending]}" if small != ending else endings[ending]
    return found
