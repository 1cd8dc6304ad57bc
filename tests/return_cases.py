"""What people and programs do to a paper before it comes back: honest ways, mistakes and attacks, each as bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

import pikepdf
from pikepdf import Array, Dictionary
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from pipeline.documents.pdf_text import open_shown

_WHITE_BOX = b"\nq 1 g 60 600 400 180 re f Q\n"
_SCALE = 2.0


def _saved(pdf: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def written_anew(pdf: bytes) -> bytes:
    """Read and saved by another program."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return _saved(opened)


def with_white_box(pdf: bytes, page: int = 1) -> bytes:
    """Written anew, with a white box over the middle of a page's text."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.pages[page].contents_add(_WHITE_BOX)
        return _saved(opened)


def with_page_of(pdf: bytes, other: bytes, page: int = 1) -> bytes:
    """Written anew, with a page of another paper in the place of its own."""
    with pikepdf.open(io.BytesIO(pdf)) as opened, pikepdf.open(io.BytesIO(other)) as source:
        form = opened.copy_foreign(source.pages[page].as_form_xobject())
        target = opened.pages[page]
        target.Contents = opened.make_stream(b"/Other Do")
        target.Resources = Dictionary(XObject=Dictionary(Other=form))
        return _saved(opened)


def with_pages_in_order(pdf: bytes, order: Sequence[int]) -> bytes:
    """Written anew with its pages in another order, or without some."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = [opened.pages[number] for number in order]
        while len(opened.pages):
            del opened.pages[0]
        opened.pages.extend(pages)
        return _saved(opened)


def with_page_inserted(pdf: bytes, at: int) -> bytes:
    """Written anew with a page of somebody else's between its own."""
    with pikepdf.open(io.BytesIO(pdf)) as opened, pikepdf.open(io.BytesIO(_text_page("Nytt vilkår"))) as other:
        opened.pages.insert(at, other.pages[0])
        return _saved(opened)


def encrypted(pdf: bytes, password: str = "") -> bytes:
    """Locked; without a password anybody can read it and nobody change it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        target = io.BytesIO()
        opened.save(target, encryption=pikepdf.Encryption(owner="prøve", user=password))
        return target.getvalue()


def wrapped(pdf: bytes, *, box: bool = False) -> bytes:
    """As a signing service makes it: a front page, the pages with a line at the foot, a last page."""
    with (
        pikepdf.open(io.BytesIO(pdf)) as made,
        pikepdf.open(io.BytesIO(_text_page("Signert dokument"))) as front,
        pikepdf.open(io.BytesIO(_text_page("Signert av Eksempel Kommunaldirektør"))) as back,
        pikepdf.open(io.BytesIO(_text_page("Signert hos Prøvetjenesten", size=8, left=60, bottom=20))) as line,
    ):
        del made.Root.AcroForm
        for page in made.pages:
            page.obj.Annots = Array()
            page.add_overlay(line.pages[0], None)
        if box:
            made.pages[1].contents_add(_WHITE_BOX)
        made.pages.insert(0, front.pages[0])
        made.pages.append(back.pages[0])
        return _saved(made)


def scaled(pdf: bytes, share: float = 0.9) -> bytes:
    """Every page drawn smaller, as by a service that makes room for its line."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            page.contents_add(f"q {share} 0 0 {share} 25 45 cm\n".encode(), prepend=True)
            page.contents_add(b"\nQ")
        return _saved(opened)


def scanned(pdf: bytes) -> bytes:
    """Printed and scanned: pictures of the pages, by a program that pyHanko cannot read."""
    with open_shown(pdf) as shown:
        pictures = [Image.open(io.BytesIO(shown.picture(number, _SCALE))).convert("L") for number in range(len(shown))]
    target = io.BytesIO()
    pictures[0].save(target, "PDF", save_all=True, append_images=pictures[1:], resolution=72 * _SCALE)
    return target.getvalue()


def with_text_behind(scan: bytes, pdf: bytes) -> bytes:
    """A scan with what a scanner has read, not all of it right, unseen behind the pictures."""
    with open_shown(pdf) as shown:
        texts = [shown.page(number).replace("12", "1Z") for number in range(len(shown))]
    with pikepdf.open(io.BytesIO(scan)) as opened:
        for page, text in zip(opened.pages, texts, strict=True):
            with pikepdf.open(io.BytesIO(_text_page(*text.splitlines()))) as behind:
                page.add_underlay(behind.pages[0], None)
        return _saved(opened)


def printed_anew(pdf: bytes, old: str = "", new: str = "") -> bytes:
    """The same words set by another program, with one changed where that is wanted."""
    with open_shown(pdf) as shown:
        texts = [shown.page(number).replace(old, new) if old else shown.page(number) for number in range(len(shown))]
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    for text in texts:
        _lines(canvas, text.splitlines())
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _text_page(*lines: str, size: int = 11, left: int = 71, bottom: int = 750) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    _lines(canvas, lines, size, left, bottom)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _lines(canvas: Canvas, lines: Sequence[str], size: int = 11, left: int = 71, bottom: int = 750) -> None:
    canvas.setFont("Helvetica", size)
    for number, line in enumerate(lines):
        canvas.drawString(left, bottom - 14 * number, line)


def flipped(pdf: bytes, at: int) -> bytes:
    """One byte changed."""
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def behind_issued(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """The issued bytes, and behind them a whole other file that does not go back to them."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        target = io.BytesIO()
        opened.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    other, start = target.getvalue(), len(pdf)
    table = other.rindex(b"\nxref\n")
    end = re.sub(rb"(\d{10}) (\d{5}) n", lambda one: b"%010d %s n" % (int(one[1]) + start, one[2]), other[table:])
    end = re.sub(rb"startxref\n(\d+)", lambda one: b"startxref\n%d" % (int(one[1]) + start), end)
    return pdf + other[:table] + end


def page_appended(opened: pikepdf.Pdf) -> None:
    """A page of new terms behind the last."""
    with pikepdf.open(io.BytesIO(_text_page("Nytt vilkår"))) as other:
        opened.pages.append(other.pages[0])


def pale_text(opened: pikepdf.Pdf) -> None:
    """A sentence that is hardly to be seen."""
    page = opened.pages[0]
    page.Resources.Font["/Pale"] = opened.make_indirect(
        Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    page.contents_add(b"q 0.91 g BT /Pale 14 Tf 60 60 Td (Nytt) Tj ET Q")


def script(opened: pikepdf.Pdf) -> None:
    """A program that runs when the file is opened."""
    opened.Root.OpenAction = Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
