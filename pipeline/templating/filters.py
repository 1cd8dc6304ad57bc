"""The filters a template may use: Norwegian dates, amounts, numbers and lists, per language."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

LOCALES = {"nb": "nb_NO", "nn": "nn_NO"}
_NBSP = "\u00a0"
_HYPHEN, _MINUS = "-", "\u2212"
Number = int | Decimal


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """Every filter by its name in templates, for `language` nb or nn."""
    locale = LOCALES[language]
    return {
        "date": _remembering(_date, locale),
        "short_date": _short_date,
        "month": _remembering(_month, locale),
        "plus_days": _plus_days,
        "plus_months": _plus_months,
        "number": _remembering(_number, locale),
        "whole": _whole,
        "amount": _remembering(_amount, locale),
        "percent": partial(_percent, locale=locale),
        "organisation_number": _organisation_number,
        "phone": _phone,
        "list": partial(_list, locale=locale),
        "yes_no": _yes_no,
    }


def _remembering(written: Callable[..., str], locale: str) -> Callable[[Any], str]:
    """The filter in a locale; what it wrote last for so many values is not worked out again."""
    return lru_cache(maxsize=4096, typed=True)(partial(written, locale=locale))


def _date(value: datetime.date, *, locale: str) -> str:
    """23. november 2026, where day and month stay on one line."""
    return format_date(_a_date(value), f"d.'{_NBSP}'MMMM y", locale=locale)


def _short_date(value: datetime.date) -> str:
    """Figures only: 23.11.2026."""
    return f"{value:%d.%m.%Y}"


def _month(value: datetime.date, *, locale: str) -> str:
    """Month and year: november 2026."""
    return format_date(_a_date(value), "MMMM y", locale=locale)


def _plus_days(value: datetime.date, days: int) -> datetime.date:
    """So many days later."""
    return value + datetime.timedelta(days=days)


def _plus_months(value: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last of a month that is too short."""
    years, month = divmod(value.month - 1 + months, 12)
    last = calendar.monthrange(value.year + years, month + 1)[1]
    return value.replace(year=value.year + years, month=month + 1, day=min(value.day, last))


def _number(value: Number, *, locale: str) -> str:
    """1 234 567 or 0,125, exact, with non-breaking spaces and a real minus sign, after which no line is broken."""
    return format_decimal(value, "#,##0.######", locale=locale).replace(_HYPHEN, _MINUS)


def _whole(value: Number) -> int:
    """Rounded to a whole number, half away from zero."""
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


def _amount(value: Number, *, locale: str) -> str:
    """Kroner as kr 60 000, with two decimals only where there are øre."""
    whole = value == value // 1
    figures = format_decimal(value, "#,##0" if whole else "#,##0.00", locale=locale)
    return f"kr{_NBSP}" + figures.replace(_HYPHEN, _MINUS)


def _percent(value: Number, *, locale: str) -> str:
    """62 %, from a value in percent."""
    return _number(value, locale=locale) + f"{_NBSP}%"


def change(value: Number, language: str) -> str:
    """+50 %, and a fall with a minus sign, from a change in percent."""
    sign = "+" if value > 0 else ""
    return sign + _percent(value, locale=LOCALES[language])


def _organisation_number(value: str) -> str:
    """964 338 531, as Enhetsregisteret writes it."""
    return _NBSP.join((value[:3], value[3:6], value[6:]))


def _phone(value: str) -> str:
    """55 56 55 56: as written, kept on one line."""
    return value.replace(" ", _NBSP)


def _list(values: Iterable[Any], *, locale: str) -> str:
    """One line: a, b og c."""
    return format_list([str(value) for value in values], locale=locale)


def _yes_no(value: bool) -> str:
    """The word ja or nei."""
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is not true or false")
    return "ja" if value else "nei"


def _a_date(value: Any) -> datetime.date:
    """The value; Babel would take a missing date for today."""
    if not isinstance(value, datetime.date):
        raise TypeError(f"{value!r} is not a date")
    return value
