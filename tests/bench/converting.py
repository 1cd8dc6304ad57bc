"""Two contestants that merge with docxtpl and convert with LibreOffice: started for each document, or kept warm.

Run as `python -m bench.converting soffice|unoserver SAMPLE INSTALLED`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.contestant import ContestantError, serve
from bench.merging import names_of, target, with_docxtpl
from bench.papers import Paper, Sample, papers, sample_of
from bench.unoserver_process import unoserver

Convert = Callable[[Path], None]
"""Makes the PDF beside a Word file."""


def with_soffice(profile: Path, docx: Path) -> None:
    """One LibreOffice for one document, as everybody's first script does it."""
    options = ["--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "pdf"]
    command = ["soffice", *options, "--outdir", str(docx.parent), str(docx)]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, timeout=120)
    if not docx.with_suffix(".pdf").is_file():
        raise ContestantError(f"soffice made no PDF of {docx}.")


def with_unoserver(client: Any, docx: Path) -> None:
    """The server's own client, in this process."""
    client.convert(inpath=str(docx), outpath=str(docx.with_suffix(".pdf")), convert_to="pdf")


def _makers(sample: Sample, contestant: str, convert: Convert) -> list[Callable[[], None]]:
    return [
        partial(_make, paper, names_of(paper), target(sample, contestant, paper), convert) for paper in papers(sample)
    ]


def _make(paper: Paper, names: dict[str, Any], docx: Path, convert: Convert) -> None:
    with_docxtpl(paper, names, docx)
    convert(docx)


def main(contestant: str, told: str, installed: str) -> None:
    """Serves one of the two. LibreOffice starts anew on a fresh profile, so that is done before the first round."""
    sample = sample_of(told)
    if contestant == "unoserver":
        with unoserver(Path(installed), sample.work) as client:
            serve(_makers(sample, contestant, partial(with_unoserver, client)))
        return
    profile = sample.work / "soffice-profile"
    start = ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}", "--terminate_after_init"]
    subprocess.run(start, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False, timeout=120)
    serve(_makers(sample, contestant, partial(with_soffice, profile)))


if __name__ == "__main__":
    main(*sys.argv[1:])
