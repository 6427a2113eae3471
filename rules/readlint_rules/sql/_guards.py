"""Checks that a value has passed where it is used: allow-lists, patterns, and functions that validate."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Context, cell_of, last_name, reaching_writes, regex, walk

_LEAVING = frozenset({"abort", "exit", "_exit", "fail", "error", "bad_request", "throw"})
_TEXT_TESTS = frozenset({"isidentifier", "isalnum", "isalpha", "isdigit", "isnumeric", "isdecimal"})
_PATTERN_TESTS = frozenset({"match", "fullmatch", "search"})
_OF_LOOPS = (ast.Continue, ast.Break, ast.Assign)
_COLLECTIONS = frozenset({"set", "frozenset", "list", "tuple", "sorted"})
_QUOTES = frozenset({"'", '"', "`"})
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
            if _lets_through(_spelled_out(parent.test, ctx), wanted, is_body):
                return True
        if isinstance(parent, ast.match_case) and _is_literal(parent.pattern) and _subject(parent, ctx) == wanted:
            return True
        if isinstance(child, ast.stmt) and any(_stops(one, wanted, ctx) for one in _before(child, parent)):
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


def _is(node: ast.expr, wanted: str) -> bool:
    """Whether an expression is the value, also by the name that it gets there: `(name := given.lower())`."""
    if isinstance(node, ast.NamedExpr):
        return node.target.id == wanted or _same(node.value) == wanted
    return _same(node) == wanted


def _elements(node: ast.expr) -> str:
    """What the elements of a collection were taken from: `xs` of `set(xs)` and of `xs.keys()`."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "keys":
        return _same(node.func.value)
    is_made = isinstance(node.func, ast.Name) and node.func.id in _COLLECTIONS and len(node.args) == 1
    return _elements(node.args[0]) or _same(node.args[0]) if is_made else ""


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


def _spelled_out(test: ast.expr, ctx: Context) -> ast.expr:
    """The test whose result a variable holds: `match = NAME.fullmatch(x)` of `if match is None` and `if not match`."""
    held = test
    if isinstance(held, ast.UnaryOp) and isinstance(held.op, ast.Not):
        held = held.operand
    elif isinstance(held, ast.Compare) and isinstance(held.ops[0], (ast.Is, ast.IsNot)):
        held = held.left
    cell = cell_of(held, ctx) if isinstance(held, ast.Name) else None
    made = reaching_writes(cell, held, ctx) if cell is not None else None
    if made is None or not made.complete or len(made.found) != 1 or made.found[0][1]:
        return test
    value = made.found[0][0].value
    if not isinstance(value, (ast.Call, ast.Compare, ast.BoolOp, ast.BinOp, ast.ListComp, ast.SetComp)):
        return test
    if isinstance(test, ast.UnaryOp):
        return ast.UnaryOp(test.op, value)
    return ast.Compare(value, test.ops, test.comparators) if isinstance(test, ast.Compare) else value


def _stops(statement: ast.stmt, wanted: str, ctx: Context) -> bool:
    """`if x not in ALLOWED: raise`, `assert x in ALLOWED`, `check_name(x)`"""
    if isinstance(statement, ast.If):
        if _leaves(statement.body[-1]) and _lets_through(_spelled_out(statement.test, ctx), wanted, False):
            return True
        inner = statement.body  # `if column: if column not in ALLOWED: raise`
        is_about = not statement.orelse and wanted in ast.unparse(statement.test)
        return is_about and any(_stops(one, wanted, ctx) for one in inner)
    if isinstance(statement, ast.Assert):
        return _lets_through(_spelled_out(statement.test, ctx), wanted, True)
    if isinstance(statement, ast.Expr):
        value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        return isinstance(value, ast.Call) and _validates(value, wanted)
    if isinstance(statement, (ast.With, ast.Try)):
        return any(_stops(one, wanted, ctx) for one in statement.body)
    if isinstance(statement, ast.For):
        return _stops_at_any(statement, wanted, ctx)
    return isinstance(statement, ast.Match) and _matches_few(statement, wanted)


