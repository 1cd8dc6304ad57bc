"""The text and number types that facts are made of, with the rules that hold for all of them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from stdnum.exceptions import ValidationError as NumberError
from stdnum.no import fodselsnummer, orgnr

_ELEVEN_DIGITS = re.compile(r"(?<!\d)(\d{6})[ \u00a0-]?(\d{5})(?!\d)")
_UNPRINTABLE = {"Cc", "Cs", "Cn", "Co", "Zl", "Zp"}


class Facts(BaseModel):
    """A table of facts: unknown keys are faults, nothing is coerced, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=False)


def _printable(value: str) -> str:
    """Refuses what no paper may carry: control characters, code points without a meaning, identity numbers."""
    for position, character in enumerate(value, start=1):
        if character != "\n" and unicodedata.category(character) in _UNPRINTABLE:
            raise PydanticCustomError(
                "unprintable",
                "has the unprintable character U+{code} at position {position}.",
                {"code": f"{ord(character):04X}", "position": position},
            )
    for candidate in _ELEVEN_DIGITS.findall(value):
        if fodselsnummer.is_valid("".join(candidate)):
            raise PydanticCustomError("identity_number", "holds what looks like a national identity number.")
    if not value.strip():
        raise PydanticCustomError("blank", "is blank.")
    return value.strip()


def _organisation_number(value: str) -> str:
    """Nine digits with a valid control digit (modulus 11, Enhetsregisteret); spaces are taken out."""
    try:
        return str(orgnr.validate(value))
    except NumberError as error:
        raise PydanticCustomError("organisation_number", "is not a valid organisation number.") from error


def _single_line(value: str) -> str:
    if "\n" in value:
        raise PydanticCustomError("several_lines", "has a line break.")
    return value


def _exact_decimal(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, Field(max_length=2000), AfterValidator(_printable)]
"""Any printable text, line breaks included."""
Line = Annotated[str, Field(max_length=200), AfterValidator(_printable), AfterValidator(_single_line)]
"""Printable text on one line, at most 200 characters."""
OrganisationNumber = Annotated[str, AfterValidator(_organisation_number)]
"""Nine digits, as a string."""
Email = Annotated[Line, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")]
Phone = Annotated[Line, Field(pattern=r"^\+?[0-9][0-9 ]{1,18}[0-9]$")]
PostalCode = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
MunicipalityNumber = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
HerId = Annotated[str, Field(pattern=r"^[0-9]{1,9}$")]
"""The number of a communication party in Adresseregisteret."""
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=0, le=366)]
Months = Annotated[int, Field(ge=0, le=12)]
ExactPercent = Annotated[Decimal, Field(ge=0, le=100), BeforeValidator(_exact_decimal)]
"""A percentage that may have decimals, such as a rate of interest."""
Change = Annotated[Decimal, Field(ge=-100, le=1000), BeforeValidator(_exact_decimal)]
"""By how many percent a figure is changed; -100 makes it nothing."""
Measure = Annotated[Decimal, Field(ge=0, le=10_000_000), BeforeValidator(_exact_decimal)]
"""Minutes, hours or kilometres, which may have decimals."""
Amount = Annotated[Decimal, Field(ge=0, le=10**12), BeforeValidator(_exact_decimal)]
"""Norwegian kroner, exact."""


class Translated(Facts):
    """The same words in both languages."""

    nb: Line
    nn: Line

    def in_language(self, language: str) -> str:
        """The words in nb or nn."""
        return {"nb": self.nb, "nn": self.nn}[language]
