"""Shows how far a command is: one line that changes on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self


class Progress:
    """Use it as a context manager; on a terminal the line is gone at the end."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal and self._width:
            print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)

    def show(self, title: str, number: int, total: int) -> None:
        """Says that the `number`-th of `total` steps has begun."""
        self.line(f"{number}/{total} {title}")

    def line(self, text: str) -> None:
        """Shows a line, on a terminal in place of the one before."""
        if self._terminal:
            print(f"\r{text:<{self._width}}", end="", file=sys.stderr, flush=True)
            self._width = len(text)
        else:
            print(text, file=sys.stderr, flush=True)

    @property
    def is_terminal(self) -> bool:
        """Whether a person watches."""
        return self._terminal
