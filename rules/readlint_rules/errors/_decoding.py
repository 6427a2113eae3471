"""Calls that decode: what they are told to do with bytes that are no text, and whether anybody can lose by it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import Context, children, dotted, last_name, walk
from readlint_rules.errors._lossy_text import words_of
from readlint_rules.errors._tasks import bindings

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

#: Where the encoding and the errors stand when they are not named; `codecs.open` has no buffering in between.
_POSITIONS = {"str": (1, 2), "open": (3, 4), "io.open": (3, 4), "codecs.open": (2, 3), "codecs.decode": (1, 2)}
_METHOD_POSITIONS = {"decode": (0, 1), "read_text": (0, 1)}
#: Every byte is a character in these, so that nothing is ever dropped.
_TOTAL = frozenset("latin-1 latin1 latin_1 l1 iso-8859-1 iso8859-1 iso_8859_1 cp437 cp850".split())
#: Text that is read by people, or that no one promised to be text.
FOR_EYES = frozenset(
    "banner console debug display dump err err_output error errors exc line_buffer log logfile logger logging logs "
    "message msg out output pipe popen preview print proc process repr shell show sniff stderr stdout stream "
    "subprocess terminal trace traceback tty".split()
)


def errors_of(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "errors" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    given = _positional(call, 1)
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""


def _positional(call: ast.Call, which: int) -> ast.expr | None:
    """The encoding (0) or the errors (1), where they are not named."""
    position = _positions(call)[which]
    return call.args[position] if position < len(call.args) else None


def _positions(call: ast.Call) -> tuple[int, int]:
    name = dotted(call.func) or ""
    if name in _POSITIONS:
        return _POSITIONS[name]
    return _METHOD_POSITIONS.get(last_name(call.func) or "", (9, 9))  # an `open` of its own has its own order


def loses_nothing(call: ast.Call, is_file: bool) -> bool:
    """Whether no byte can be lost, or only the rest of a character that was cut off before."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "encoding"]
    encoding = named[0] if named else _positional(call, 0)
    if isinstance(encoding, ast.Constant) and str(encoding.value).lower() in _TOTAL:
        return True
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.args[0] if call.args else call
    return not is_file and _is_beginning(receiver)


def _is_beginning(node: ast.expr) -> bool:
    """`data[:100]`, `stream.read(1024)`"""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice) and node.slice.upper is not None
    return isinstance(node, ast.Call) and last_name(node.func) in ("read", "peek", "recv") and bool(node.args)


def is_for_eyes(call: ast.Call, ctx: Context) -> bool:
    """Whether names around a decoding say that it is about output of programs, logs, or something shown."""
    names = [part for node in children(call) for part in walk(node) if isinstance(part, (ast.Name, ast.Attribute))]
    parent = ctx.parent(call)
    named = [last_name(name) or "" for name in names]
    named += [part for name in names if isinstance(name, ast.Name) for part in _taken_from(name, ctx)]
    if isinstance(parent, (ast.Assign, ast.withitem)):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.optional_vars]
        named += [last_name(target) or "" for target in targets if target is not None]
    if ctx.function(call) is not None:
        named.append(ctx.definition_name(call).rpartition(".")[2])
    return any(not FOR_EYES.isdisjoint(words_of(name)) for name in named)


def _taken_from(name: ast.Name, ctx: Context) -> Iterator[str]:
    """`for line in process.stdout`, `body = getattr(error, "body")`: what a name is a part of."""
    for made in bindings(name, ctx):
        if made.value is not None:
            yield from (last_name(part) or "" for part in walk(made.value))


def without_errors(node: cst.Call, fix: FixContext) -> cst.Call:
    """The call without its `errors` argument."""
    call = fix.node
    assert isinstance(call, ast.Call)
    if not any(keyword.arg == "errors" for keyword in call.keywords):
        position = _positions(call)[1]
        kept = [argument for number, argument in enumerate(node.args) if number != position]
        if len(call.args) > position + 1:
            fix.refuse("arguments stand behind it")
    else:
        kept = [argument for argument in node.args if argument.keyword is None or argument.keyword.value != "errors"]
    if kept:
        kept[-1] = kept[-1].with_changes(comma=node.args[-1].comma)
    return node.with_changes(args=kept)
