"""The reference engine: LibreOffice, started per document with a profile of its own and, where possible, no network.

It needs nothing from the network. Where the system lets a user make namespaces (unshare of util-linux, on Linux), it
is started in one without any network; elsewhere it runs as it is, and a template with a remote picture could fetch it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.errors import ConversionError, SettingsError

_OPTIONS = {
    "SelectPdfVersion": {"type": "long", "value": "2"},
    "PDFUACompliance": {"type": "boolean", "value": "true"},
    "UseTaggedPDF": {"type": "boolean", "value": "true"},
    "ExportFormFields": {"type": "boolean", "value": "false"},
}
_RESTART_ME = 81
"""What a fresh profile's first start exits with."""
_ALONE = ("--map-root-user", "--net")
"""Options of unshare: a network namespace, which a user may make in a user namespace only."""


_FILTERS = {"docx": "writer_pdf_Export", "pptx": "impress_pdf_Export"}


class LibreOfficeEngine:
    """Converts with `soffice`. Raises SettingsError when it is not installed."""

    def __init__(self, fonts: Path, timeout: float) -> None:
        found = shutil.which("soffice")
        if found is None:
            raise SettingsError("LibreOffice is not installed. Install it, or leave out --converter libreoffice.")
        self._program, self._fonts, self._timeout = found, fonts, timeout
        self._alone = _without_network()
        self._work = Path(tempfile.mkdtemp(prefix="pipeline-libreoffice-"))
        (self._work / "fonts.conf").write_text(_font_configuration(fonts, self._work), encoding="utf-8")
        self.name = self._version()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._work, ignore_errors=True)

    def convert(self, office: bytes, kind: str = "docx", *, has_pictures: bool = False) -> bytes:  # noqa: ARG002
        """The PDF/A-2b of a docx or pptx; success is a PDF that is there, never an exit status."""
        source = self._work / f"document.{kind}"
        source.write_bytes(office)
        target = source.with_suffix(".pdf")
        target.unlink(missing_ok=True)
        command = ["--convert-to", f"pdf:{_FILTERS[kind]}:{json.dumps(_OPTIONS)}", "--outdir", str(self._work)]
        if self._run([*command, str(source)]) == _RESTART_ME:
            self._run([*command, str(source)])
        if not target.is_file():
            raise ConversionError("LibreOffice made no PDF.")
        return target.read_bytes()

    def _version(self) -> str:
        output = subprocess.run(  # noqa: S603  # the program is the soffice on the path
            [self._program, "--version"], capture_output=True, text=True, check=False, timeout=self._timeout
        ).stdout
        return " ".join(output.split()[:2]) or "LibreOffice"

    def _run(self, arguments: list[str]) -> int:
        """Runs soffice in a process group of its own, which a time-out kills whole."""
        profile = (self._work / "profile").as_uri()
        command = [
            *self._alone,
            self._program,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--norestore",
            *arguments,
        ]
        process = subprocess.Popen(  # noqa: S603  # the program is the soffice on the path
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                "PATH": os.environ.get("PATH", ""),
                "HOME": str(self._work),
                "FONTCONFIG_FILE": str(self._work / "fonts.conf"),
            },
            start_new_session=True,
        )
        try:
            return process.wait(self._timeout)
        except subprocess.TimeoutExpired as error:
            raise ConversionError(f"it took more than {self._timeout:g} seconds. Raise PIPELINE_TIMEOUT.") from error
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _without_network() -> tuple[str, ...]:
    """What to put before a command so that it has no network; empty where the system does not permit it."""
    program = shutil.which("unshare")
    if program is None:
        return ()
    command = (program, *_ALONE)
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, check=False, timeout=10)  # noqa: S603  # no input
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if tried.returncode == 0 else ()


def _font_configuration(fonts: Path, cache: Path) -> str:
    """Only the fonts that set-up brings, with Carlito for Calibri, so that every machine breaks lines alike."""
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{fonts.resolve()}</dir><cachedir>{cache}/fonts</cachedir>"
        "<alias binding='same'><family>Calibri</family><accept><family>Carlito</family></accept></alias>"
        "</fontconfig>"
    )
