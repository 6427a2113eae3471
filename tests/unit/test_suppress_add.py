"""`--add-ignore`: comments are put where they are comments, and where they work."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.analysis.context import Context
from readlint.errors import UserError
from readlint.files.source import Source
from readlint.findings import Edit, Finding, Severity, Span
from readlint.fixes.edits import apply_edits
from readlint.settings.model import Settings
from readlint.suppress.add import add_ignore, add_ignores, annotate, check_until
from readlint.suppress.directives import read_directives

WHY = "callers log every failure"


def context(text: str) -> Context:
    return Context(Source("a.py", text.encode()), ast.parse(text), Settings())


def at(line: int, code: str = "RL101") -> Finding:
    return Finding(code, code.lower(), Severity.ERROR, Span(line, 0, line, 1), "Text.")


def written(text: str, *findings: Finding) -> str:
    ctx = context(text)
    new = text
    for edit in reversed(add_ignores(findings, ctx, WHY)):
        span = edit.span
        start, end = ctx.source.offset(span.line, span.column), ctx.source.offset(span.end_line, span.end_column)
        new = new[:start] + edit.text + new[end:]
    return new


def check(text: str, *findings: Finding) -> str:
    """What is written silences the findings, changes no code, and needs no second time."""
    new = written(text, *findings)
    assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(text))
    shift = len(new.splitlines()) - len(text.splitlines())
    moved = [at(finding.span.line + shift, finding.rule) for finding in findings]
    directives = read_directives(context(new))
    for finding in moved:
        texts = {s.text for d in directives if d.covers(finding) for s in d.selectors}
        assert finding.rule in texts
    assert written(new, *moved) == new
    return new


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        ("f()\ng()\n", 1, f"f()  # readlint: ignore[RL101] {WHY}\ng()\n"),
        ("f()", 1, f"f()  # readlint: ignore[RL101] {WHY}"),
        ("f()   \r\n", 1, f"f()   # readlint: ignore[RL101] {WHY}\r\n"),
        ("f()  # type: ignore\n", 1, f"f()  # type: ignore  # readlint: ignore[RL101] {WHY}\n"),
        ("f(\n    1,\n)\n", 2, f"f(\n    1,  # readlint: ignore[RL101] {WHY}\n)\n"),
        ("try:\n    f()\nexcept (\n    E):\n    pass\n", 3,
         f"try:\n    f()\nexcept (  # readlint: ignore[RL101] {WHY}\n    E):\n    pass\n"),
        ('if x:\n    f("""\n    """)\n', 2, f'if x:\n    # readlint: ignore[RL101] {WHY}\n    f("""\n    """)\n'),
        ('if x:\r\n\tf("""\r\n""")\r\n', 2, f'if x:\r\n\t# readlint: ignore[RL101] {WHY}\r\n\tf("""\r\n""")\r\n'),
        ("x = 1 + \\\n    f()\n", 1, f"# readlint: ignore[RL101] {WHY}\nx = 1 + \\\n    f()\n"),
        ("f() \t \n", 1, f"f() \t # readlint: ignore[RL101] {WHY}\n"),
        ("f() \n", 1, f"f()  # readlint: ignore[RL101] {WHY}\n"),
        (f"x = f()  # readlint: ignore[RL201] {WHY}\n", 1, f"x = f()  # readlint: ignore[RL201, RL101] {WHY}\n"),
        (f"# readlint: ignore[RL201] {WHY}\nx = f()\n", 2, f"# readlint: ignore[RL201, RL101] {WHY}\nx = f()\n"),
        ("x = f()  # readlint: ignore[RL201] the clock is right\n", 1,
         f"x = f()  # readlint: ignore[RL201] the clock is right  # readlint: ignore[RL101] {WHY}\n"),
        ("x = f()  # readlint: ignore[RL201] until=2020-01-01 the clock is right\n", 1,
         f"x = f()  # readlint: ignore[RL201] until=2020-01-01 the clock is right  # readlint: ignore[RL101] {WHY}\n"),
        ("x = f()  # noqa: RL201\n", 1, f"x = f()  # noqa: RL201  # readlint: ignore[RL101] {WHY}\n"),
    ],
)  # fmt: skip
def test_places(before: str, line: int, after: str) -> None:
    assert written(before, at(line)) == after
    if not after.startswith("#"):
        check(before, at(line))


def test_an_end() -> None:
    edit = add_ignore(at(1), context("f()\n"), WHY, "2027-01-31")
    assert edit is not None
    assert edit.text == f"  # readlint: ignore[RL101] until=2027-01-31 {WHY}"
    text = f"f(){edit.text}\n"
    more = add_ignore(at(1, "RL201"), context(text), WHY, "2027-01-31")
    assert more is not None
    assert more.text == ", RL201"
    other = add_ignore(at(1, "RL201"), context(text), WHY)
    assert other is not None
    assert other.text == f"  # readlint: ignore[RL201] {WHY}"


@pytest.mark.parametrize("until", ["tomorrow", "2027-02-30", "20270131", "2027-1-31", ""])
def test_what_is_no_day(until: str) -> None:
    with pytest.raises(UserError, match="is not a day"):
        check_until(until, datetime.date(2026, 1, 1))


def test_days() -> None:
    assert check_until(None, datetime.date(2026, 1, 1)) == ""
    assert check_until("2026-01-01", datetime.date(2026, 1, 1)) == "2026-01-01"
    with pytest.raises(UserError, match="is over"):
        check_until("2025-12-31", datetime.date(2026, 1, 1))


def suppressing(codes: set[str], broken: str = "") -> Callable[[Source], list[Finding]]:
    """What a run would find: in every line, of each rule, unless the line's directives silence it."""

    def recheck(source: Source) -> list[Finding]:
        ctx = Context(source, ast.parse(source.text), Settings())
        directives = [d for d in read_directives(ctx) if broken not in source.lines[d.line - 1] or not broken]
        found = []
        for node in ast.walk(ctx.tree):
            for code in sorted(codes) if isinstance(node, ast.Call) else ():
                finding = at(node.lineno, code)
                finding.fingerprint = f"{ast.dump(node)}{code}"
                if not any(d.covers(finding) and code in {s.text for s in d.selectors} for d in directives):
                    found.append(finding)
        return found

    return recheck


