"""Invalid data is made to look valid, and nobody is told.

## Why is this bad?
Bytes that cannot be decoded are dropped, words become "not a number", a negative amount becomes zero, and the program
goes on with values that nobody ever sent. Rejected, the same input would have been a bug report; accepted, it is found
months later in the stored data, where it can no longer be told from the rest.

## Example
```python
import json


def payload(body: bytes) -> dict[str, str]:
    return json.loads(body.decode("utf-8", errors="replace"))
```

Use instead:
```python
import json


def payload(body: bytes) -> dict[str, str]:
    return json.loads(body.decode("utf-8"))
```

## What is flagged
Decoding that drops or replaces what it cannot read (`bytes.decode`, `str(data, encoding, errors)`, `open`,
`Path.read_text` with `errors="ignore"` or `"replace"`), where the text is then taken for data. It is a note, for data
that comes from the own program is always text:
- it is parsed as JSON, YAML, TOML, CSV or a literal;
- it was read from a file and is written to a file again, without what was dropped;
- it goes into a database, there also with `errors="surrogateescape"`, which no database takes;
- it becomes a password, so that different ones are equal.

Notes, too, for they may be what is meant:
- `df["price"] = pandas.to_numeric(df["price"], errors="coerce")`, also `to_datetime` and `to_timedelta`, where the
  function asks nowhere for the values that are missing now;
- `float(order.get("amount") or 0)`: an amount that is missing is taken for nothing;
- an amount, a price, a quantity, a balance, a fee or a discount that comes in as a parameter or in a request, and the
  first thing that happens to it is `max(amount, 0)`, `min(amount, most)`, `abs(amount)`, or the same written as
  `if amount < 0: amount = 0`.

## Not flagged
- Text that is logged, shown, searched, or goes where it cannot be followed.
- The output of other programs, terminals and logs.
- `text.encode()[:limit].decode(errors="ignore")`, which cuts at a whole character, and the beginning of a file.
- A second try after `UnicodeDecodeError`, and decoding with an encoding in which every byte means something.
- A comment on the line or above it that speaks of bytes, characters, or of what is ignored, replaced or decoded.
- Page sizes, indices, coordinates and delays, and functions named `clamp_...`, `sanitize_...`, `normalize_...`,
  `truncate_...`.
- `json.loads(text) if text else {}` and `yaml.safe_load(text) or {}`.
- Test code.

## Fix safety
Unsafe: without `errors=...`, bytes that cannot be decoded raise `UnicodeDecodeError`. There is no fix for columns and
amounts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from readlint.api import (
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Place,
    Rule,
    Safety,
    Severity,
    comments_at,
    dotted,
    is_skipped,
    last_name,
    regex,
    walk,
)
from readlint_rules.errors import _clamps, _decoding, _lossy_text

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL114",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.DATA,
    fix=Safety.UNSAFE,
    cwe=(20, 754),
    tags=("errors", "data"),
    since="0.1",
    messages={
        "parse": "`{call}` {does}, and `{taker}` takes what is left for the data that was sent. "
        'Without `errors="{errors}"`, bad bytes are rejected.',
        "write": '`errors="{errors}"` {does} here, and the file that `{taker}` writes lacks it for good. '
        'Without `errors="{errors}"`, bad bytes are rejected.',
        "store": "`{call}` {does}, and `{taker}` stores what is left as if it had been sent. "
        'Without `errors="{errors}"`, bad bytes are rejected.',
        "escape": "`{call}` lets bytes that are no text pass as surrogates, and `{taker}` cannot store them. "
        'Without `errors="surrogateescape"`, they are rejected where they come in.',
        "password": "`{call}` {does}, so that different passwords become the same `{taker}`. "
        'Without `errors="{errors}"`, bad bytes are rejected.',
        "column": "`{call}` turns every value that it cannot read into a missing one, and nothing here looks for them. "
        "Count or report them, or let it raise.",
        "missing": "`{call}` takes a missing `{name}` for zero. Reject the record, or say what a missing one means.",
        "clamp": "`{name}` comes in from outside and is silently changed by `{change}`. Reject what is out of range, "
        "or log the change.",
    },
)

_LOSSES = {"ignore": "drops what it cannot read", "replace": "replaces what it cannot read"}
_ESCAPE = "surrogateescape"
_SPEAKS_OF_LOSS = regex(
    r"utf|byte|char|binary|unicode|ascii|(?:de|en)cod|ignor|replac|invalid|malform|corrupt|garbage|lossy|errors?\b"
    r"|NaN|NaT|coerc|null|zero|negative|clamp|missing",
    re.IGNORECASE,
)
_WORD = regex(r"[^\W\d_][\w'-]+")
_NULL_TESTS = frozenset("any count dropna fillna isfinite isin isna isnan isnull notna notnull".split())
_ADJUSTS = frozenset("abs bound clamp clip coerce limit normalise normalize sanitise sanitize truncate".split())


@RULE.on_call("*.decode", "*.read_text", "*.open", "open", "str", "io.open", "codecs.open", "codecs.decode")
def check_decoding(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    errors = _decoding.errors_of(call)
    if errors not in _LOSSES and errors != _ESCAPE:
        return
    is_file = (last_name(call.func) or "") == "open"
    if (
        _decoding.loses_nothing(call, is_file)
        or _decoding.is_for_eyes(call, ctx)
        or _is_meant(call, ctx)
        or is_skipped(call, ctx)
    ):
        return
    found = (sink for sink in _lossy_text.sinks(call, ctx, is_file=is_file) if _is_harm(sink, call, errors))
    sink = next(found, None)
    if sink is not None:
        yield _decoding_finding(call, sink, errors, ctx)


def _decoding_finding(call: ast.Call, sink: _lossy_text.Sink, errors: str, ctx: Context) -> Finding:
    name = last_name(call.func) or "decode"
    taker = (dotted(sink.node.func) or last_name(sink.node.func)) if isinstance(sink.node, ast.Call) else None
    return RULE.finding(
        call,
        "escape" if errors == _ESCAPE else sink.kind,
        related=[Place(sink.node, "the text is used here")] if sink.node not in walk(ctx.statement(call)) else [],
        fix=Fix(_decoding.without_errors, f'Remove `errors="{errors}"`', call),
        call=name,
        does=_LOSSES.get(errors, ""),
        errors=errors,
        taker=taker or last_name(sink.node) or "it",
    )


def _is_meant(node: ast.expr, ctx: Context) -> bool:
    """A comment says why, or strict decoding was tried before."""
    if _is_explained(node, ctx):
        return True
    handler = ctx.enclosing(node, ast.ExceptHandler)
    names = walk(handler.type) if handler is not None and handler.type is not None else ()
    return any((last_name(name) or "").startswith(("Unicode", "ValueError")) for name in names)


def _is_explained(node: ast.AST, ctx: Context) -> bool:
    text = " ".join(comments_at(ctx.statement(node), ctx))
    return len(_WORD.findall(text)) >= 3 and _SPEAKS_OF_LOSS.search(text) is not None


def _is_harm(sink: _lossy_text.Sink, call: ast.Call, errors: str) -> bool:
    if errors == _ESCAPE:
        return sink.kind == "store"
    if sink.kind != "write":
        return True
    receiver = sink.node.func if isinstance(sink.node, ast.Call) else sink.node
    named = [last_name(part) or "" for part in walk(receiver)]
    is_shown = any(not _decoding.FOR_EYES.isdisjoint(_lossy_text.words_of(name)) for name in named)
    return last_name(call.func) in ("open", "read_text") and not is_shown


# Notes


@RULE.on_call("pandas.to_numeric", "pandas.to_datetime", "pandas.to_timedelta")
def check_column(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if _decoding.errors_of(call) not in ("coerce", "ignore") or not _overwrites(call, ctx) or is_skipped(call, ctx):
        return
    around = ctx.function(call) or ctx.tree
    if not any(_asks_for_missing(part) for part in walk(around)) and not _is_explained(call, ctx):
        yield RULE.finding(call, "column", call=dotted(call.func) or "to_numeric")


def _overwrites(call: ast.Call, ctx: Context) -> bool:
    """`df[c] = to_numeric(df[c])`: what could not be read is gone."""
    parent = ctx.parent(call)
    if not isinstance(parent, ast.Assign) or not call.args:
        return False
    before = ctx.text(call.args[0])
    return any(isinstance(target, ast.Subscript) and ctx.text(target) == before for target in parent.targets)


def _asks_for_missing(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _NULL_TESTS


@RULE.on(ast.BoolOp)
def check_missing(given: ast.BoolOp, ctx: Context) -> Iterable[Finding]:
    default = given.values[-1]
    if not isinstance(default, ast.Constant) or default.value not in (0, "", "0", "0.0", "0.00"):
        return ()
    name = _name_of_input(given.values[0]) if len(given.values) == 2 and isinstance(given.op, ast.Or) else ""
    return _missing(given, name, ctx) if _clamps.is_amount(name) else ()


def _missing(given: ast.BoolOp, name: str, ctx: Context) -> Iterator[Finding]:
    call = ctx.parent(given)
    if not isinstance(call, ast.Call) or call.args != [given]:
        return
    if ctx.qualified_name(call.func) not in ("float", "int", "decimal.Decimal"):
        return
    if not _adjusts(call, ctx) and not _is_explained(call, ctx) and not is_skipped(call, ctx):
        yield RULE.finding(call, "missing", call=dotted(call.func) or "float", name=name)


def _name_of_input(node: ast.expr) -> str:
    """`amount` of `order["amount"]`, `order.get("amount")` and of a plain name."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        node = node.args[0]
    elif isinstance(node, ast.Subscript):
        node = node.slice
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return node.id if isinstance(node, ast.Name) else ""


