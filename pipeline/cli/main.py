"""Runs one command and turns what happens into sentences and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

from pipeline.cli.arguments import parser
from pipeline.errors import ExitCode, PipelineError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; errors.py lists the codes."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except PipelineError as error:
        print(f"Error: {error.message}", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(
            "\nStopped. What is finished is whole, and the rest is as it was before; run again to go on.",
            file=sys.stderr,
        )
        return ExitCode.INTERRUPTED
    except Exception:  # noqa: BLE001  # whatever is left is our own fault and must be seen whole
        traceback.print_exc()
        print("This is a fault in the pipeline itself; please report it with the lines above.", file=sys.stderr)
        return ExitCode.INTERNAL
