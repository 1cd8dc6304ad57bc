"""Checks of a template that need no municipality: each a function from a Word file to its problems."""
