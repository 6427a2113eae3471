"""The command line: one module a subcommand, each with `run(arguments) -> exit status`."""

from __future__ import annotations

import importlib
import os
import sys

from readlint.errors import UserError

#: Subcommand -> module. Anything else on the command line is a path to lint.
COMMANDS = {
    "baseline": "baseline",
    "check": "lint",
    "clean": "clean",
    "init": "init",
    "migrate-plan": "migrate_plan",
    "migrations": "migrations",
    "new-rule": "new_rule",
    "rule": "rule",
    "rules": "rules",
    "secrets": "secrets",
    "settings": "settings",
    "test-rules": "test_rules",
}
INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Run a command; errors end in one sentence and status 2, an interrupt in status 130."""
    name = arguments[0] if arguments else ""
    known = name in COMMANDS and not _is_path(name, arguments[1:])
    try:
        module = importlib.import_module(f"readlint.cli.{COMMANDS[name] if known else 'lint'}")
        status: int = module.run(arguments[1:] if known else arguments)
        sys.stdout.flush()
        return status
    except UserError as error:
        _complain(str(error))
        return 2
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except OSError as error:
        # Standard output cannot be written, or the folder is gone. Nothing may be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 0  # `readlint | head`: the reader has what it wants
        _complain(str(error))
        return 2


def _is_path(name: str, rest: list[str]) -> bool:
    """Whether a word is a file or a folder to lint, and not the command of that name."""
    may_be = name == "check" or (name == "migrations" and rest[:1] != ["sizes"])
    return may_be and os.path.exists(name)


def _complain(text: str) -> None:
    from readlint.report.terminal import emit, escape

    emit(sys.stderr, f"readlint: {escape(text)}\n")
