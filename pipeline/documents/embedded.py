"""The embedded engine: office2pdf in a process of its own, so that a document that hangs can be given up."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
from importlib.metadata import version
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from pipeline.errors import ConversionError


class EmbeddedEngine:
    """Converts in a worker process that is started at once and kept warm, until it has grown too large.

    Use it as a context manager.
    """

    def __init__(self, fonts: Path, timeout: float) -> None:
        """`fonts` is the folder of font files, `timeout` the seconds a document may take."""
        self.name = f"office2pdf {version('office2pdf-python')}"
        self._fonts, self._timeout = fonts, timeout
        self._worker: BaseProcess | None = None
        self._connection: Connection | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def convert(self, office: bytes, kind: str = "docx", *, has_pictures: bool = False) -> bytes:
        """The tagged PDF/A-2b of a docx or pptx. Raises ConversionError when it fails, crashes or takes too long."""
        connection = self._connection or self._start()
        try:
            connection.send((office, kind, has_pictures))
            if not connection.poll(self._timeout):
                self._stop()
                raise ConversionError(f"it took more than {self._timeout:g} seconds. Raise PIPELINE_TIMEOUT if it may.")
            pdf, refusal, is_grown = connection.recv()
        except (EOFError, OSError) as error:
            self._stop()
            raise ConversionError("the engine crashed. Save the template again from Word and try once more.") from error
        if is_grown:
            self._stop()
        if refusal:
            raise ConversionError(f"the engine refused it ({refusal}).")
        return bytes(pdf)

    def _start(self) -> Connection:
        self._home = tempfile.TemporaryDirectory(prefix="pipeline-engine-", ignore_cleanup_errors=True)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._worker = context.Process(
            target=_work, args=(theirs, str(self._fonts.resolve()), self._home.name), daemon=True
        )
        self._worker.start()
        theirs.close()
        self._connection = ours
        return ours

    def _stop(self) -> None:
        if self._connection:
            self._connection.close()
        if self._worker:
            self._worker.kill()
            self._worker.join()
        if self._home:
            self._home.cleanup()
        self._connection = self._worker = self._home = None


_GROWTH = 70_000_000
"""How many bytes a worker may grow by before another takes its place: the engine keeps something of each document."""
_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024
_ONLY_FONTS = '<?xml version="1.0"?><fontconfig><dir>{}</dir></fontconfig>'
_FONT_FOLDERS = (".fonts", ".local/share/fonts", "Library/Fonts")


def _work(connection: Connection, fonts: str, home: str) -> None:
    """Converts what comes in until the other end closes.

    The engine sets text in the fonts it is given, but measures the columns of tables in those it finds on the machine,
    and reads all of them for each document. So it finds ours alone: on Linux by the list of fontconfig, elsewhere in
    the home folder. It refuses to call a PDF with pictures
    accessible, since it does not pass on their alternative texts; those are added when the PDF is finalized.
    """
    _let_find_only(fonts, home)
    import office2pdf  # noqa: PLC0415  # loaded here so that only the worker pays for it

    options = {
        has_pictures: office2pdf.ConvertOptions(
            pdf_standard="pdf/a-2b", tagged=True, pdf_ua=not has_pictures, font_paths=[fonts]
        )
        for has_pictures in (False, True)
    }
    at_start = _memory()
    while True:
        try:
            office, kind, has_pictures = connection.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        pdf, refusal = b"", ""
        try:
            pdf = office2pdf.convert_bytes(office, kind, options[has_pictures]).pdf
        except office2pdf.Office2PdfError as error:
            refusal = str(error).strip().rstrip(".") or "no reason given"
        try:
            connection.send((pdf, refusal, _memory() - at_start > _GROWTH))
        except OSError:  # nobody waits for it any more
            return


def _let_find_only(fonts: str, home: str) -> None:
    os.environ["HOME"] = home
    listing = Path(home, "fonts.conf")
    listing.write_text(_ONLY_FONTS.format(escape(fonts)), encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(listing)
    for folder in _FONT_FOLDERS:
        link = Path(home, folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(fonts)


def _memory() -> int:
    """The most that this process ever had, in bytes; at its start, what the one that started it had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MEMORY_UNIT
