"""Names attached files so that a recipient of many mails can tell them apart, and every system can save them."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
"""Signs that a file's name cannot have in Windows."""
_MOST_BYTES = 200
"""Of a name in UTF-8; most file systems take 255, and a path needs room too."""


def attached_name(title: str, municipality: str, suffix: str, state: str = "") -> str:
    """Title, municipality and state with dashes between them; a title that is too long is cut."""
    behind = (_cut(_plain(municipality), _MOST_BYTES // 2), _plain(state))
    end = "".join(f" – {one}" for one in behind if one) + f".{suffix}"
    return (_cut(_plain(title), _MOST_BYTES - len(end.encode())) or "-") + end


def _plain(text: str) -> str:
    """The text on one line, without signs that no file's name can have and without dots at its ends."""
    kept = (" " if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else sign for sign in text)
    return " ".join(_FORBIDDEN.sub("-", "".join(kept)).split()).strip(". ")


def _cut(text: str, size: int) -> str:
    """The first so many bytes of the text, whole characters only."""
    return text.encode()[:size].decode(errors="ignore").rstrip(". ")