@RULE.on_call("max", "min", "abs")
def check_call(call: ast.Call, ctx: Context) -> Iterable[Finding]:
    clamp = _clamps.clamp_in_call(call, ctx)
    return _clamp_findings(clamp, ctx) if clamp else ()


@RULE.on(ast.IfExp)
def check_choice(node: ast.IfExp, ctx: Context) -> Iterable[Finding]:
    clamp = _clamps.clamp_in_choice(node, ctx)
    return _clamp_findings(clamp, ctx) if clamp else ()


@RULE.on(ast.If)
def check_if(node: ast.If, ctx: Context) -> Iterable[Finding]:
    clamp = _clamps.clamp_in_if(node, ctx)
    return _clamp_findings(clamp, ctx) if clamp else ()


def _clamp_findings(clamp: _clamps.Clamp, ctx: Context) -> Iterator[Finding]:
    if _adjusts(clamp.node, ctx) or _is_explained(clamp.node, ctx) or is_skipped(clamp.node, ctx):
        return
    yield RULE.finding(clamp.node, "clamp", name=clamp.name, change=clamp.change)


def _adjusts(node: ast.AST, ctx: Context) -> bool:
    """A function whose name says that it changes what it gets."""
    return not _ADJUSTS.isdisjoint(_lossy_text.words_of(ctx.definition_name(node).rpartition(".")[2]))
