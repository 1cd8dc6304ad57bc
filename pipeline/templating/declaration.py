"""What a document.toml and a package file declare."""

from __future__ import annotations

import builtins
from typing import Annotated, Literal

from pydantic import Field

from pipeline.data.text import Count, Facts, Line, Translated
from pipeline.data.toml_file import Key

Language = Literal["nb", "nn"]


class Signature(Facts):
    """An empty signature field; in a Word template it stands under the label in the bookmark of its name."""

    field: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]
    role: Translated
    """Who signs, as the cover says it: in brackets behind the name, or alone where there is none."""
    tooltip: Translated
    """What a reader of the PDF is told the field is for."""
    name: Line | None = None
    """The data name of the person who signs, or none where the other party decides."""
    contact: Line | None = None
    """The data name of the table that says where that person is reached to sign electronically, with email or mobile
    in it; the one that `name` stands in where this is left out."""
    width_mm: Count = 70
    height_mm: Count = 16


class Rows(Facts):
    """Form rows filled from a list: `{n}` in a field name counts from 1 to `count`."""

    list: Line
    count: Count
    fields: dict[str, Line]


class OpenRows(Facts):
    """Numbered form fields that stay empty: `{n}` in each name counts from 1 to `count`."""

    fields: Annotated[list[Annotated[Line, Field(pattern=r"\{n\}")]], Field(min_length=1)]
    count: Count


class Form(Facts):
    """Which data name fills which field of a PDF form."""

    fields: dict[str, Line] = {}
    rows: list[Rows] = []
    open: list[Line] = []
    """Fields that stay empty for the one who signs, or fills in the form later."""
    open_rows: list[OpenRows] = []

    def left_open(self) -> dict[str, Key]:
        """Every field that stays empty, and the key that names it."""
        named: dict[str, Key] = dict.fromkeys(self.open, ("form", "open"))
        for position, rows in enumerate(self.open_rows):
            key = ("form", "open_rows", position, "fields")
            for number in range(1, rows.count + 1):
                named |= {pattern.replace("{n}", str(number)): key for pattern in rows.fields}
        return named


class Table(Facts):
    """A CSV file beside the templates whose rows the Word template lists and which is delivered as well."""

    name: Line
    """The name under which the template loops over the rows."""
    only: dict[str, Line] = {}
    """Column → data name: rows whose cell is neither empty nor that value are left out."""


class Series(Facts):
    """One row of bars, or one line, of a chart."""

    name: Translated
    value: Line
    """A number of each entry of the chart's list."""


class Chart(Facts):
    """A native chart of a Word or PowerPoint template, and the figures that take the place of those drawn in it."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*$")]
    """What the drawing is called in the selection pane."""
    list: Line
    """A list; each entry is a category."""
    category: Line
    """What stands on the axis for an entry, such as `year` or `title`."""
    series: Annotated[builtins.list[Series], Field(min_length=1)]


class Results(Facts):
    """What formulas of a workbook come to, by the pipeline's own reckoning; shown until they are worked out anew."""

    sheet: Annotated[int, Field(ge=1)]
    """Which sheet, from 1."""
    cells: Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9][0-9]*(:[A-Z]{1,3}[1-9][0-9]*)?$")]
    """A cell, or a row or column of them such as D6:D16."""
    list: Line | None = None
    """A list with an entry for each cell; without it, every cell has the value."""
    value: Line
    """A data name, of an entry where there is a list; or a plain number or text in quotes."""


class FileName(Facts):
    """A file's name without its suffix, by language; plain letters travel everywhere."""

    nb: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    nn: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]

    def in_language(self, language: str) -> str:
        """The name in nb or nn."""
        return {"nb": self.nb, "nn": self.nn}[language]


class DocumentDeclaration(Facts):
    """The file document.toml beside a document's templates."""

    kind: Literal["docx", "pdf-form", "pptx", "xlsx"]
    title: Translated
    file_name: FileName
    version: Line
    recipient: Line | None = None
    """A recipient of the package file; none for the cover."""
    mail: Line | None = None
    """A mail of the package file that takes the document to whom it is for; none for what nobody sends."""
    order: Count
    needs: list[Line]
    """Data names, or tables of them, that the templates use."""
    include_when: Line | None = None
    """A data name that is true or false; without it the document is always included."""
    deliver: list[Literal["docx"]] = []
    """What is delivered besides the PDF."""
    signatures: list[Signature] = []
    form: Form | None = None
    charts: list[Chart] = []
    results: list[Results] = []
    table: Table | None = None


class Recipient(Facts):
    """Who receives a folder of the package, and what they shall do with it."""

    id: Line
    folder: Annotated[str, Field(pattern=r"^[0-9]{2}-[a-z0-9-]+$")]
    name: Translated
    party: Line | None = None
    """A key of [parties]; its e-mail address is where the papers go."""
    instruction: Translated


class Mail(Facts):
    """A mail that takes documents of the package to a party; its words stand in templates/mail/<id>/."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    party: Line | None = None
    """A key of [parties], to whose address it goes, or "supplier"; an unknown address is left to the sender."""
    largest_mib: Annotated[int, Field(ge=1, le=150)] = 20
    """So many MiB may be sent, attachments as they are encoded for mail; what is more is not attached."""


class PackageDeclaration(Facts):
    """A file in templates/packages: which documents, for whom, under which cover."""

    title: Translated
    suffix: Annotated[str, Field(pattern=r"^[a-z0-9]+$")] | None = None
    """What the folder and the ZIP are called behind the municipality's name, so that packages do not replace one
    another; none for the one that most want."""
    cover: Line
    documents: Annotated[list[Line], Field(min_length=1)]
    recipients: Annotated[list[Recipient], Field(min_length=1)]
    mails: list[Mail] = []
