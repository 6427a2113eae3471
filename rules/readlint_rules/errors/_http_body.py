"""What the code does with the body of an HTTP response: shows it, looks for an error in it, or takes it for data."""

from __future__ import annotations

import ast
import re
from typing import TypeGuard

from readlint.api import Context, Fate, caught_classes, derived, fate, is_tested, last_name, regex, walk
from readlint_rules.errors._http import handlers_around

_TYPE_TESTS = ("isinstance",)
_TEXT_METHODS = (
    *("decode", "encode", "strip", "lower", "splitlines", "startswith", "endswith", "str"),
    *("findall", "finditer", "search", "match"),
)
_LINE_METHODS = (*_TEXT_METHODS, "loads")
_ENVELOPE = {"result"}  # of each line of a stream, whatever happened
#: Keys of a body that say how it went, where an API answers 200 and tells its errors itself.
_VERDICT_KEY = regex(r"\w*(?:err|fail|ok$|success|status|code$|result$|message$|msg$|detail)\w*", re.IGNORECASE)
#: Functions that a body is handed to so that they object to it, or take it apart with care.
_CHECKER = regex(
    r"check|valid|verify|raise|assert|error|ensure|parse_obj|^_*(?:parse|convert|handle|process|unwrap|get_result)(?:_\w+)?$",
    re.IGNORECASE,
)
#: What a parser, or a look into the parsed, raises for a page that it did not expect.
_UNREADABLE = frozenset(
    [
        "Exception",
        "BaseException",
        "ValueError",
        "JSONDecodeError",
        "ContentTypeError",
        "KeyError",
        "SyntaxError",
        "ParseError",
    ]
)
_PARSERS = frozenset({"loads", "load", "parse", "fromstring", "open", "XML"})
#: What takes a body as it is: files, and BeautifulSoup 4, which finds nothing in an error page without a word.
_KEEPERS = frozenset({"write", "write_bytes", "write_text", "BeautifulSoup"})
_SHOWING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})
#: A look for an error in a body: `answer["error_code"]`, `"error" in answer`.
_ASKS_FOR_ERROR = regex(r"""["']err(?:ors?)?(?:_?(?:code|msg|message|no|type))?["']\s*(?:[\]),]|in\b|not in\b)""")


def is_shown(body: ast.AST, ctx: Context) -> bool:
    """`log.info(f"answer: {response.text}")`: whoever reads that sees the error page."""
    around = ctx.enclosing(body, ast.Call, ast.stmt)
    if isinstance(around, ast.Call) and around.func is body:
        around = ctx.enclosing(around, ast.Call, ast.stmt)
    return isinstance(around, ast.Call) and last_name(around.func) in _SHOWING


def tells_itself(body: ast.AST, ctx: Context) -> bool:
    """The code looks into the body for how it went, or hands it to something that does."""
    if not isinstance(body, ast.expr):
        return False
    found = fate(body, ctx)
    parses = isinstance(body, (ast.Call, ast.Await)) and ctx.text(body).endswith("json()")
    every = list(derived(found, ctx, _TEXT_METHODS))
    parsers = [use.node for one in every for use in one.of("passed") if _callee(use.node) in _PARSERS]
    if any(is_parsed_with_care(place, ctx) for place in [*parsers, *([body] if parses else [])]):
        return True
    if any(is_parsed_with_care(use.node, ctx) for use in found.of("part")):
        return True
    if any(is_tested(one, _TYPE_TESTS) for one in every) or any(map(_VERDICT_KEY.fullmatch, found.names("part"))):
        return True
    calls = [use.node for one in every for use in one.of("passed") if isinstance(use.node, ast.Call)]
    parsed = [fate(call, ctx) for call in calls if _callee(call) == "loads"]
    if _lines_tell(found, ctx):
        return True
    if parses and _is_returned(body, ctx) and _asks_for_error(ctx.enclosing(body, ast.ClassDef), ctx):
        return True
    return any(_CHECKER.search(_callee(use.node)) for one in (found, *parsed) for use in one.of("passed"))


def is_parsed_with_care(body: ast.AST, ctx: Context) -> bool:
    """What cannot be parsed, or lacks what is looked for, ends in a handler: an error page is one of those."""
    types = [handler.type for handler in handlers_around(body, ctx)]
    names = [name or "" for caught in types if caught is not None for name in caught_classes(caught, ctx) or ()]
    return None in types or any(name.rpartition(".")[2] in _UNREADABLE for name in names)


def _lines_tell(found: Fate, ctx: Context) -> bool:
    """`for line in response.iter_lines():`, then `json.loads(line).get("error")`"""
    targets = [getattr(use.node, "target", None) for use in found.of("iterated")]
    lines = [fate(target, ctx) for target in targets if isinstance(target, ast.Name)]
    parts = {name for line in lines for one in derived(line, ctx, _LINE_METHODS) for name in one.names("part")}
    return any(map(_VERDICT_KEY.fullmatch, parts - _ENVELOPE))


def _asks_for_error(owner: ast.ClassDef | None, ctx: Context) -> bool:
    """Whether a class looks for the error that an API tells in its body."""
    return owner is not None and _ASKS_FOR_ERROR.search(ctx.text(owner)) is not None


def _is_returned(body: ast.expr, ctx: Context) -> bool:
    """`return response.json()`, or by a name: the caller looks for the error in it."""
    around = ctx.parent(body)
    if _is_wrapper(around, ctx):
        return True
    if isinstance(around, ast.Tuple):
        around = ctx.parent(around)
    target = around.targets[0] if isinstance(around, ast.Assign) else getattr(around, "target", None)
    if not isinstance(target, ast.Name):
        return isinstance(around, ast.Return)
    function = ctx.function(body)
    returned = (part.value for part in walk(function) if isinstance(part, ast.Return)) if function else ()
    return any(isinstance(value, ast.Name) and value.id == target.id for value in returned)


def _is_wrapper(node: ast.AST | None, ctx: Context) -> TypeGuard[ast.Call]:
    """`return Text(response.text)`, `return cast(dict, response.json())`"""
    if not isinstance(node, ast.Call) or node.keywords or not isinstance(ctx.parent(node), ast.Return):
        return False
    name = _callee(node)
    return name == "cast" or (len(node.args) == 1 and name[:1].isupper())


def is_taken_for_data(body: ast.AST, ctx: Context) -> bool:
    """`response.json()["price"]`, `file.write(response.content)`, `BeautifulSoup(response.text)`.

    Of 57 such places in 236 projects each one was right; of the others, a fifth was not.
    """
    if isinstance(body, ast.For | ast.AsyncFor):
        body = body.target
    if not isinstance(body, ast.expr):
        return False
    every = list(derived(fate(body, ctx), ctx, _LINE_METHODS))
    if any(_callee(use.node) in _KEEPERS for one in every for use in one.of("passed")):
        return True
    if any(is_taken_for_data(use.node, ctx) for one in every for use in one.of("iterated")):
        return True
    return any(use.name not in ("0", "1") for one in every for use in one.of("part"))


def _callee(call: ast.AST) -> str:
    return last_name(call.func) or "" if isinstance(call, ast.Call) else ""