def _stops_at_any(loop: ast.For, wanted: str, ctx: Context) -> bool:
    """`for x in xs: if x not in ALLOWED: raise`. What goes on with the next one has checked nothing."""
    if not isinstance(loop.target, ast.Name) or wanted not in (_same(loop.iter), _elements(loop.iter)):
        return False
    target = loop.target.id
    return any(
        _stops(one, target, ctx) and not (isinstance(one, ast.If) and isinstance(one.body[-1], _OF_LOOPS))
        for one in loop.body
    )


def _matches_few(statement: ast.Match, wanted: str) -> bool:
    """`match x: case "a" | "b": ... case _: raise`"""
    *few, last = statement.cases
    is_rest = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
    return (
        _is(statement.subject, wanted)
        and is_rest
        and _leaves(last.body[-1])
        and all(_is_literal(case.pattern) or _leaves(case.body[-1]) for case in few)
    )


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
    if isinstance(test, ast.NamedExpr):
        return _lets_through(test.value, wanted, when)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compares(test, wanted, when)
    if isinstance(test, (ast.BinOp, ast.ListComp, ast.SetComp)):
        return not when and _finds_others(test, wanted)
    if isinstance(test, ast.Call):
        return _tests_elements(test, wanted, when) or (when and _tests_form(test, wanted))
    return False


def _finds_others(found: ast.expr, wanted: str) -> bool:
    """What holds those that are not allowed: `set(xs) - ALLOWED`, `[x for x in xs if x not in ALLOWED]`"""
    if isinstance(found, ast.BinOp):
        return isinstance(found.op, ast.Sub) and _elements(found.left) == wanted
    if isinstance(found, (ast.ListComp, ast.SetComp, ast.GeneratorExp)) and len(found.generators) == 1:
        part = found.generators[0]
        if isinstance(part.target, ast.Name) and wanted in (_same(part.iter), _elements(part.iter)):
            return len(part.ifs) == 1 and _lets_through(part.ifs[0], part.target.id, False)
    return False


def _tests_elements(call: ast.Call, wanted: str, when: bool) -> bool:
    """`all(x in ALLOWED for x in xs)`, `set(xs).issubset(ALLOWED)`, `ALLOWED.issuperset(xs)`"""
    if isinstance(call.func, ast.Name) and call.func.id in ("all", "any") and len(call.args) == 1:
        each = call.args[0]
        if not isinstance(each, (ast.GeneratorExp, ast.ListComp)) or (call.func.id == "all") is not when:
            return False
        part = each.generators[0]
        if len(each.generators) > 1 or part.ifs or not isinstance(part.target, ast.Name):
            return not when and _finds_others(each, wanted)
        return wanted in (_same(part.iter), _elements(part.iter)) and _lets_through(each.elt, part.target.id, when)
    if not isinstance(call.func, ast.Attribute) or len(call.args) != 1:
        return False
    of, given = call.func.value, call.args[0]
    if call.func.attr == "issuperset":
        return when and wanted in (_same(given), _elements(given))
    is_tested = call.func.attr == "issubset" if when else call.func.attr == "difference"
    return is_tested and wanted in (_same(of), _elements(of))


def _is_none_test(test: ast.expr, wanted: str) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Is, ast.IsNot)) and _same(test.left) == wanted


def _compares(test: ast.Compare, wanted: str, when: bool) -> bool:
    operator, other = test.ops[0], test.comparators[0]
    left = test.left.value if isinstance(test.left, ast.NamedExpr) else test.left
    if isinstance(operator, (ast.Is, ast.IsNot)) and isinstance(left, ast.Call):
        return isinstance(operator, ast.IsNot) is when and _tests_form(left, wanted)
    if isinstance(operator, (ast.LtE, ast.Lt)) and _elements(left) == wanted:
        return when
    if isinstance(operator, (ast.GtE, ast.Gt)) and _elements(other) == wanted:
        return when
    if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(left, ast.Constant) and left.value in _QUOTES:
        return isinstance(operator, ast.NotIn) is when and _is(other, wanted)  # `if '"' in x: raise`
    if not _is(test.left, wanted):
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
