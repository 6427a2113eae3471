"""Where a text stands in the program: which node holds it, and what name its value is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from readlint.api import Context, Severity, Span, children, last_name, regex
from readlint_rules.secrets import _values

_EXAMPLES = frozenset(
    "demo demos doc docs dummy example examples fake fixtures mock mocks notebooks placeholder placeholders sample "
    "samples simulator simulators test testing tests tutorial tutorials".split()
)
_SHOWING = frozenset(
    "demo demos example examples playground sample samples skeleton template templates tutorial tutorials".split()
)
# Calls that hand on the value that they get: `SecretStr("...")`, `Field("...")`, `"...".encode()`.
_WRAPPERS = frozenset("Field Secret SecretBytes SecretStr bytes str b64decode".split())
#: What makes an option of a command line.
OPTIONS = frozenset({"option", "add_argument"})
_ENUMS = ("Enum", "Choices", "Flag")


def chain_at(ctx: Context, line: int, column: int) -> list[ast.AST]:
    """The nodes around a place, from the module to the innermost. What is inside an f-string is not told apart."""
    chain: list[ast.AST] = [ctx.tree]
    while not isinstance(chain[-1], ast.JoinedStr):
        inner = next((child for child in children(chain[-1]) if _covers(child, line, column, ctx)), None)
        if inner is None:
            break
        chain.append(inner)
    return chain


def _covers(node: ast.AST, line: int, column: int, ctx: Context) -> bool:
    last: int | None = getattr(node, "end_lineno", None)
    if last is None:  # arguments, comprehensions
        return any(_covers(child, line, column, ctx) for child in children(node))
    if last < line:
        return False
    first: int = getattr(node, "lineno", last)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    if any(_covers(decorator, line, column, ctx) for decorator in decorators):
        return True
    if line < first:
        return False
    span = ctx.source.span(node)
    return (span.line, span.column) <= (line, column) < (span.end_line, span.end_column)


def is_example(path: str) -> bool:
    """By the names of its folders, and by the words of its own."""
    *folders, name = re.split(r"[/\\]", path.lower())
    shows = any(not _SHOWING.isdisjoint(re.split(r"[_.-]", folder)) for folder in folders)  # example_project
    return shows or not _EXAMPLES.isdisjoint([*folders, *re.split(r"[_.]", name)])


_FOR_DEVELOPMENT = frozenset(
    "ci debug dev devel development local localhost pytest sandbox test testapp testing testproject tests testserver "
    "testsite".split()
)


def is_for_development(path: str) -> bool:
    """By the words of its name and of the two folders around it."""
    return not _FOR_DEVELOPMENT.isdisjoint(
        word for part in re.split(r"[/\\]", path)[-3:] for word in _values.words_of(part)
    )


def severity_at(ctx: Context) -> Severity:
    """Examples are not what runs in production."""
    return Severity.NOTE if is_example(ctx.path) else Severity.WARNING


_OPENING = regex(r"[A-Za-z]*(\"\"\"|'''|\"|')")


def inside_quotes(node: ast.expr, ctx: Context) -> Span:
    """The part of a string that is its value."""
    span, text = ctx.source.span(node), ctx.text(node)
    match = _OPENING.match(text)
    if not match:
        return span
    start = ctx.source.offset(span.line, span.column) + match.end()
    end = ctx.source.offset(span.end_line, span.end_column) - len(match[1])
    return Span(*ctx.source.position(start), *ctx.source.position(end))


def span_of(ctx: Context, start: int, end: int) -> Span:
    return Span(*ctx.source.position(start), *ctx.source.position(end))


class Bound(NamedTuple):
    """What a literal is for: the name that it is given, and the node that gives it."""

    name: str
    node: ast.AST
    value: ast.expr  # the literal, or the call or the choice that hands it on


def binding_of(chain: list[ast.AST], ctx: Context) -> Bound | None:
    """The name that the innermost literal of a chain is given."""
    literal = chain[-1]
    if not isinstance(literal, ast.Constant) or not isinstance(literal.value, (str, bytes)):
        return None
    value: ast.AST = literal
    for parent in reversed(chain[:-1]):
        if _hands_on(parent, value):
            value = parent
            continue
        name = _name_given(parent, value, chain)
        return Bound(name, parent, value) if name and isinstance(value, ast.expr) else None
    return None


def _hands_on(parent: ast.AST, value: ast.AST) -> bool:
    if isinstance(parent, ast.Call):
        return (last_name(parent.func) in _WRAPPERS and parent.args[:1] == [value]) or parent.func is value
    if isinstance(parent, ast.Attribute):
        return parent.attr == "encode"
    if isinstance(parent, ast.BoolOp):
        return isinstance(parent.op, ast.Or)
    if isinstance(parent, ast.keyword):
        return False
    return isinstance(parent, ast.IfExp) and value is not parent.test


def _name_given(parent: ast.AST, value: ast.AST, chain: list[ast.AST]) -> str:
    if isinstance(parent, ast.Assign):
        return "" if len(parent.targets) > 1 or _in_enum(chain) else label(parent.targets[0])
    if isinstance(parent, ast.AnnAssign):
        return label(parent.target)
    if isinstance(parent, ast.keyword):
        return _name_of_keyword(parent, chain)
    if isinstance(parent, ast.Dict):
        return _key_of(parent, value)
    if isinstance(parent, ast.arguments):
        return _parameter_of(parent, value)
    if isinstance(parent, ast.Compare) and len(parent.ops) == 1 and isinstance(parent.ops[0], (ast.Eq, ast.NotEq)):
        return label(parent.comparators[0] if parent.left is value else parent.left)
    return ""


def label(node: ast.AST) -> str:
    """What the program calls a place to keep a value."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value if isinstance(node.slice.value, str) else ""
    return last_name(node) or "" if isinstance(node, (ast.Name, ast.Attribute)) else ""


def _name_of_keyword(keyword: ast.keyword, chain: list[ast.AST]) -> str:
    """`default=` of an option or of a field is the default of what the first argument or the target is called."""
    if keyword.arg != "default":
        return keyword.arg or ""
    call = chain[chain.index(keyword) - 1]
    first = call.args[0] if isinstance(call, ast.Call) and call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value.lstrip("-")
    above = chain[chain.index(keyword) - 2]
    return label(above.target) if isinstance(above, ast.AnnAssign) else ""


def taker_of_default(bound: Bound, chain: list[ast.AST]) -> str:
    """`option` of `option("--password", default="...")`"""
    if not isinstance(bound.node, ast.keyword) or bound.node.arg != "default":
        return ""
    call = chain[chain.index(bound.node) - 1]
    return last_name(call.func) or "" if isinstance(call, ast.Call) else ""


def _key_of(dictionary: ast.Dict, value: ast.AST) -> str:
    for key, each in zip(dictionary.keys, dictionary.values, strict=True):
        if each is value:
            return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    return ""


def _parameter_of(arguments: ast.arguments, value: ast.AST) -> str:
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
    pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
    return next((argument.arg for argument, default in pairs if default is value), "")


def _in_enum(chain: list[ast.AST]) -> bool:
    return any((last_name(base) or "").endswith(_ENUMS) for base in bases_around(chain))


def bases_around(chain: list[ast.AST]) -> Iterator[ast.expr]:
    """The bases of the innermost class whose body a place is in, and not a function's."""
    for node in reversed(chain):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
        if isinstance(node, ast.ClassDef):
            yield from node.bases
            return
