"""A handler catches every exception and tells nobody.

## Why is this bad?
A bug, a failed disk and a wrong password all end here without a trace: the caller goes on with wrong or missing data,
and whoever looks for the reason later finds nothing.

## Example
```python
import logging

logger = logging.getLogger(__name__)


def archive(store: Store, report: Report) -> None:
    try:
        store.save(report)
    except Exception:
        pass
```

Use instead:
```python
import logging

logger = logging.getLogger(__name__)


def archive(store: Store, report: Report) -> None:
    try:
        store.save(report)
    except Exception:
        logger.exception("archive: store.save failed")
```

Better still, catch only the exceptions that you expect, or let them pass.

## What is flagged
- `except Exception` with a way through it that does nothing or puts a default in the place of the result; a bare
  `except` and `except BaseException` also when all they do is to log at `debug` or `info`.
- `with contextlib.suppress(Exception)`, and classes of the same file made from it.
- `__exit__` that returns `True` whatever happens.
- `sys.excepthook`, `threading.excepthook` and `loop.set_exception_handler` set to a function that does nothing.
- Mail sent with Django's `fail_silently=True`.

Every way through the handler counts: one `if DEBUG: raise` does not redeem it. Functions of the project that the
handler calls are followed, over files too.

## Not flagged
- Handlers that on every way raise, log at `warning` or above, tell an error tracker, end the process, or hand the
  exception on: `errors.append(error)`, `return error`, `future.set_exception(error)`, `abort(500)`.
- A flag set in the handler and tested later, where that test raises or reports; a retry loop that raises or reports
  when the tries are used up; a `finally` that reports; an error that is raised in any case and only worded here.
- A failure that is told by a value: `return {"error": "..."}`, `failed.append(item)`, `errors += 1`.
- Another way to the goal: `return other(path)` in the handler or right after the `try`, or
  `if value is None: value = other()`.
- A test of the exception itself where other exceptions go on: `if error.errno != ENOENT: raise`.
- Calls of unknown functions: what they do is not guessed.
- `except Exception` around imports alone. A bare `except` there is a note: `except ImportError` says what is meant.
- Narrower exceptions, such as `KeyError`.
- Code under `if TYPE_CHECKING`, stubs and generated files.

An `__exit__` that returns `True` whatever happens is an error. All else is a note, for in code that nobody tuned the
rule on, too many of these silences turn out to be meant, whatever is lost: of the 20 places where data was not written,
published or stored, in 200 packages that had not been read before, 6 were worth a line to their authors
(docs/precision.md). `--fail-on note` makes a run fail on them.

No fix writes a line where a failure is an answer and not news:
- in cleanup code (`close`, `__exit__`, `__del__`, `finally`, another handler, `handle_error`, a `try` that only closes
  things), where a second error must not mask the first;
- around logging, metrics and traces, and in a handler, filter or formatter of `logging`;
- around an import and what is done with it, which may be missing here;
- for one candidate of many: a loop over paths that ends with the first one that works;
- where only a detail is missing: `info["load"] = os.getloadavg()` and nothing else;
- where the `try` only parses a value or looks something up (`int(text)`, `data["a"].b`, `os.stat(path)`): what such
  code raises is known, and can be named;
- in functions that announce it, by their name (`try_load`, `user_or_none`, `is_open`, `check_cache`) or in their
  docstring ("Best effort", "Never raises", "None if the query fails");
- in `with suppress(Exception)` and `with suppress(BaseException)`: who writes that asks for the silence by its name;
- under a comment of three words or more that says why, and not `TODO`, or one above or in the `try` that speaks of
  the failure. It excuses the silence, but not the breadth: it speaks of the failures that its author thought of.

## Fix safety
Unsafe: the exception is now logged, through the logger at hand (`self.log`, the function's, the module's) or a new
one, and a bare `except` and `except BaseException` no longer catch `KeyboardInterrupt` and `SystemExit`. What the
handler did otherwise stays. There is no fix where a line in the log would be noise: where a failure is an answer, but
for `suppress`.

## Options
The setting `error-reporters` names functions outside the project that report an exception.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import (
    Answers,
    Breadth,
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Outcome,
    Rank,
    Rule,
    Safety,
    Severity,
    answer_outcome,
    breadth,
    breadth_of_classes,
    can_fall,
    dotted,
    function_outcome,
    is_awaited_end,
    is_import_probe,
    is_only_parsing,
    is_only_telemetry,
    is_silent,
    is_skipped,
    is_told_at_once,
    last_name,
    may_be_broad,
    suppressed_classes,
    suppressed_outcome,
    walk,
    walk_own,
)
from readlint_rules.errors import _answers, _logging, _wording

_REMEDY = "Log it with the traceback, re-raise it, or catch only the exceptions you expect."

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL101",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    fix=Safety.UNSAFE,
    cwe=(390, 391, 703),
    tags=("errors", "exceptions"),
    since="0.1",
    messages={
        "handler": "`{clause}` swallows what {source} raises: {doing}. " + _REMEDY,
        "narrow": "`{clause}` around {source} also hides bugs: {doing}. Catch only the exceptions you expect.",
        "suppress": "`{clause}` swallows whatever {source} raises, and nobody is told. " + _REMEDY,
        "import": "`{clause}` around an import also hides {hidden}. Catch `ImportError`.",
        "exit": "`{name}` returns `True` whatever happens, so that `{with_it} {owner}` swallows every exception, "
        "`KeyboardInterrupt` included. Return `None`, or test the exception's type.",
        "hook": "`{hook}` is set to a function that does nothing: exceptions that nobody catches leave no trace. "
        "Log them there.",
        "mail": "`{call}` with `fail_silently=True` drops mail without a trace when the server fails. "
        "Let it raise, and log it or try again.",
    },
)
RULE.answers("outcome")(answer_outcome)

_MAILERS = ("send_mail", "send_mass_mail", "mail_admins", "mail_managers", "get_connection")


@RULE.on(ast.ExceptHandler)
def check_handler(handler: ast.ExceptHandler, ctx: Context) -> Iterator[Finding]:
    if not may_be_broad(handler.type, ctx):
        return
    caught = breadth(handler.type, ctx)
    limit = Rank.CONST if caught is Breadth.BROAD else Rank.HIDE
    if caught < Breadth.BROAD or is_told_at_once(handler, limit):
        return
    outcome = ctx.outcome(handler)
    verdict = outcome.verdict(limit)
    if verdict is False or is_skipped(handler, ctx):
        return
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    clause = _wording.head(handler, ctx)
    if is_awaited_end(body, ctx):
        return
    if is_import_probe(body):
        if caught > Breadth.BROAD:
            yield _import_finding(handler, clause)
        return
    parsing = caught is Breadth.BROAD and is_only_parsing(body, ctx)
    expected = parsing or _answers.is_expected(handler, body, caught, ctx) or _answers.cleans_up(handler, body, ctx)
    silent = is_silent(handler.body, handler, ctx)
    # One more line would report twice where some way through the handler reports already.
    may_fix = not expected and silent and not _logging.says_something(handler.body) and _logging.may_log(handler, ctx)
    yield RULE.finding(
        handler,
        "narrow" if parsing else "handler",
        fix=Fix(_logging.log_in_handler, "Log the exception", handler) if may_fix else None,
        questions=outcome.questions if verdict is None else (),
        data={"outcome": outcome.to_json(), "limit": int(limit)} if verdict is None else None,
        clause=clause,
        source=_wording.source_of(body, "try"),
        doing=_wording.doing(handler, outcome.lowest, silent),
    )


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    outcome = Outcome.from_json(finding.data["outcome"])
    return finding if outcome.settle(answers) <= finding.data["limit"] else None


def _import_finding(handler: ast.ExceptHandler, clause: str) -> Finding:
    fix = Fix(_logging.catch_import_error, "Catch `ImportError`", handler)
    hidden = "`KeyboardInterrupt` and every error inside of the module"
    return RULE.finding(handler, "import", fix=fix, clause=clause, hidden=hidden)


@RULE.on(ast.With)
def check_suppress(node: ast.With, ctx: Context) -> Iterator[Finding]:
    for item in node.items:
        call = item.context_expr
        if not isinstance(call, ast.Call) or not any(may_be_broad(argument, ctx) for argument in call.args):
            continue
        classes = suppressed_classes(call, ctx)
        caught = breadth_of_classes(classes, ctx) if classes else Breadth.UNKNOWN
        if caught < Breadth.BROAD or is_skipped(node, ctx):
            continue
        if is_import_probe(node.body) or is_awaited_end(node.body, ctx):
            continue
        if not suppressed_outcome(node, ctx).verdict(Rank.CONST):
            continue
        expected = caught is Breadth.BROAD and is_only_parsing(node.body, ctx)
        expected = (
            expected or _answers.is_expected(node, node.body, caught, ctx) or _answers.cleans_up(node, node.body, ctx)
        )
        may_fix = not expected and len(node.items) == 1 and _logging.may_log(node, ctx)
        yield RULE.finding(
            call,
            "suppress",
            fix=Fix(_logging.log_suppressed, "Log the exception", node) if may_fix else None,
            clause=_wording.head(call, ctx),
            source=_wording.source_of(node.body, "with"),
        )


@RULE.on(ast.ClassDef)
def check_exit(owner: ast.ClassDef, ctx: Context) -> Iterator[Finding]:
    for function in owner.body:
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if function.name in ("__exit__", "__aexit__") and _always_true(function, ctx) and not is_skipped(function, ctx):
            severity = Severity.NOTE if is_only_telemetry(function.body, ctx) else Severity.ERROR
            with_it = "async with" if function.name == "__aexit__" else "with"
            yield RULE.finding(
                function, "exit", severity=severity, name=function.name, with_it=with_it, owner=owner.name
            )


def _always_true(function: ast.FunctionDef | ast.AsyncFunctionDef, ctx: Context) -> bool:
    inside = [node for statement in function.body for node in walk_own(statement)]
    returned = [node.value for node in inside if isinstance(node, ast.Return)]
    true = all(isinstance(value, ast.Constant) and bool(value.value) for value in returned)
    if not returned or not true or can_fall(function.body, ctx):
        return False
    return function_outcome(function, ctx).verdict(Rank.HIDE) is True


@RULE.on(ast.Module)
def check_excepthook(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    if "excepthook" not in ctx.source.text:
        return
    for node in walk(module):
        if isinstance(node, ast.Assign) and last_name(node.targets[0]) == "excepthook":
            hook = ctx.qualified_name(node.targets[0])
            if hook in ("sys.excepthook", "threading.excepthook") and _does_nothing(node.value, ctx):
                yield RULE.finding(node, "hook", hook=hook)


@RULE.on_call("*.set_exception_handler")
def check_exception_handler(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if len(call.args) == 1 and _does_nothing(call.args[0], ctx):
        yield RULE.finding(call, "hook", hook=dotted(call.func) or "set_exception_handler")


def _does_nothing(function: ast.expr, ctx: Context) -> bool:
    if isinstance(function, ast.Lambda):
        return function_outcome(function, ctx).verdict(Rank.HIDE) is True
    name = ctx.qualified_name(function)
    definition = ctx.local_definition(name) if name else None
    if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    return function_outcome(definition, ctx).verdict(Rank.HIDE) is True


@RULE.on_call(*(f"django.core.mail.{name}" for name in _MAILERS), "*.send", "*.send_messages")
def check_mail(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    for keyword in call.keywords:
        if keyword.arg == "fail_silently" and ctx.constant(keyword.value) is True and not is_skipped(call, ctx):
            if last_name(call.func) == "send" and len(call.args) + len(call.keywords) > 1:
                return  # a function of the project, which may well report: that of a message takes nothing else
            yield RULE.finding(call, "mail", call=dotted(call.func) or "send")
