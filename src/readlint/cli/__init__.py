"""The command line: one module a subcommand, each with `run(arguments) -> exit status`."""

from __future__ import annotations

import importlib
import os
import sys

from readlint.errors import UserError

#: Subcommand -> module. Anything else on the command line is a path to lint.
COMMANDS = {
    "check": "lint",
    "clean": "clean",
    "new-rule": "new_rule",
    "rule": "rule",
    "rules": "rules",
    "settings": "settings",
    "test-rules": "test_rules",
}
INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Run a command; errors end in one sentence and status 2, an interrupt in status 130."""
    name = arguments[0] if arguments else ""
    known = name in COMMANDS and not (name == "check" and os.path.exists(name))
    module = importlib.import_module(f"readlint.cli.{COMMANDS[name] if known else 'lint'}")
    try:
        status: int = module.run(arguments[1:] if known else arguments)
        sys.stdout.flush()
        return status
    except UserError as error:
        print(f"readlint: {printable(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("readlint: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # `readlint | head`: the reader has what it wants. Nothing may be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def printable(text: str) -> str:
    """The text as a terminal can show it: no control characters, nothing that the stream cannot encode."""
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
    encoding = sys.stderr.encoding or "ascii"
    return shown.encode(encoding, "backslashreplace").decode(encoding)
