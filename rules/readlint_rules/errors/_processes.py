"""What the ways to run a program say about how it ended, and which programs nobody expects to end well."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from readlint.api import Context, last_name, regex, walk

#: Functions that give the exit status itself. CPython 3.14 `subprocess.py` and `os.py`.
STATUS_FUNCTIONS = (
    "subprocess.call",
    "os.system",
    *(f"os.spawn{letters}" for letters in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
)
#: Objects for a process that was started. CPython 3.14 `subprocess.py`, `asyncio/subprocess.py`.
STARTERS = (
    "subprocess.Popen",
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "asyncio.subprocess.create_subprocess_exec",
    "asyncio.subprocess.create_subprocess_shell",
)
#: What tells how a process ended, or what it complained about: `CompletedProcess`, `Popen` and asyncio's `Process`.
VERDICTS = frozenset({"returncode", "check_returncode", "stderr"})
#: What only a check raises.
FAILURES = frozenset({"subprocess.CalledProcessError", "subprocess.SubprocessError"})
#: Methods of a started process that end it: what it then returns is known.
ENDING = frozenset({"kill", "terminate", "send_signal"})
READING = ("read", "readline", "readlines")
#: Between the output of a program and the test of it: methods, and functions of salt, ansible and Django.
TEXT_METHODS = (
    *("decode", "strip", "rstrip", "lstrip", "lower", "upper", "split", "splitlines", "startswith", "endswith"),
    *("str", "to_str", "to_text", "to_unicode", "to_native", "force_str", "smart_str"),
)
#: What raises when it is given the output of a program that printed nothing, or tells.
PARSERS = (
    "map",
    "match",
    "search",
    "fullmatch",
    "int",
    "float",
    "json.loads",
    "decimal.Decimal",
    "uuid.UUID",
    "packaging.version.Version",
)


class Tolerant(NamedTuple):
    """A method that raises unless it is told not to: what tells it, and what of its result then says how it went."""

    module: str
    keyword: str
    value: object
    verdicts: frozenset[str]


#: invoke 2.2 `runners.py` (`Result`), which fabric 3.2 `connection.py` gives back; plumbum 1.9 `commands/base.py`.
_RESULT = frozenset({"ok", "failed", "exited", "return_code", "stderr"})
TOLERANT = (
    Tolerant("invoke", "warn", True, _RESULT),
    Tolerant("fabric", "warn", True, _RESULT),
    Tolerant("plumbum", "retcode", None, frozenset({"0", "2"})),
)

#: Programs whose failure changes nothing: they touch the screen, show something, or end what may have ended already.
_HARMLESS = frozenset(
    [
        *("clear", "cls", "reset", "tset", "stty", "tput", "title", "color", "mode", "pause", "echo", "printf", "chcp"),
        *("open", "xdg-open", "start", "explorer", "explorer.exe", "notify-send", "osascript", "say", "wmctrl"),
        *("aplay", "paplay", "afplay", "beep", "less", "more", "man"),
        *("kill", "pkill", "killall", "taskkill", "true", "sleep", "sync"),
    ]
)
#: Programs that a person looks at, by what variables and functions call them: their status is the person's business.
_INTERACTIVE = regex(
    r"pager|editor(?![a-z])|browser|viewer|player|(?:^|[._])(?:edit|play|view|browse)(?:$|_)", re.IGNORECASE
)
#: Programs whose status is an answer: 1 says that nothing was found, or that two files differ.
_ANSWERING = frozenset(
    {"grep", "egrep", "fgrep", "rg", "pgrep", "diff", "cmp", "which", "where", "test", "pidof", "[["}
)
_ASKED_FOR_VERSION = regex(r"(?:^|\s)(?:--?version|version|-V)(?:\s|$)")
_TAKING_AWAY = regex(
    r"(?:^|\s)(?:--?)?(?:stop|kill|rm|rmi|rmdir|del|delete|remove|umount|unmount|down|uninstall|disable|prune|terminate)"
    r"(?:\s|$)|\bssh-keygen\s+-R\b"
)
_NOWHERE = regex(r"null", re.IGNORECASE)
_PROGRAM = regex(r"[\w.+-]+")
_REMOVAL = regex(r"_*(?:kill|cancel|abort|remove|delete|clean|clear|uninstall|undo|revert)(?:_.*)?")


def _command(call: ast.Call, ctx: Context) -> ast.expr | None:
    """The expression that says what to run, behind a name too."""
    if not call.args:
        return None
    origins = ctx.origins(call.args[0])
    only = origins.values[0].node if origins.complete and len(origins.values) == 1 else None
    return only if isinstance(only, ast.expr) else call.args[0]


def program(call: ast.Call, ctx: Context) -> str:
    """The name of the program that a call runs, as far as it is written there; empty if it is not."""
    command = _command(call, ctx)
    while isinstance(command, (ast.BinOp, ast.IfExp)):  # `["tar"] + files`, `"cls" if windows else "clear"`
        command = command.left if isinstance(command, ast.BinOp) else command.body
    if isinstance(command, (ast.List, ast.Tuple)):
        command = command.elts[0] if command.elts else None
    if isinstance(command, ast.JoinedStr):
        command = command.values[0]
    text = ctx.constant(command) if command is not None else None
    first = text.split()[:1] if isinstance(text, str) else []
    name = first[0].rpartition("/")[2] if first else ""
    return name if _PROGRAM.fullmatch(name) else ""


def is_hushed(call: ast.Call, ctx: Context) -> bool:
    """Both streams are thrown away, or captured although nobody reads them: whatever it says, nobody wants to hear."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    names = [last_name(given[stream]) or "" for stream in ("stdout", "stderr") if stream in given]
    return len(names) == 2 and all(_NOWHERE.search(name) for name in names)


def _words(call: ast.Call, ctx: Context) -> str:
    """What is written down of the command."""
    command = _command(call, ctx)
    given = [*([command] if command is not None else []), *call.args[1:]]
    parts = (node.value for argument in given for node in walk(argument) if isinstance(node, ast.Constant))
    return " ".join(part for part in parts if isinstance(part, str)).rstrip()


def is_harmless(call: ast.Call, ctx: Context) -> bool:
    """`os.system("clear")`, `rm -f`, a command with `|| true` or in the background: it may fail."""
    if program(call, ctx) in _HARMLESS | _ANSWERING or _is_interactive(call, ctx):
        return True
    command = _words(call, ctx)
    if command.endswith("&") and not command.endswith("&&"):
        return True
    return "|| true" in command or "|| :" in command or re.match(r"(?:sudo )?rm -\w*f", command) is not None


def asks_for_version(call: ast.Call, ctx: Context) -> bool:
    """A probe: a program that cannot tell its version prints none."""
    return _ASKED_FOR_VERSION.search(_words(call, ctx)) is not None


def is_removal(call: ast.Call, ctx: Context) -> bool:
    """What the function or command takes away may be gone already: it may fail without anything being wrong."""
    if _TAKING_AWAY.search(_words(call, ctx)):
        return True
    return _REMOVAL.fullmatch(ctx.definition_name(call).rpartition(".")[2]) is not None


def _is_interactive(call: ast.Call, ctx: Context) -> bool:
    command = [origin.node for argument in call.args[:1] for origin in ctx.origins(argument).values]
    parts = [part for node in [*call.args[:1], *command] for part in walk(node)]
    names = [str(part.value) if isinstance(part, ast.Constant) else last_name(part) or "" for part in parts]
    return any(_INTERACTIVE.search(name) for name in [*names, ctx.definition_name(call)])
