"""Writing the monotonic clock where the wall clock stood."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from readlint_rules.clocks._clock_tables import NUMBER_FUNCTIONS, SAME_INSTANT

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

LOSSY = ("seconds", "microseconds")  # parts of a difference that are often taken for the whole


class _Rewriter(NamedTuple):
    fix: FixContext

    def statement(self, node: cst.Assign) -> cst.FlattenSentinel[cst.BaseSmallStatement]:
        """`start = time.time()` and below it `start_mono = time.monotonic()`."""
        import libcst as cst

        twin = self.fix.expression(self.fix.data["twins"][self.fix.text(node.targets[0].target)])
        assert isinstance(twin, (cst.Name, cst.Attribute))
        named = cst.AssignTarget(twin)
        second = cst.Assign([named], self.value(node.value))
        return cst.FlattenSentinel([node, second])

    def value(self, node: cst.BaseExpression) -> cst.BaseExpression:
        import libcst as cst

        if isinstance(node, cst.BinaryOperation):
            return self.operation(node)
        if isinstance(node, cst.Call):
            return self.call(node)
        text = self.fix.text(node)
        if text in self.fix.data["twins"]:
            return self.fix.expression(self.fix.data["twins"][text])
        if isinstance(node, cst.Attribute) and node.attr.value in LOSSY:
            return self.part(self.value(node.value), node.attr.value)
        return node

    def operation(self, node: cst.BinaryOperation) -> cst.BaseExpression:
        import libcst as cst

        left, right = self.value(node.left), self.value(node.right)
        if isinstance(right, cst.BinaryOperation) and not right.lpar:
            right = right.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return node.with_changes(left=left, right=right)

    def call(self, node: cst.Call) -> cst.BaseExpression:
        import libcst as cst

        function = node.func
        if isinstance(function, cst.Name) and function.value in NUMBER_FUNCTIONS and node.args:
            first = node.args[0].with_changes(value=self.value(node.args[0].value))
            return node.with_changes(args=[first, *node.args[1:]])
        if self.fix.text(function).rpartition(".")[2] == "timedelta":
            return self.span(node)
        if isinstance(function, cst.Attribute):
            method = function.attr.value
            if method == "total_seconds":
                return self.value(function.value)
            if method == "replace" or method in SAME_INSTANT:
                return self.value(function.value)
        return self.read(function)

    def read(self, function: cst.BaseExpression) -> cst.BaseExpression:
        import libcst as cst

        return cst.Call(self.clock(function))

    def clock(self, function: cst.BaseExpression) -> cst.BaseExpression:
        import libcst as cst

        text = self.fix.text(function)
        name = self.fix.data["clock"] + ("_ns" if text.endswith("_ns") else "")
        if isinstance(function, cst.Attribute) and self.is_module(function.value):
            return function.with_changes(attr=cst.Name(name))
        return self.fix.name_for(f"time.{name}")

    def is_module(self, node: cst.BaseExpression) -> bool:
        """`time`, wherever it is imported: in the `try` statement of a function, say."""
        return self.fix.ctx.names.of_name(self.fix.text(node), self.fix.ctx.scope(self.fix.node)) == "time"

    def span(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """A `timedelta` as seconds."""
        import libcst as cst

        if isinstance(node, cst.Call) and len(node.args) == 1:
            keyword = node.args[0].keyword
            if keyword is not None and keyword.value == "seconds":
                return _guarded(node.args[0].value)
        if not isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.Subscript)) and not node.lpar:
            node = node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return cst.Call(cst.Attribute(node, cst.Name("total_seconds")))

    def part(self, node: cst.BaseExpression, name: str) -> cst.BaseExpression:
        """`.seconds` as all whole seconds; `.microseconds` as the rest, or as everything where nobody reads seconds."""
        import libcst as cst

        if name == "seconds":
            return cst.Call(cst.Name("int"), [cst.Arg(node.with_changes(lpar=[], rpar=[]))])
        text = self.fix.text(_guarded(node))
        return self.fix.expression(f"int({text}{self.fix.data['microseconds']} * 1_000_000)")


def rewrite(node: cst.CSTNode, fix: FixContext) -> cst.CSTNode | cst.FlattenSentinel[cst.BaseSmallStatement]:
    """One of the places that change together."""
    import libcst as cst

    rewriter = _Rewriter(fix)
    if isinstance(node, cst.Assign):
        return rewriter.statement(node)
    assert isinstance(node, cst.BaseExpression)
    if isinstance(fix.node, ast.Constant):
        return fix.expression('float("-inf")')
    if _position(fix.node) in fix.data["spans"]:
        return rewriter.span(node)
    if isinstance(fix.node, ast.BinOp) and isinstance(node, cst.BinaryOperation):
        argument = cst.Arg(rewriter.value(node.with_changes(lpar=[], rpar=[])), keyword=cst.Name("seconds"))
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        return cst.Call(fix.name_for("datetime.timedelta"), [argument.with_changes(equal=equal)])
    if isinstance(fix.node, (ast.Name, ast.Attribute)) and fix.text(node) not in fix.data["twins"]:
        if isinstance(fix.node, ast.Attribute) and fix.node.attr in LOSSY:
            return rewriter.value(node)
        return rewriter.clock(node)
    new = rewriter.value(node)
    return _bare(new) if _stands_alone(fix) else _guarded(new)


def _position(node: ast.AST) -> list[int | None]:
    assert isinstance(node, ast.expr)
    return [node.lineno, node.col_offset, node.end_lineno, node.end_col_offset]


def _stands_alone(fix: FixContext) -> bool:
    """Whether parentheses around the expression are no longer of use."""
    node = fix.node
    parent = fix.ctx.parent(node)
    if isinstance(parent, ast.Call):
        return node is not parent.func
    return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Return, ast.keyword, ast.FormattedValue, ast.Expr))


def _bare(node: cst.BaseExpression) -> cst.BaseExpression:
    import libcst as cst

    if not isinstance(node, cst.BinaryOperation) or len(node.lpar) != 1:
        return node
    bare = node.with_changes(lpar=[], rpar=[])
    return node if "\n" in cst.Module([]).code_for_node(node) else bare


def _guarded(node: cst.BaseExpression) -> cst.BaseExpression:
    """A difference among other operators keeps its parentheses."""
    import libcst as cst

    if isinstance(node, cst.BinaryOperation) and not node.lpar:
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node
