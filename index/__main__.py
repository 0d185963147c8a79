"""Command line of the index: add, remove, watch, export, check, and say what is there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial

from index.commands import parser
from index.errors import ClippingsError
from index.pipe import until_unread


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; exit status 0 done, 1 refused or damaged, 3 done but something was skipped."""
    options: argparse.Namespace = parser(__doc__).parse_args(arguments)
    try:
        return until_unread(partial(options.run, options))
    except ClippingsError as error:
        print(f"index: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nindex: stopped. Run the same command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
