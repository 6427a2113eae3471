"""The command `readlint`, and `python -m readlint`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    if sys.argv[1:] in (["--version"], ["-V"]):
        # Asked for by every editor and CI step: it must not wait for an argument parser.
        from readlint import __version__

        print(f"readlint {__version__}")
        return 0
    from readlint.cli import main as run

    return run(sys.argv[1:])


def command() -> int:
    """What a process of its own runs. To search for garbage, at its end above all, took an eighth of a short run."""
    gc.set_threshold(100_000)
    try:
        return main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
        # `python -m` looks for modules in the current folder first: nothing of a linted project may be imported.
        del sys.path[0]
    sys.exit(command())