def annotated(text: str, recheck: Callable[[Source], list[Finding]]) -> tuple[str, int] | None:
    ctx = context(text)
    findings = recheck(ctx.source)
    done = annotate(ctx, findings, add_ignores(findings, ctx, WHY), recheck)
    return done and (done.source.text, done.missed)


def test_only_comments_that_work_are_written() -> None:
    text = "f()\ng()\nh()\n"
    mark = f"  # readlint: ignore[RL101] {WHY}"
    assert annotated(text, suppressing({"RL101"})) == (f"f(){mark}\ng(){mark}\nh(){mark}\n", 0)
    assert annotated(text, suppressing({"RL101"}, broken="g()")) == (f"f(){mark}\ng()\nh(){mark}\n", 1)
    assert annotated("g()\n", suppressing({"RL101"}, broken="g()")) is None


def test_a_comment_that_brings_something_up_is_not_written() -> None:
    quiet = suppressing({"RL101"})
    assert annotated("f()\n", lambda source: quiet(source) or [at(1, "RL999")]) is None


def test_an_encoding_that_cannot_hold_the_reason() -> None:
    ctx = Context(Source("a.py", b"# coding: ascii\nf()\n"), ast.parse("\nf()\n"), Settings())
    findings = [at(2)]
    assert annotate(ctx, findings, add_ignores(findings, ctx, "größer als gedacht"), lambda _: []) is None


def test_one_comment_for_several_findings() -> None:
    assert check("f()\n", at(1, "RL201"), at(1), at(1)) == f"f()  # readlint: ignore[RL101, RL201] {WHY}\n"


def test_already_suppressed() -> None:
    ctx = context(f"f()  # readlint: ignore[RL101] {WHY}\n")
    assert add_ignore(at(1), ctx, WHY) is None
    assert add_ignore(at(1, "RL201"), ctx, WHY) is not None


def test_what_is_wrong_with_comments_is_not_commented_upon() -> None:
    assert add_ignore(at(1, "RL003"), context("f()  # readlint: ignore\n"), WHY) is None


@pytest.mark.parametrize("reason", ["", "legacy", "false positive", "until=2027-01-31 is fine", "a reason # and more"])
def test_reasons_that_would_be_reported(reason: str) -> None:
    with pytest.raises(UserError):
        add_ignores([at(1)], context("f()\n"), reason)


def test_a_reason_stays_on_its_line() -> None:
    edit = add_ignore(at(1), context("f()\n"), "callers log\nevery failure")
    assert edit is not None
    assert edit.text == f"  # readlint: ignore[RL101] {WHY}"


PIECES = [
    'f("a")',
    'g("""\n{x}\n""")',
    "h(\n    1,  # one\n    2,\n)",
    "x = 1 + \\\n    2",
    'y = f"""\n{x!r}\n"""',
    "z",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5), st.data())
def test_wherever_a_finding_is_it_can_be_suppressed(pieces: list[str], data: st.DataObject) -> None:
    text = "def outer():\n" + "".join(f"    {piece}\n" for piece in pieces)
    lines = [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr)]
    line = data.draw(st.sampled_from(lines))
    new = written(text, at(line))
    assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(text))
    moved = at(line + (len(new.splitlines()) - len(text.splitlines())))
    assert any(directive.covers(moved) for directive in read_directives(context(new)))
    # Taking it out again leaves what was there.
    ctx = context(new)
    directive = next(d for d in read_directives(ctx) if d.covers(moved))
    assert apply_edits(ctx.source, [Edit(directive.removal, "")]) == text
