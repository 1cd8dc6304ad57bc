"""Preflight: our own rules for a finished PDF, in one table, and what is read from a PDF to hold against them."""
