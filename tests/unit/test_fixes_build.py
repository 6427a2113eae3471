"""From a fixer's rewrite of one node to the smallest edits of the file."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import libcst as cst
import pytest

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.findings import Edit, Finding, FixPlan, Safety, Severity, Span, Target
from readlint.fixes.bindings import FixRefused
from readlint.fixes.build import make_edits
from readlint.fixes.context import FixContext
from readlint.fixes.edits import apply_edits
from readlint.rules import Category, Fix, Level, Rule

RULE: Rule[None] = Rule(
    __name__,
    "A toy.",
    code="XX001",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    messages={"default": "It is a toy."},
    since="0",
    fix=Safety.SAFE,
)


def context(text: str, target: tuple[int, int] = (3, 10)) -> Context:
    source = Source("toy.py", text.encode())
    return Context(source, ast.parse(text), SimpleNamespace(target_version=target, options={}))  # type: ignore[arg-type]


def nodes_of(ctx: Context, code: str) -> list[ast.AST]:
    """The nodes that read like `code` when printed, or are of the class of this name."""
    found = []
    for node in ast.walk(ctx.tree):
        reads_so = isinstance(node, (ast.expr, ast.keyword)) and ast.unparse(node) == code
        if type(node).__name__ == code or reads_so:
            found.append(node)
    assert found, code
    return found


def plan(ctx: Context, fixer: Callable[..., Any], *nodes: ast.AST, **data: Any) -> Finding:
    finding = RULE.finding(nodes[0], fix=Fix(fixer, "Do it", *nodes, data=data))
    assert finding.fix is not None
    finding.fix.targets = tuple(Target(type(n).__name__, ctx.source.span(n)) for n in nodes)
    return finding


def edits(text: str, target: str, fixer: Callable[..., Any], **data: Any) -> tuple[Edit, ...]:
    ctx = context(text)
    return make_edits(plan(ctx, fixer, *nodes_of(ctx, target), **data), RULE, ctx)


def fixed(text: str, target: str, fixer: Callable[..., Any], **data: Any) -> str:
    ctx = context(text)
    return apply_edits(ctx.source, make_edits(plan(ctx, fixer, *nodes_of(ctx, target), **data), RULE, ctx))


def refusal(text: str, target: str, fixer: Callable[..., Any], **data: Any) -> str:
    with pytest.raises(FixRefused) as caught:
        fixed(text, target, fixer, **data)
    return caught.value.reason


# Fixers


def to_code(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    return fix.expression(fix.data["code"])


def wrap(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    return cst.Call(cst.Name("f"), [cst.Arg(node)])


def rename_right(node: cst.Comparison, fix: FixContext) -> cst.Comparison:
    return node.with_changes(comparisons=[node.comparisons[0].with_changes(comparator=cst.Name("c"))])


def use(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    return cst.Call(fix.name_for(fix.data["name"]), [cst.Arg(node)])


def to_statement(node: cst.CSTNode, fix: FixContext) -> cst.CSTNode:
    line = fix.statement(fix.data["code"])
    return line.body[0] if isinstance(line, cst.SimpleStatementLine) else line


def to_lines(node: cst.CSTNode, fix: FixContext) -> cst.FlattenSentinel[cst.CSTNode]:
    return cst.FlattenSentinel([fix.statement(code) for code in fix.data["codes"]])


def before(node: cst.CSTNode, fix: FixContext) -> cst.FlattenSentinel[cst.CSTNode]:
    return cst.FlattenSentinel([fix.statement(fix.data["code"]), node])


def remove(node: cst.CSTNode, fix: FixContext) -> cst.RemovalSentinel:
    return cst.RemoveFromParent()


def narrow(node: cst.ExceptHandler, fix: FixContext) -> cst.ExceptHandler:
    return node.with_changes(type=cst.Name("Exception"), whitespace_after_except=cst.SimpleWhitespace(" "))


def log_first(node: cst.ExceptHandler, fix: FixContext) -> cst.ExceptHandler:
    assert isinstance(node.body, cst.IndentedBlock)
    return node.with_changes(body=node.body.with_changes(body=[fix.statement("log()"), *node.body.body]))


def in_block(node: cst.SimpleStatementLine, fix: FixContext) -> cst.With:
    body = cst.IndentedBlock([cst.SimpleStatementLine([cst.ensure_type(node, cst.Expr)])])
    return cst.With([cst.WithItem(cst.Name("guard"))], body)


def give_timeout(node: cst.Arg, fix: FixContext) -> cst.Arg:
    return node.with_changes(value=cst.Integer("5"))


def with_logger(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    get_logger = fix.text(fix.name_for("logging.getLogger", below_imports=True))
    fix.module_level(f"logger = {get_logger}(__name__)")
    return fix.expression("logger")


# Expressions


def test_only_what_changes_is_edited() -> None:
    text = "x = (a # why\n     == b)\n"
    assert edits(text, "a == b", rename_right) == (Edit(Span(2, 8, 2, 9), "c"),)


def test_operands_keep_their_own_bytes() -> None:
    text = "ok = wanted [ 'ü' ]  ==  got\n"
    assert edits(text, "wanted['ü'] == got", wrap) == (
        Edit(Span(1, 5, 1, 5), "f("),
        Edit(Span(1, 28, 1, 28), ")"),
    )
    assert fixed(text, "wanted['ü'] == got", wrap) == "ok = f(wanted [ 'ü' ]  ==  got)\n"


def test_an_expression_that_goes_over_lines_by_grace_of_parentheses() -> None:
    assert fixed("x = (\n  a\n  == b\n)\n", "a == b", to_code, code="a\n  != b") == "x = (\n  a\n  != b\n)\n"


def test_parentheses_are_added_where_the_place_needs_them() -> None:
    assert fixed("x = not a(b) == c\n", "a(b)", to_code, code="a or b") == "x = not (a or b) == c\n"
    assert fixed("x = a(b).c\n", "a(b)", to_code, code="await z") == "x = (await z).c\n"
    assert fixed("x = a(b)\n", "a(b)", to_code, code="a or b") == "x = a or b\n"


def test_a_lone_generator_argument_keeps_the_parentheses_of_its_call() -> None:
    assert fixed("x = f(i for i in y)\n", "(i for i in y)", to_code, code="z") == "x = f(z)\n"


@pytest.mark.parametrize(
    ("text", "code", "new", "result"),
    [
        ("x = (y := g())\n", "(y := g())", "h()", "x = (h())\n"),
        ("async def f():\n\treturn await g()\n", "await g()", "h()", "async def f():\n\treturn h()\n"),
        ("def f():\n    x = yield g\n", "(yield g)", "h()", "def f():\n    x = h()\n"),
        ("x = a, b\n", "(a, b)", "c", "x = c\n"),
        ("x = ('a'\n     'b')\n", "'ab'", "c", "x = (c)\n"),
        ("@deco(a)\nclass C: pass\n", "deco(a)", "other", "@other\nclass C: pass\n"),
        ("if a:\n    pass\nelif b:\n    pass\n", "b", "c", "if a:\n    pass\nelif c:\n    pass\n"),
        ("if x: y = g(); z()\n", "z()", "w()", "if x: y = g(); w()\n"),
        ("x = lambda: g()\n", "g()", "h()", "x = lambda: h()\n"),
        ("print(*g())\n", "g()", "h()", "print(*h())\n"),
        ("x = y \\\n    + g()\n", "g()", "h()", "x = y \\\n    + h()\n"),
        ("with g() as a, b: pass\n", "g()", "h()", "with h() as a, b: pass\n"),
    ],
)
def test_expressions_everywhere(text: str, code: str, new: str, result: str) -> None:
    assert fixed(text, code, to_code, code=new) == result


def test_what_needs_parentheses_elsewhere_gets_them_there() -> None:
    assert fixed("x = a, b\n", "(a, b)", wrap) == "x = f((a, b))\n"
    assert fixed("x = (a, b)\n", "(a, b)", wrap) == "x = f((a, b))\n"
    assert fixed("x = a, b\n", "(a, b)", without_last) == "x = a,\n"
    assert fixed("if (n := g()): pass\n", "(n := g())", wrap) == "if (f((n := g()))): pass\n"


def without_last(node: cst.Tuple, fix: FixContext) -> cst.Tuple:
    return node.with_changes(elements=node.elements[:1])


def test_the_target_of_an_assignment_is_no_expression() -> None:
    assert "target" in refusal("x.y = 1\n", "x.y", wrap)


def test_a_comment_is_not_lost() -> None:
    assert "comment" in refusal("x = (a # why\n    == b)\n", "a == b", to_code, code="c")
    assert fixed("x = (a == b)  # why\n", "a == b", to_code, code="c") == "x = (c)  # why\n"


def test_a_place_inside_an_f_string_is_proven_or_refused() -> None:
    text = 'x = f"{a == b} ü {c == d!r:>10}"\n'
    for code in ("a == b", "c == d"):
        ctx = context(text)
        try:
            result = make_edits(plan(ctx, wrap, *nodes_of(ctx, code)), RULE, ctx)
        except FixRefused:
            continue
        assert apply_edits(ctx.source, result) == text.replace(code, f"f({code})")


def test_what_an_older_f_string_cannot_hold_is_refused() -> None:
    ctx = context("x = f'{a == b}'\n", target=(3, 10))
    finding = plan(ctx, to_code, *nodes_of(ctx, "a == b"), code='g("k")')
    with pytest.raises(FixRefused):
        make_edits(finding, RULE, ctx)


def test_a_self_documenting_f_string_is_refused() -> None:
    ctx = context("x = f'{a == b=}'\n", target=(3, 12))
    with pytest.raises(FixRefused):
        make_edits(plan(ctx, wrap, *nodes_of(ctx, "a == b")), RULE, ctx)


def test_several_targets_make_one_fix() -> None:
    text = "import time\na = time.time()\nb = time.time()\n"
    assert fixed(text, "time.time()", to_code, code="time.monotonic()") == text.replace("time()", "monotonic()")


def test_a_target_that_is_gone_is_refused() -> None:
    ctx = context("x = a == b\n")
    finding = plan(ctx, wrap, *nodes_of(ctx, "a == b"))
    with pytest.raises(FixRefused):
        make_edits(finding, RULE, context("y = 1\n"))


def test_a_fix_that_changes_nothing_is_none() -> None:
    assert "nothing" in refusal("x = a\n", "a", to_code, code="a")


def test_refuse_says_why() -> None:
    assert refusal("x = a\n", "a", give_up) == "not today"


def give_up(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    fix.refuse("not today")


def test_a_keyword_argument() -> None:
    text = "get(url, *rest, timeout = None,  # ?\n    **more)\n"
    assert fixed(text, "keyword", first_keyword) == text.replace("None", "5")
    assert fixed("get(url, timeout=None)\n", "timeout=None", remove) == "get(url)\n"
    assert fixed("get(timeout=None, a=1)\n", "timeout=None", remove) == "get(a=1)\n"


def first_keyword(node: cst.Arg, fix: FixContext) -> cst.Arg:
    return give_timeout(node, fix) if node.keyword else node


# Statements


def test_a_statement_becomes_several_lines() -> None:
    text = "def f():\n\tif x:\n\t\tgo()  # why\n\t\treturn 1\n"
    result = "def f():\n\tif x:\n\t\ta()\n\t\tb()  # why\n\t\treturn 1\n"
    ctx = context(text)
    statement = next(n for n in ast.walk(ctx.tree) if isinstance(n, ast.Expr))
    made = make_edits(plan(ctx, to_lines, statement, codes=["a()", "b()"]), RULE, ctx)
    assert apply_edits(ctx.source, made) == result
    assert [edit.span.column > 0 for edit in made] == [True]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_line_before_another_does_not_begin_in_the_margin(newline: str) -> None:
    text = newline.join(["def f():", "    x = 1", "    return x", ""])
    ctx = context(text)
    made = make_edits(plan(ctx, before, nodes_of(ctx, "Return")[0], code="log()"), RULE, ctx)
    assert apply_edits(ctx.source, made) == newline.join(["def f():", "    x = 1", "    log()", "    return x", ""])
    assert [(e.span.line, e.span.column, e.text) for e in made] == [(2, 9, f"{newline}    log()")]


def test_a_removed_statement_takes_its_line() -> None:
    assert fixed("def f():\n    go()\n    return 1\n", "Expr", remove) == "def f():\n    return 1\n"
    assert fixed("def f():\n    a = 1; go(); b = 2\n", "Expr", remove) == "def f():\n    a = 1; b = 2\n"
    assert fixed("def f():\n    go()\n", "Expr", remove) == "def f():\n    pass\n"


def test_one_statement_of_a_line() -> None:
    assert fixed("a = 1; go(); b = 2  # c\n", "Expr", to_statement, code="stay()") == "a = 1; stay(); b = 2  # c\n"
    assert fixed("if x: go()\n", "Expr", to_statement, code="stay()") == "if x: stay()\n"
    assert fixed("a = 1; go()\n", "Expr", to_lines, codes=["a()", "b()"]) == "a = 1; a(); b()\n"
    assert fixed("if x: go()\n", "Expr", to_lines, codes=["a()", "b()"]) == "if x: a(); b()\n"
    assert "shares its line" in refusal("a = 1; go()\n", "Expr", in_block)


def test_an_elif_has_no_room_for_two_statements() -> None:
    ctx = context("if a:\n    pass\nelif b:\n    pass\n")
    with pytest.raises(FixRefused, match="no room"):
        make_edits(plan(ctx, before, nodes_of(ctx, "If")[1], code="log()"), RULE, ctx)


def test_a_statement_becomes_a_block_in_the_files_own_indentation() -> None:
    text = "class C:\n  def f(self):\n    if x:\n      go()\n"
    assert fixed(text, "Expr", in_block) == "class C:\n  def f(self):\n    if x:\n      with guard:\n        go()\n"


def test_a_multi_line_string_is_not_reindented() -> None:
    text = 'def f():\n    if x:\n        go("""\na\n  b\n""")\n        raise E\n'
    assert fixed(text, "Raise", to_statement, code="raise F") == text.replace("raise E", "raise F")


def test_handlers_by_their_own_place() -> None:
    text = "def f():\n    try:\n        a()\n    except:  # no\n        b()\n    finally:\n        c()\n"
    assert fixed(text, "ExceptHandler", narrow) == text.replace("except:", "except Exception:")
    assert edits(text, "ExceptHandler", narrow) == (Edit(Span(4, 10, 4, 10), " Exception"),)
    assert fixed(text, "ExceptHandler", log_first) == text.replace("        b()", "        log()\n        b()")


def test_what_is_below_elif_else_for_with_and_match() -> None:
    text = textwrap.dedent("""\
        if a:
            pass
        elif b:
            for i in j:
                pass
            else:
                with k:
                    match l:
                        case 1:
                            while m:
                                try:
                                    pass
                                except E:
                                    pass
                                else:
                                    go()
        """)
    assert fixed(text, "Expr", to_statement, code="stay()") == text.replace("go()", "stay()")


def test_a_file_without_a_final_newline() -> None:
    assert fixed("if x:\n    go()", "Expr", to_lines, codes=["a()", "b()"]) == "if x:\n    a()\n    b()"


def test_a_form_feed_stays() -> None:
    text = "a = 1\n\f\ndef f():\n    go()\n\f\nb = 1\n"
    assert fixed(text, "Expr", to_statement, code="stay()") == text.replace("go", "stay")


# Names


@pytest.mark.parametrize(
    ("text", "name", "result"),
    [
        ("import hmac\nx = a == b\n", "hmac.compare_digest", "import hmac\nx = hmac.compare_digest(a == b)\n"),
        ("import hmac as h\nx = a == b\n", "hmac.compare_digest", "import hmac as h\nx = h.compare_digest(a == b)\n"),
        (
            "from hmac import compare_digest as same\nx = a == b\n",
            "hmac.compare_digest",
            "from hmac import compare_digest as same\nx = same(a == b)\n",
        ),
        (
            "from concurrent import futures\nx = a == b\n",
            "concurrent.futures.wait",
            "from concurrent import futures\nx = futures.wait(a == b)\n",
        ),
        (
            "from hmac import new\nx = a == b\n",
            "hmac.compare_digest",
            "from hmac import compare_digest, new\nx = compare_digest(a == b)\n",
        ),
        ("import os\nx = a == b\n", "hmac.compare_digest", "import hmac\nimport os\nx = hmac.compare_digest(a == b)\n"),
        (
            "import os\ndef f(hmac):\n    return a == b\n",
            "hmac.compare_digest",
            "import os\nfrom hmac import compare_digest\ndef f(hmac):\n    return compare_digest(a == b)\n",
        ),
        (
            "import os\ndef f(hmac, compare_digest):\n    return a == b\n",
            "hmac.compare_digest",
            "import hmac as _hmac\nimport os\ndef f(hmac, compare_digest):\n    return _hmac.compare_digest(a == b)\n",
        ),
        (
            "try:\n    import hmac\nexcept ImportError:\n    hmac = None\nx = a == b\n",
            "hmac.compare_digest",
            None,
        ),
        (
            "def f():\n    import hmac\n    return a == b\n",
            "hmac.compare_digest",
            "def f():\n    import hmac\n    return hmac.compare_digest(a == b)\n",
        ),
        (
            "import typing\nif typing.TYPE_CHECKING:\n    import hmac\nx = a == b\n",
            "hmac.compare_digest",
            "import hmac\nimport typing\nif typing.TYPE_CHECKING:\n    import hmac\nx = hmac.compare_digest(a == b)\n",
        ),
    ],
)
def test_names_through_imports(text: str, name: str, result: str | None) -> None:
    made = fixed(text, "a == b", use, name=name)
    if result is not None:
        assert made == result
    assert "None" not in made.splitlines()[-1]


def test_a_name_that_is_taken_everywhere_is_refused() -> None:
    text = "def f(hmac, compare_digest, _hmac):\n    return a == b\n"
    assert "taken" in refusal(text, "a == b", use, name="hmac.compare_digest")


def test_an_import_that_comes_later_does_not_serve_code_that_runs_before() -> None:
    assert "come after" in refusal("x = a == b\nimport hmac\n", "a == b", use, name="hmac.compare_digest")
    text = "def f():\n    return a == b\nimport hmac\n"
    assert fixed(text, "a == b", use, name="hmac.compare_digest") == text.replace(
        "a == b", "hmac.compare_digest(a == b)"
    )


def test_a_logger_below_the_imports() -> None:
    text = "import os\n\n\ndef f():\n    x\n"
    assert fixed(text, "x", with_logger) == (
        "import logging\nimport os\n\nlogger = logging.getLogger(__name__)\n\n\ndef f():\n    logger\n"
    )


def test_a_logger_that_is_there_is_used() -> None:
    text = "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef f():\n    x\n"
    assert fixed(text, "x", with_logger) == text.replace("    x\n", "    logger\n")


def test_a_logger_of_another_kind_is_not_overwritten() -> None:
    assert "means something else" in refusal("logger = 3\n\n\ndef f():\n    x\n", "x", with_logger)
    assert "means something else" in refusal("def f(logger):\n    x\n", "x", with_logger)


# A fix that needs no function


def test_a_fix_that_only_deletes() -> None:
    ctx = context("x = 1  # readlint: ignore[XX001]\n")
    finding = RULE.finding(Span(1, 7, 1, 32))
    finding.fix = FixPlan("", "Remove it", Safety.SAFE, data={"delete": [[1, 5, 1, 32]]})
    assert apply_edits(ctx.source, make_edits(finding, RULE, ctx)) == "x = 1\n"
