"""Turns one municipality's facts into a signature-ready package of papers."""

__version__ = "0.1.0"
