"""Checks that a value has passed where it is used: allow-lists, patterns, and functions that validate."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Context, last_name, regex, walk

_LEAVING = frozenset({"abort", "exit", "_exit", "fail", "error", "bad_request", "throw"})
_TEXT_TESTS = frozenset({"isidentifier", "isalnum", "isalpha", "isdigit", "isnumeric", "isdecimal"})
_PATTERN_TESTS = frozenset({"match", "fullmatch", "search"})
#: Classes that hold no text.
_NOT_TEXT = regex(
    r"^(?!.*\b(?:str|bytes|list|tuple|Sequence|Iterable)\b)(?i:.*(?:int|float|number|decimal|date|uuid|enum|bool))"
)
_VALIDATING = regex(r"(?i)(?:^|_)(?:check|validate|valid|verify|assert|ensure|sanitize|require|allowed|safe)(?:$|_)")


def is_checked(node: ast.expr, ctx: Context) -> bool:
    """Whether a check that does not let everything through stands between the value's making and its use."""
    wanted = _same(node)
    child: ast.AST = node
    for parent in ctx.ancestors(node):
        if isinstance(parent, (ast.If, ast.IfExp)) and child is not parent.test:
            is_body = child in parent.body if isinstance(parent.body, list) else child is parent.body
            if _lets_through(parent.test, wanted, is_body):
                return True
        if isinstance(parent, ast.match_case) and _is_literal(parent.pattern) and _subject(parent, ctx) == wanted:
            return True
        if isinstance(child, ast.stmt) and any(_stops(one, wanted) for one in _before(child, parent)):
            return True
        if isinstance(parent, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            tests = [test for generator in parent.generators for test in generator.ifs]
            if any(_lets_through(test, wanted, True) for test in tests):
                return True
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return False
        child = parent
    return False


def _same(node: ast.expr) -> str:
    """What an expression is called where it is checked; the conversions around it are left out."""
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and not node.args and node.func.attr in ("lower", "upper", "strip"):
            node = node.func.value
        elif isinstance(node.func, ast.Name) and node.func.id == "str" and len(node.args) == 1:
            node = node.args[0]
        else:
            break
    return ast.unparse(node)


def _subject(case: ast.match_case, ctx: Context) -> str:
    parent = ctx.parent(case)
    return _same(parent.subject) if isinstance(parent, ast.Match) else ""


def _is_literal(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return all(_is_literal(one) for one in pattern.patterns)
    return isinstance(pattern, (ast.MatchValue, ast.MatchSingleton))


def _before(child: ast.stmt, parent: ast.AST) -> Iterator[ast.stmt]:
    """The statements of the same suite that come first."""
    for field in ("body", "orelse", "finalbody"):
        suite = getattr(parent, field, None)
        if isinstance(suite, list) and child in suite:
            yield from suite[: suite.index(child)]


def _stops(statement: ast.stmt, wanted: str) -> bool:
    """`if x not in ALLOWED: raise`, `assert x in ALLOWED`, `check_name(x)`"""
    if isinstance(statement, ast.If):
        if _leaves(statement.body[-1]) and _lets_through(statement.test, wanted, False):
            return True
        inner = statement.body  # `if column: if column not in ALLOWED: raise`
        return (
            not statement.orelse and any(_stops(one, wanted) for one in inner) and wanted in ast.unparse(statement.test)
        )
    if isinstance(statement, ast.Assert):
        return _lets_through(statement.test, wanted, True)
    if isinstance(statement, ast.Expr):
        value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        return isinstance(value, ast.Call) and _validates(value, wanted)
    if isinstance(statement, (ast.With, ast.Try)):
        return any(_stops(one, wanted) for one in statement.body)
    return False


def _validates(call: ast.Call, wanted: str) -> bool:
    name = last_name(call.func) or ""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return _VALIDATING.search(name) is not None and any(_same(argument) == wanted for argument in given)


def _leaves(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Raise, ast.Return, ast.Continue, ast.Break)):
        return True
    if isinstance(statement, ast.Assign):
        return True  # `if direction not in ("asc", "desc"): direction = "asc"`
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Call) and (last_name(value.func) or "") in _LEAVING


def _lets_through(test: ast.expr, wanted: str, when: bool) -> bool:
    """Whether the value is one of a few, or of a harmless form, when the test came out like this."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _lets_through(test.operand, wanted, not when)
    if isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is when:
            return any(_lets_through(value, wanted, when) for value in test.values)
        if isinstance(test.op, ast.And):  # `if x and x not in ALLOWED: raise`
            return any(_lets_through(value, wanted, when) for value in test.values if _same(value) != wanted) and any(
                _same(value) == wanted or _is_none_test(value, wanted) for value in test.values
            )
        return all(_lets_through(value, wanted, when) for value in test.values)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compares(test, wanted, when)
    if isinstance(test, ast.Call):
        return when and _tests_form(test, wanted)
    return False


def _is_none_test(test: ast.expr, wanted: str) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Is, ast.IsNot)) and _same(test.left) == wanted


def _compares(test: ast.Compare, wanted: str, when: bool) -> bool:
    operator, other = test.ops[0], test.comparators[0]
    if isinstance(operator, (ast.Is, ast.IsNot)) and isinstance(test.left, ast.Call):
        return isinstance(operator, ast.IsNot) is when and _tests_form(test.left, wanted)
    if _same(test.left) != wanted:
        return False
    if isinstance(operator, (ast.In, ast.NotIn)):
        return isinstance(operator, ast.In) is when and not isinstance(other, ast.Constant)
    if isinstance(operator, (ast.Eq, ast.NotEq)):
        return isinstance(operator, ast.Eq) is when and isinstance(other, (ast.Constant, ast.Attribute))
    return False


def _tests_form(call: ast.Call, wanted: str) -> bool:
    """`x.isidentifier()`, `re.fullmatch(pattern, x)`, `NAME.match(x)`, `is_valid_name(x)`"""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _TEXT_TESTS:
        return any(_same(part) == wanted for part in walk(call.func.value) if isinstance(part, ast.expr))
    if isinstance(call.func, ast.Name) and call.func.id == "isinstance" and len(call.args) == 2:
        return _same(call.args[0]) == wanted and _NOT_TEXT.search(ast.unparse(call.args[1])) is not None
    if isinstance(call.func, ast.Attribute) and call.func.attr in _PATTERN_TESTS:
        return any(_same(argument) == wanted for argument in call.args[:2])
    return _validates(call, wanted)
