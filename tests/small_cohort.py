"""A cohort as small as a test needs it: municipality files, packages of blank pages, and what became of each."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pypdfium2
from conftest import ROOT

from pipeline.data.givers import GIVERS, load_givers
from pipeline.data.programme import Programme
from pipeline.errors import ConversionError, DataError, Problem
from pipeline.packages.cohort.page import Sources
from pipeline.packages.outcome import Outcome, failed

MISSING = "missing-fact"
HOSTILE = "<script>alert('æ')</script> & \"slik\""
_RECIPIENTS = {"nb": ("KS", "Brukere og pårørende"), "nn": ("KS", "Brukarar og pårørande")}
_TITLES = {"nb": ("Forside", "Avtale", "Kart & tall"), "nn": ("Framside", "Avtale", "Kart & tal")}


class CohortRun:
    """Folders below `root` as a run leaves them, and the outcomes of the run."""

    def __init__(self, root: Path, programme: Programme) -> None:
        self.output = root / "output"
        self.municipalities = root / "municipalities"
        shutil.copytree(ROOT / "municipalities", self.municipalities)
        givers = load_givers(ROOT / "templates" / "programme" / GIVERS)
        self.sources = Sources(self.municipalities, programme, givers, root / "pictures")

    def file(self, slug: str) -> Path:
        return self.municipalities / f"{slug}.toml"

    def number(self, slug: str, text: str) -> None:
        """A municipality's file with another number."""
        changed = re.sub(
            r'^number = ".*"', f'number = "{text}"', self.file("bergen").read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        self.file(slug).write_text(changed, encoding="utf-8")

    def pack(self, slug: str, number: str, language: str = "nb", *, signatory: str = "Eksempel Ordfører") -> Path:
        """A package with a cover, an agreement to sign, and a workbook with a table."""
        folder = self.output / slug
        cover, agreement, figures = _TITLES[language]
        ks, citizens = _RECIPIENTS[language]
        signed = [{"field": "a", "role": "for kommunen", "name": signatory}, {"field": "b", "role": "KS", "name": None}]
        documents = [
            _document(folder, cover, None, [], ["00-forside.pdf"]),
            _document(folder, agreement, ks, signed, ["01-ks/avtale nr 1.pdf", "01-ks/avtale nr 1.docx"]),
            _document(folder, figures, citizens, [], ["07-citizens/tall.xlsx"]),
        ]
        (folder / f"{slug}.zip").write_bytes(b"")
        municipality = {"slug": slug, "number": number, "name": slug}
        self.write_list(folder, documents=documents, language=language, municipality=municipality)
        return folder

    def write_list(self, folder: Path, **changed: Any) -> None:
        listed = {"format": 1, "document_date": "2026-11-23", "language": "nb", "documents": [], **changed}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "packing-list.json").write_text(json.dumps(listed), encoding="utf-8")

    def complete(self, slug: str, number: str, language: str = "nb", made: int = 3) -> Outcome:
        return Outcome(slug, self.pack(slug, number, language), "complete", documents=3, made=made)

    def lacking(self, slug: str, *places: str) -> Outcome:
        """The outcome of a municipality that lacks facts."""
        problems = [self.missing(slug, line, place) for line, place in enumerate(places)]
        return failed(slug, self.output / slug, DataError("Facts are missing.", problems=problems))

    def missing(self, slug: str, line: int, place: str) -> Problem:
        return Problem(self.file(slug), line, place, "is missing.", "Add it.", rule=MISSING)

    def six(self) -> list[Outcome]:
        """The repository's municipalities: three ready, one lacking facts, two failed, one of them with all at once."""
        self.file("karasjok").write_text("[municipality", encoding="utf-8")
        self.pack("karasjok", "5610")
        self.pack("oslo", "0301")
        utsira = self.output / "utsira"
        wrong = [
            self.missing("utsira", 12, "archive.case_number"),
            Problem(self.file("utsira"), 30, "address.phone", "is not a telephone number.", "Write digits."),
        ]
        syntax = Problem(self.file("karasjok"), 1, "", "This is not TOML: expected ']'.", "Mend this line.")
        return [
            self.complete("voss", "4621", "nn", made=0),
            failed("utsira", utsira, DataError("utsira.toml has 2 problems.", problems=wrong)),
            self.lacking("oslo", "people.it", "services[2].her_id", "home_care.hourly_cost", "home_care.users"),
            failed("karasjok", self.output / "karasjok", DataError("A TOML file is not valid.", problems=[syntax])),
            self.complete("hattfjelldal", "1826"),
            self.complete("bergen", "4601", made=1),
        ]

    def hostile(self) -> Outcome:
        """Everything that is told of a municipality is an attempt to be more than text."""
        folder = self.pack("bergen", "4601", signatory=HOSTILE)
        listed = json.loads((folder / "packing-list.json").read_text(encoding="utf-8"))
        for document in listed["documents"]:
            document["title"] = document["recipient_name"] = HOSTILE
            for file in document["files"]:
                file["path"] = f'{HOSTILE}/"{file["path"]}'
        self.write_list(folder, **{**listed, "language": '"><b>'})
        problems = [
            Problem(self.municipalities / f"{HOSTILE}.toml", 1, HOSTILE, HOSTILE, HOSTILE, rule=rule)
            for rule in ("", MISSING)
        ]
        problems[1] = Problem(Path("x.toml"), 2, HOSTILE, HOSTILE, HOSTILE, rule=MISSING)
        return failed("bergen", folder, ConversionError(HOSTILE, problems=problems))


def _document(folder: Path, title: str, recipient: str | None, signed: list[Any], paths: list[str]) -> dict[str, Any]:
    files = []
    for path in paths:
        content = blank_pdf() if path.endswith(".pdf") else b"PK"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        files.append({"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
    pages = 1 if paths[0].endswith(".pdf") else 0
    return {
        "title": title,
        "recipient": recipient.lower() if recipient else None,
        "recipient_name": recipient,
        "pages": pages,
        "document": Path(paths[0]).stem,
        "version": "0.1",
        "signature_fields": signed,
        "files": files,
    }


def blank_pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842).close()
    target = io.BytesIO()
    document.save(target)
    document.close()
    return target.getvalue()
