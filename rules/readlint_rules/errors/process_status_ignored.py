"""A program is run and nobody looks at how it ended.

## Why is this bad?
A program tells by its exit status that it failed. `subprocess.run` without `check=True`, `subprocess.call` and
`os.system` do not raise: the migration that did not run, the archive that was cut short and the service that did not
restart all look like success, and the code goes on with what they left behind.

## Example
```python
import subprocess


def back_up(source: str, target: str) -> None:
    subprocess.run(["tar", "-czf", target, source])
```

Use instead:
```python
import subprocess


def back_up(source: str, target: str) -> None:
    subprocess.run(["tar", "-czf", target, source], check=True)
```

## What is flagged
- `subprocess.run` without `check` whose result is dropped, or of which only the output is used.
- `subprocess.call`, `os.system`, `os.spawn*` with `P_WAIT` and `os.popen(...).close()`, where the status that they
  return is dropped.
- `subprocess.Popen` and `asyncio.create_subprocess_*` that are waited for (`wait`, `communicate`, `with`, reading the
  output to its end) without a look at the status.
- `run`, `sudo` and `local` of invoke and fabric with `warn=True`, and `run(retcode=None)` of plumbum, the same way.

It is a note: that a program may fail is often meant, and nothing in the code says so. It is a warning inside a `try`
that catches `CalledProcessError` or `SubprocessError`: there the author expects the failure, and never hears of it.

## Not flagged
- `returncode`, `check_returncode()` or `stderr` read on any way that the result takes, `stderr=STDOUT` with the output
  read, and output that is tested, matched or parsed: `if "active" in result.stdout`, `int(result.stdout)`.
- A result that is returned, stored or passed on: who gets it may look.
- Programs that are started and not waited for, or that are killed.
- Clean-up code, and what takes something away (`systemctl stop`, a function `remove_service`): it may be gone already.
- Both streams discarded, or captured and dropped: nobody wanted to hear anything.
- Programs that may fail: `clear`, `xdg-open`, `kill`, `rm -f`, pagers and editors, a command with `|| true` or one in
  the background; `grep` and others whose status is an answer; a question for a program's version.
- A comment on the call or right above it that says so: "best effort", "may fail", "ignore"; with `check=False` any.
- Functions that announce it by their name or docstring: `try_compress`, "Never raises".

## Fix safety
Unsafe: a program that fails now raises `subprocess.CalledProcessError`. `check=True` is added to `run`, and `call`
becomes `check_call`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import (
    Category,
    Context,
    Fate,
    Finding,
    Fix,
    Level,
    Rule,
    Safety,
    Severity,
    announces_fallback,
    caught_classes,
    derived,
    dotted,
    fate,
    is_cleanup,
    is_skipped,
    is_tested,
)
from readlint_rules.errors import _intent
from readlint_rules.errors import _processes as table

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL110",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    fix=Safety.UNSAFE,
    cwe=(252,),
    tags=("errors", "subprocess"),
    since="0.1",
    messages={
        "run": "`{call}` does not raise when {program} fails, and nothing here looks at its `returncode`. "
        "Pass `check=True`, or test `returncode`.",
        "output": "The output of {program} is used although nothing looks at whether it failed: it may be cut short or "
        "empty. Pass `check=True` to `{call}`, or test `returncode`.",
        "allowed": "`check=False` lets {program} fail, and nothing here looks at its `returncode`. "
        "Test it, or say in a comment why a failure does not matter.",
        "status": "`{call}` returns the exit status of {program} and it is dropped: a failure goes unnoticed. "
        "Test it, or use `subprocess.check_call`.",
        "started": "`{call}` is waited for, but nothing looks at how {program} ended. Test `returncode` afterwards.",
        "warn": "`{argument}` keeps `{call}` from raising, and nothing looks at the result. "
        "Test it, or leave the argument out.",
    },
)


@RULE.on_call("subprocess.run")
def check_run(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    check = ctx.constant(given["check"]) if "check" in given else None
    if None in given or ("check" in given and check is not False):
        return  # it raises, or nobody knows
    found = fate(call, ctx)
    if not _is_unseen(found, table.VERDICTS) or _is_silent(call, ctx):
        return
    if check is False and (found.is_dropped or ctx.comments_in(ctx.statement(call))):
        if not ctx.comments_in(ctx.statement(call)):
            yield _finding(call, "allowed", ctx)
        return
    output = [fate(use.node, ctx) for use in found.of("attribute", "stdout") if isinstance(use.node, ast.expr)]
    if output and (_merges(call, ctx) or any(_is_judged(text, ctx) for text in output)):
        return
    fix = Fix(add_check, "Pass `check=True`", call) if check is None else None
    yield _finding(call, "output" if output else "run", ctx, fix=fix)


@RULE.on_call(*table.STATUS_FUNCTIONS)
def check_status(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    name = ctx.qualified_name(call.func) or ""
    if name.startswith("os.spawn") and not (call.args and ctx.qualified_name(call.args[0]) == "os.P_WAIT"):
        return
    if fate(call, ctx).is_dropped and not _is_silent(call, ctx):
        fix = Fix(use_check_call, "Use `subprocess.check_call`", call) if name == "subprocess.call" else None
        yield _finding(call, "status", ctx, fix=fix)


@RULE.on_call("os.popen")
def check_popen(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    found = fate(call, ctx)
    closings = [use.node for use in found.of("method", "close") if isinstance(use.node, ast.Call)]
    if found.escapes or not closings or not all(fate(closing, ctx).is_dropped for closing in closings):
        return
    if not _is_silent(call, ctx):
        yield _finding(closings[0], "status", ctx, command=call)


@RULE.on_call(*table.STARTERS)
def check_started(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    found = fate(call, ctx)
    methods = found.names("method")
    if not _is_unseen(found, table.VERDICTS) or not table.ENDING.isdisjoint(methods) or _is_silent(call, ctx):
        return
    polls = [use.node for use in found.of("method", "poll")]
    if not all(isinstance(ctx.statement(poll), ast.While) for poll in polls):
        return  # `if process.poll() is not None` asks whether it ended already
    waits = [fate(use.node, ctx) for use in found.of("method", "wait") if isinstance(use.node, ast.expr)]
    talks = [fate(use.node, ctx) for use in found.of("method", "communicate") if isinstance(use.node, ast.expr)]
    streams = [fate(use.node, ctx) for use in found.of("attribute", "stdout") if isinstance(use.node, ast.expr)]
    if any(not wait.is_dropped for wait in waits) or any(stream.escapes for stream in streams):
        return  # what `wait` gives is looked at, or the next program of a pipe reads the output
    texts = [*_outputs(streams, "method", *table.READING, ctx=ctx), *_outputs(talks, "part", "0", ctx=ctx)]
    if any(talk.escapes or any(talk.of("part", "1")) or any(talk.of("iterated")) for talk in talks):
        return  # what it complained about is looked at
    if ((streams or texts) and _merges(call, ctx)) or any(_is_judged(text, ctx) for text in texts):
        return
    if waits or talks or polls or texts or any(found.of("with")):
        yield _finding(call, "started", ctx)


def _outputs(sources: list[Fate], kind: str, *names: str, ctx: Context) -> list[Fate]:
    """The fates of the texts that are read from pipes, or taken out of what `communicate` gives."""
    uses = [use for source in sources for use in source.of(kind, *names)]
    return [fate(use.node, ctx) for use in uses if isinstance(use.node, ast.expr)]


def _is_unseen(found: Fate, verdicts: frozenset[str]) -> bool:
    return not found.escapes and verdicts.isdisjoint(found.names("attribute", "method", "part"))


def _is_judged(output: Fate, ctx: Context) -> bool:
    """What the program printed is the answer, and an empty one is an answer too."""
    return any(is_tested(found, table.PARSERS) for found in derived(output, ctx, table.TEXT_METHODS))


def _merges(call: ast.Call, ctx: Context) -> bool:
    """What the program complains about is part of its output, and whoever reads that sees it."""
    merged = (k.value for k in call.keywords if k.arg == "stderr")
    return any((ctx.qualified_name(value) or "").endswith("STDOUT") for value in merged)


def _is_silent(call: ast.Call, ctx: Context) -> bool:
    if table.is_harmless(call, ctx) or table.asks_for_version(call, ctx) or _intent.is_meant(call, ctx):
        return True
    if is_cleanup(call, ctx) or table.is_removal(call, ctx) or table.is_hushed(call, ctx):
        return True
    return announces_fallback(ctx.statement(call), ctx) or is_skipped(call, ctx) or ctx.once(_intent.is_test_support)


def _is_expected_to_raise(call: ast.Call, ctx: Context) -> bool:
    """The nearest `try` has a handler for a failure that this call never raises."""
    child: ast.AST = call
    for parent in ctx.ancestors(call):
        if isinstance(parent, ast.Try) and child in parent.body:
            caught = [caught_classes(handler.type, ctx) for handler in parent.handlers if handler.type is not None]
            return any(not table.FAILURES.isdisjoint(classes or ()) for classes in caught)
        child = parent
    return False


def _finding(
    call: ast.Call,
    message: str,
    ctx: Context,
    *,
    command: ast.Call | None = None,
    fix: Fix | None = None,
) -> Finding:
    name = table.program(command or call, ctx)
    return RULE.finding(
        call,
        message,
        severity=Severity.WARNING if _is_expected_to_raise(call, ctx) else Severity.NOTE,
        fix=fix,
        call=dotted(call.func) or "close",
        program=f"`{name}`" if name else "the program",
    )


@RULE.on_call("*.run", "*.sudo", "*.local")
def check_tolerant(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Methods that raise by default, and were told not to."""
    for keyword in call.keywords:
        for row in table.TOLERANT:
            if keyword.arg != row.keyword or row.module not in ctx.source.text:
                continue
            if not isinstance(keyword.value, ast.Constant) or keyword.value.value is not row.value:
                continue
            found = fate(call, ctx)
            if _is_unseen(found, row.verdicts) and not any(found.of("test")) and not _is_silent(call, ctx):
                argument = ctx.text(keyword)
                yield RULE.finding(call, "warn", call=dotted(call.func) or "run", argument=argument)
            return


def add_check(node: cst.Call, fix: FixContext) -> cst.Call:
    import libcst as cst

    last = node.args[-1]
    spaced = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    added = last.with_changes(value=cst.Name("True"), keyword=cst.Name("check"), equal=spaced, star="")
    comma = cst.Comma(whitespace_after=_between(node))
    before = last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace(""))
    return node.with_changes(args=[*node.args[:-1], before, added])


def _between(node: cst.Call) -> cst.BaseParenthesizableWhitespace:
    """As between the arguments that are there, or before the only one if that is on a line of its own."""
    import libcst as cst

    before = node.args[-2].comma if len(node.args) > 1 else None
    if isinstance(before, cst.Comma):
        return before.whitespace_after
    alone = node.whitespace_before_args
    return alone if isinstance(alone, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" ")


def use_check_call(node: cst.Call, fix: FixContext) -> cst.Call:
    return node.with_changes(func=fix.name_for("subprocess.check_call"))
