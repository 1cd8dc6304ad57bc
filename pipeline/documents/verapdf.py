"""The door to veraPDF, an outside program that validates against PDF/A and PDF/UA; it is run where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import SettingsError

_VERDICT = re.compile(r"^(PASS|FAIL)\b", re.MULTILINE)
_SECONDS = 300


@dataclass(frozen=True)
class Verdict:
    """What veraPDF says of a file."""

    flavour: str
    """Against what: 2b or 3b for PDF/A, ua1 for PDF/UA."""
    passed: bool


def find_verapdf() -> str | None:
    """The program on the path, or None."""
    return shutil.which("verapdf")


def validate(program: str, pdf: Path, flavour: str) -> Verdict:
    """What veraPDF says of a file. Raises SettingsError when it says neither yes nor no."""
    try:
        done = subprocess.run(  # noqa: S603  # the program on the path, no shell
            [program, "--format", "text", "--flavour", flavour, str(pdf.resolve())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _no_verdict(pdf) from error
    found = _VERDICT.search(done.stdout)
    if not found:
        raise _no_verdict(pdf)
    return Verdict(flavour, found.group(1) == "PASS")


def _no_verdict(pdf: Path) -> SettingsError:
    return SettingsError(f"veraPDF gave no verdict on {pdf}. See that it runs by itself, or take it off the path.")
