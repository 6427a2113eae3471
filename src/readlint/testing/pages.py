"""A rule's docstring is its manual page, and what it claims is tried out."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from readlint.files.kinds import PYTHON
from readlint.files.source import Source
from readlint.findings import Safety
from readlint.packs import RuleSet
from readlint.rules import Rule
from readlint.suppress.layout import Layout
from readlint.testing.engine import UNSAFE, Project, settings_for
from readlint.testing.failures import fail_if, shown

HEADINGS = ("Why is this bad?", "Example")
_CODE = re.compile(r"^```(\w+)\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"# (\S+/\S+)\n")
_QUOTED = re.compile(r"`[^`]*`")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


def check_page(rule: Rule[Any], rules: RuleSet) -> None:
    """The Example fires, "Use instead" is clean, and fixing the Example gives "Use instead"."""
    examples, better = (_blocks(rule, heading) for heading in ("Example", "Use instead"))
    problems = []
    if not examples:
        problems.append(f'{rule.module}: the page has no "## Example" with a ```python block')
    if not better:
        problems.append(f'{rule.module}: the page has no "Use instead:" with a ```python block')
    for code in examples:
        problems += _fires(rule, rules, code)
    for code in better:
        problems += _is_clean(rule, rules, code)
    if rule.fix is not Safety.NONE and not problems:
        if len(examples) != len(better):
            problems.append(f"{rule.module}: the page needs as many blocks to use instead as examples, to be compared")
        for code, instead in zip(examples, better, strict=False):
            problems += _is_fixed(rule, rules, code, instead)
    fail_if(problems)


class _Block(NamedTuple):
    """Code on the page, and what a file with it would be called."""

    path: str
    code: str


_Case = list[_Block]  # files of one project


def _blocks(rule: Rule[Any], heading: str) -> list[_Case]:
    """Each block is a project of its own, but those that begin with `# shop/models.py` are files of one."""
    together: _Case = []
    cases: list[_Case] = []
    for language, code in _CODE.findall(rule.section(heading)):
        path = _PATH.match(code)
        if path is None:
            cases.append([_Block("example.py" if language == "python" else f"example.{language}", code)])
            continue
        if not together:
            cases.append(together)
        together.append(_Block(path[1], code))
    return cases


def _project(rule: Rule[Any], rules: RuleSet, case: _Case) -> Project:
    sources = [Source(block.path, block.code.encode()) for block in case]
    return Project(sources, settings_for(rules, [rule.code]), rules)


def _fires(rule: Rule[Any], rules: RuleSet, case: _Case) -> Iterator[str]:
    if not any(_project(rule, rules, case).findings().values()):
        code = "\n".join(block.code for block in case)
        yield f"{rule.module}: the Example does not make the rule fire (it needs its imports)\n{code}"


def _is_clean(rule: Rule[Any], rules: RuleSet, case: _Case) -> Iterator[str]:
    project = _project(rule, rules, case)
    for path, findings in project.findings().items():
        for finding in findings:
            lines = project.sources[path].lines
            yield f'{rule.module}: what "Use instead" says makes the rule fire too\n{shown(finding, lines)}'


def _is_fixed(rule: Rule[Any], rules: RuleSet, case: _Case, instead: _Case) -> Iterator[str]:
    fixed = _project(rule, rules, case).fix_all(UNSAFE)
    for block, wanted in zip(case, instead, strict=True):
        found = fixed[block.path].text
        if found != wanted.code:
            diff = difflib.unified_diff(
                wanted.code.splitlines(), found.splitlines(), "Use instead", "fixed", n=99, lineterm=""
            )
            yield f'{rule.module}: fixing the Example does not give "Use instead"\n' + "\n".join(diff)


# How a rule presents itself


def check_style(rule: Rule[Any]) -> None:
    """Name, headings and messages are as people expect them from every rule."""
    fail_if([f"{rule.module}: {problem}" for problem in _style_problems(rule)])


def _style_problems(rule: Rule[Any]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name):
        yield f"`{rule.name}` is not a name of small letters; it is the module's file name"
    if re.match(r"(?:avoid|no|dont|do-not|check|use|prefer)-", rule.name):
        yield f"`{rule.name}` must say what is wrong, as in `swallowed-exception`, not what to do"
    if not re.fullmatch(r"[A-Z`].*[.]", rule.summary) or sentences(rule.summary) != 1:
        yield f"the page must begin with one sentence that says what is wrong, not: {rule.summary}"
    for heading in HEADINGS:
        if not rule.section(heading):
            yield f'the page needs the heading "## {heading}" with a text'
    if not rule.section("Use instead"):
        yield 'the page needs "Use instead:" after the Example'
    if rule.fix is not Safety.NONE and not rule.section("Fix safety"):
        yield f'the page needs the heading "## Fix safety" that says why the fix is {rule.fix.value}'
    for key, message in rule.messages.items():
        for problem in message_problems(message):
            yield f"message {key!r} {problem}: {message}"


def message_problems(message: str) -> Iterator[str]:
    """What keeps a message from being read well by everybody."""
    if not message.endswith("."):
        yield "must end in a full stop"
    if sentences(message) > 2:
        yield "must not have more than two sentences"
    if message.count("`") % 2:
        yield "has a backtick without its partner"
    if re.search(r"\bavoid\b", _QUOTED.sub("", message), re.IGNORECASE):
        yield 'must say what to do instead of "avoid"'
    if message != message.strip() or "\n" in message or "  " in message:
        yield "must be one line without spare spaces"


def sentences(text: str) -> int:
    return len(_SENTENCE_END.findall(_QUOTED.sub("", text)))


# Near misses in fixtures


def near_misses(source: Source, tree: ast.Module, marked_lines: set[int]) -> int:
    """How many functions, and statements outside of them, hold no line that a rule should speak of.

    In a file that is not Python they are lines.
    """
    if source.kind != PYTHON:
        return len({line.first for line in Layout(source).logical} - marked_lines)
    count = 0
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)) or _is_docstring(statement):
            continue
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        parts: list[ast.stmt] = [node for node in ast.walk(statement) if isinstance(node, functions)]
        for node in parts or [statement]:
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            count += not marked_lines.intersection(lines)
    return count


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
