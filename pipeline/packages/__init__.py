"""Packages: all documents of one municipality, bundled by recipient."""
