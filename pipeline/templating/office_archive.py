"""Takes an Office file apart into its parts and puts it together again, the same bytes for the same parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def unpacked(office: bytes) -> dict[str, bytes]:
    """The parts by name, in the order of the file."""
    with zipfile.ZipFile(io.BytesIO(office)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}


def packed(members: Mapping[str, bytes]) -> bytes:
    """A file of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(member(name), content)
    return target.getvalue()


def replaced(office: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The file with some parts changed, or added behind the others."""
    return packed(unpacked(office) | dict(changed))


def member(name: str) -> zipfile.ZipInfo:
    """A member with a fixed date and mode, so that the same content gives the same bytes everywhere."""
    info = zipfile.ZipInfo(name, _ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info
