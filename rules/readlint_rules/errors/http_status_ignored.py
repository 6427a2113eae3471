"""The answer to an HTTP request is used, or a write is sent, and nobody looks at the status.

## Why is this bad?
HTTP clients do not raise for an error status: a 500 page, a "rate limit exceeded" and an expired token come back as a
response like any other. Its body is then taken for data, or an order that the server refused counts as placed.

## Example
```python
import requests


def load_rates(url: str) -> dict[str, float]:
    response = requests.get(url, timeout=10)
    return response.json()["rates"]
```

Use instead:
```python
import requests


def load_rates(url: str) -> dict[str, float]:
    response = requests.get(url, timeout=10)
    response.raise_for_status()
    return response.json()["rates"]
```

## What is flagged
Requests sent with `requests`, `httpx`, `aiohttp`, `urllib3` and `niquests`, by a function of the module or by a session
or client whose making or annotation is known, in this file or behind a factory of the project, whose response
- gives its body (`json()`, `text`, `content`, iteration) without a look at the status on any way that it takes;
- is dropped, where the method writes: `post`, `put`, `patch`, `delete`.

It is a warning where a key of the body is taken, where the body is written to a file, where BeautifulSoup gets it, and
where the response is dropped. All else is a note: who gets the body may look for an error in it, or be unable to read
an error page.

## Not flagged
- `raise_for_status()`, `ok`, `is_success`, `status_code`, `status` or `reason` read anywhere, or the truth of the
  response.
- A response that is returned, stored or passed on: who gets it may look.
- Clients that check by themselves: aiohttp's `raise_for_status=True`, `event_hooks` of httpx, `hooks` of requests, a
  class of the project that sends in a way of its own.
- A body that says itself how it went, where the code looks: `data["error"]`, `if "ok" in response.text`, also line by
  line, `json.loads(line).get("error")`, or that is
  handed to a function that checks it or takes it apart (`validate(data)`, `self._parse_answer(data)`), or searched by a
  pattern whose result is tested. The same for `return response.json()` in a class that looks for `"error"`.
- A body that is parsed inside a `try` that catches what cannot be parsed, or does not hold what is looked for.
- `urllib.request.urlopen`, which raises; test clients; transports that ask no server; files that import pytest or
  unittest.
- Reading only headers, and `get` requests whose response is dropped.
- A request in a function that asks whether an address answers: `check_connection`.
- Telemetry, by the name of its function or file, and a `try` or `suppress` that keeps every failure to itself,
  or tells it to `debug` only.
- A body that is only written to the log, and what is dropped in `__del__` and by a function that logs out.
- A comment on the call or right above it that says so: "best effort", "may fail", "ignore".

## Fix safety
Unsafe: an error status now raises. `raise_for_status()` is called right after the request, where the response has a
name or is dropped.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from readlint.api import (
    Answers,
    Category,
    Context,
    Fate,
    Finding,
    Fix,
    Level,
    Maker,
    Question,
    Rule,
    Safety,
    Severity,
    announces_fallback,
    dotted,
    fate,
    is_skipped,
    last_name,
    makers,
    regex,
    returned_makers,
)
from readlint_rules.errors import _http as table
from readlint_rules.errors import _http_body, _intent, _misattribution

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL111",
    severity=Severity.WARNING,
    level=Level.L2,
    category=Category.SAFETY,
    fix=Safety.UNSAFE,
    cwe=(252,),
    tags=("errors", "http"),
    since="0.1",
    messages={
        "body": "`{part}` of the answer to `{call}` is used whatever its status: an error page is taken for data. "
        "Call `raise_for_status()` first, or test the status.",
        "dropped": "Nothing looks at the answer to `{call}`: a request that the server refused counts as done. "
        "Call `raise_for_status()` on it, or test the status.",
        "body-urllib3": "`{part}` of the answer to `{call}` is used whatever its status: an error page is taken for "
        "data. Test `status` first.",
        "dropped-urllib3": "Nothing looks at the answer to `{call}`: a request that the server refused counts as done. "
        "Test its `status`.",
    },
)

_CLIENT = "http-client"
_CHECKING = Question("fact:checking-http-client", "")


@RULE.on_call(*table.FUNCTIONS, *(f"*.{method}" for method in (*table.METHODS, "stream")))
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if not table.may_be_request(call) or not ctx.once(table.mentions_client) or table.may_check(call, ctx):
        return
    found = fate(call, ctx)
    problem = _problem(call, found, ctx)
    if not problem:
        return
    library, questions = _library(call, ctx)
    if library is None or _is_silent(call, ctx) or (problem == "dropped" and _logs_out(call, ctx)):
        return
    is_clear = problem == "dropped" or any(_http_body.is_taken_for_data(body, ctx) for body in _bodies(found))
    yield RULE.finding(
        call,
        f"{problem}-urllib3" if library == "urllib3" else problem,
        severity=Severity.WARNING if is_clear else Severity.NOTE,
        fix=_fix(call, problem, ctx) if library != "urllib3" else None,
        questions=questions,
        data={"library": library} if questions else None,
        call=dotted(call.func) or last_name(call.func) or "",
        part=next((name for name in sorted(found.names("attribute", "method")) if name in table.BODY), "lines"),
    )


def _problem(call: ast.Call, found: Fate, ctx: Context) -> str:
    names = found.names("attribute", "method")
    if found.escapes or any(found.of("test")) or not table.STATUS.isdisjoint(names):
        return ""
    bodies = _bodies(found)
    if bodies:
        told = all(_http_body.is_shown(body, ctx) for body in bodies) or any(
            _http_body.tells_itself(body, ctx) for body in bodies
        )
        return "" if told else "body"
    return "dropped" if found.is_dropped and table.method_of(call, ctx) in table.WRITING else ""


def _bodies(found: Fate) -> list[ast.AST]:
    return [use.node for use in found.uses if use.name in table.BODY or use.kind == "iterated"]


def _library(call: ast.Call, ctx: Context) -> tuple[str | None, tuple[Question, ...]]:
    """The library that sends the request, with what the project must still say to it; None if it is not known."""
    name = ctx.qualified_name(call.func) or ""
    if name in table.FUNCTIONS:
        return name.partition(".")[0], ()
    if not isinstance(call.func, ast.Attribute) or ctx.once(table.has_hooks):
        return None, ()
    made = makers(call.func.value, ctx)
    found = {table.library_of(maker, ctx) for maker in made}
    if len(found) != 1:
        return None, ()
    library = found.pop()
    if library:
        # What an annotation promises may have been made with other arguments, somewhere else in the project.
        return library, (_CHECKING,) if any(maker.call is None for maker in made) else ()
    asks = library is None and len(made) == 1 and _is_of_project(made[0], ctx)
    return ("", (_CHECKING, Question(_CLIENT, made[0].name))) if asks else (None, ())


def _is_of_project(maker: Maker, ctx: Context) -> bool:
    """Anything but builtins and what this file defines, which `makers` has looked into: the project decides."""
    return "." in maker.name and not maker.name.startswith(f"{ctx.names.module}.")


def _is_silent(call: ast.Call, ctx: Context) -> bool:
    if _intent.is_meant(call, ctx) or table.is_best_effort(call, ctx) or table.sends_in_silence(call, ctx):
        return True
    name = getattr(ctx.function(call), "name", "")
    if name == "__del__" or _misattribution.ASKS_FOR_IT.fullmatch(name):
        return True  # nobody is left to tell; any answer is one
    return announces_fallback(ctx.statement(call), ctx) or is_skipped(call, ctx) or ctx.once(_intent.is_test_support)


def _logs_out(call: ast.Call, ctx: Context) -> bool:
    """The end of a session: what the server says to it changes nothing."""
    return _LOGOUT.search(getattr(ctx.function(call), "name", "")) is not None


_LOGOUT = regex(r"(?:log|sign)_?(?:out|off)", re.IGNORECASE)


@RULE.collect_call("checking-http-client", *table.CLIENTS, mentions=table.mentions_checking)
def collect_checking(call: ast.Call, ctx: Context) -> Iterator[str]:
    library = table.CLIENTS.get(ctx.qualified_name(call.func) or "")
    if isinstance(ctx.parent(call), ast.withitem):
        return  # it does not outlive its `with` statement, and nobody else gets it
    if library and table.checks_by_argument(call, ctx):
        yield library


@RULE.answers(_CLIENT)
def answer_client(node: ast.AST, ctx: Context, ask: Callable[[Question], Any]) -> str | None:
    """The library whose plain client a definition of the project is, or makes."""
    if ctx.once(table.has_hooks):
        return None
    if isinstance(node, ast.ClassDef):
        return table.library_of_class(node, ctx)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        made = returned_makers(node, ctx)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        made = makers(node.value, ctx)
    else:
        return None
    found = {table.library_of(maker, ctx) for maker in made}
    library = found.pop() if len(found) == 1 else None
    if library is None and len(made) == 1:
        answer = ask(Question(_CLIENT, made[0].name))
        return answer if isinstance(answer, str) else None
    return library


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    library = finding.data["library"]
    for question, answer in answers.items():
        if question.kind == _CLIENT:
            library = answer
    if not library or library in (answers[_CHECKING] or ()):
        return None
    if library == "urllib3":
        finding.fix = None
    return finding


def _fix(call: ast.Call, problem: str, ctx: Context) -> Fix | None:
    """At the statement that names the response, or drops it."""
    title = "Call `raise_for_status()`"
    outer: ast.AST | None = ctx.parent(call)
    if isinstance(outer, ast.Await):
        outer = ctx.parent(outer)
    if isinstance(outer, ast.Assign) and len(outer.targets) == 1 and isinstance(outer.targets[0], ast.Name):
        return Fix(raise_first, title, outer)
    if isinstance(outer, ast.withitem) and isinstance(outer.optional_vars, ast.Name):
        statement = ctx.parent(outer)
        assert isinstance(statement, (ast.With, ast.AsyncWith))
        return Fix(raise_first, title, statement, data={"item": statement.items.index(outer)})
    return Fix(raise_first, title, outer) if isinstance(outer, ast.Expr) and problem == "dropped" else None


def raise_first(node: cst.CSTNode, fix: FixContext) -> cst.CSTNode | cst.FlattenSentinel[cst.BaseSmallStatement]:
    import libcst as cst

    if isinstance(node, cst.With):
        if not isinstance(node.body, cst.IndentedBlock):
            fix.refuse("the body is on the line of the `with`")
        name = cst.ensure_type(cst.ensure_type(node.items[fix.data["item"]].asname, cst.AsName).name, cst.Name).value
        return node.with_changes(body=node.body.with_changes(body=[_raising(name, fix), *node.body.body]))
    if isinstance(node, cst.Assign):
        name = cst.ensure_type(node.targets[0].target, cst.Name).value
        return cst.FlattenSentinel([node, *_raising(name, fix).body])
    dropped = cst.ensure_type(node, cst.Expr)
    value = dropped.value
    if isinstance(value, cst.Await):
        value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    called = cst.Call(cst.Attribute(value, cst.Name("raise_for_status")))
    return dropped.with_changes(value=called)


def _raising(name: str, fix: FixContext) -> cst.SimpleStatementLine:
    import libcst as cst

    return cst.ensure_type(fix.statement(f"{name}.raise_for_status()"), cst.SimpleStatementLine)
