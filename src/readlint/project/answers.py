"""Answers to the open questions of all files together, each looked for only when somebody asks.

A question names a definition; the file that holds it is parsed then and there, and the rule that knows the kind of
question looks at the definition. That keeps the first tier free of summaries that nobody needs.
"""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from readlint.analysis.context import Context
from readlint.analysis.scopes import Binding
from readlint.errors import InternalError
from readlint.findings import Finding, Question
from readlint.packs import RuleSet
from readlint.project.files import ProjectFiles
from readlint.project.inference import Inference
from readlint.rules import Answerer, Searcher
from readlint.syntax.screen import internal_error

_DEPTH = 3  # questions that an answer may ask in turn
_HOPS = 8  # re-exports and aliases on the way to a definition
_CONTEXTS = 64  # parsed files kept at a time: most questions are about few files


class Definition:
    """A definition and the file that holds it."""

    __slots__ = ("ctx", "node")

    def __init__(self, node: ast.AST, ctx: Context) -> None:
        self.node = node
        self.ctx = ctx


class Answers:
    """The project's memory during one run."""

    def __init__(self, rules: RuleSet, files: ProjectFiles) -> None:
        self.files = files
        self.answerers: dict[str, Answerer] = {}
        self.hints: dict[str, Callable[[str, str], bool]] = {}
        self.searchers: dict[str, Searcher] = {}
        for rule in rules.rules:
            self.answerers.update(rule.answerers)
            self.hints.update(rule.answer_hints)
            self.searchers.update(rule.searchers)
        self._contexts: OrderedDict[str, Context | None] = OrderedDict()
        self._known: dict[tuple[str, str, str], Any] = {}
        self._asking: list[tuple[str, str, str]] = []
        #: What `facts` was at the commit that the run compares with. Most runs compare with nothing.
        self.facts_at_base: Callable[[str], list[str] | None] = lambda fact: None

    def to(self, finding: Finding) -> Mapping[Question, Any]:
        return _Asked(self, finding)

    def ask(self, question: Question, path: str) -> Any:
        """What is known, or None. Rules take None for silence."""
        if question.kind.startswith("fact:"):
            return self.files.facts(question.kind.removeprefix("fact:"))
        if question.kind.startswith("base:"):
            return self.facts_at_base(question.kind.removeprefix("base:"))
        if question.kind == "settings":
            return self.files.settings(path)
        if question.kind in self.searchers:
            return self._searched(question.kind)
        key = (question.kind, question.subject, path)
        if key in self._known:
            return self._known[key]
        if question.kind not in self.answerers or key in self._asking or len(self._asking) >= _DEPTH:
            return None
        self._asking.append(key)
        try:
            answer = self._answer(question, path)
        finally:
            self._asking.pop()
        if not self._asking:
            self._known[key] = answer  # an answer cut short by depth or by a cycle is not kept
        return answer

    def _searched(self, kind: str) -> Any:
        key = (kind, "", "")
        if key not in self._known:
            self._known[key] = self.searchers[kind](lambda further: self.ask(further, ""), self.files)
        return self._known[key]

    def _answer(self, question: Question, path: str) -> Any:
        definition = self.definition(question.subject, path)
        if definition is None:
            return None
        ctx = definition.ctx
        answerer = self.answerers[question.kind]
        return answerer(definition.node, ctx, lambda further: self.ask(further, ctx.path))

    # From a dotted name to a definition

    def definition(self, subject: str, path: str, hops: int = _HOPS) -> Definition | None:
        if subject.startswith("@"):
            return self._inferred(subject, path)
        found = self.files.modules.find(subject, path)
        if found is None or not hops or not self._is_worth_a_look(*found):
            return None
        ctx = self._context(found[0])
        return None if ctx is None else self._inside(ctx, ctx.tree, found[1], hops)

    def _is_worth_a_look(self, path: str, parts: list[str]) -> bool:
        hint = self.hints.get(self._asking[-1][0]) if self._asking else None
        if hint is None or not parts or path in self._contexts:
            return True
        source = self.files.read(path)
        return source is not None and hint(source.text, parts[-1])

    def _inferred(self, subject: str, path: str) -> Definition | None:
        """`@line:column`: what the callee there is, as far as astroid can tell."""
        line, column = map(int, subject[1:].split(":"))
        reached = self.inference.callee(path, line, column)
        ctx = self._context(reached.path) if reached else None
        return self._inside(ctx, ctx.tree, reached.name.split("."), _HOPS) if reached and ctx else None

    @cached_property
    def inference(self) -> Inference:
        return Inference(self.files)

    def _inside(self, ctx: Context, owner: ast.AST, parts: list[str], hops: int) -> Definition | None:
        """The definition that `parts` mean inside a module or class."""
        if not parts:
            return Definition(owner, ctx)
        if not isinstance(owner, (ast.Module, ast.ClassDef)):
            return None
        found = ctx.scope_of(owner).bindings.get(parts[0], [])
        bindings = [b for b in found if b.how != "annotate"]
        if len(bindings) == 1:
            return self._bound(bindings[0], ctx, parts[1:], hops)
        if not bindings and isinstance(owner, ast.ClassDef) and len(found) == 1 == len(parts):
            return Definition(found[0].node, ctx)  # `limit: int`, a field without a default
        if not bindings and isinstance(owner, ast.ClassDef):
            return self._inherited(ctx, owner, parts, hops)
        if not bindings:
            return self._starred(ctx, parts, hops)
        return None

    def _bound(self, binding: Binding, ctx: Context, rest: list[str], hops: int) -> Definition | None:
        if binding.how in ("def", "class"):
            return self._inside(ctx, binding.node, rest, hops)
        scope = ctx.scope(binding.node)
        name = ctx.names.of_name(binding.name, scope)
        if name is not None:
            return self.definition(".".join([name, *rest]), ctx.path, hops - 1)
        if binding.how == "assign" and not rest:
            return Definition(binding.node, ctx)
        return None

    def _inherited(self, ctx: Context, owner: ast.ClassDef, parts: list[str], hops: int) -> Definition | None:
        for base in owner.bases:
            name = ctx.qualified_name(base)
            found = self.definition(".".join([name, *parts]), ctx.path, hops - 1) if name else None
            if found is not None:
                return found
        return None

    def _starred(self, ctx: Context, parts: list[str], hops: int) -> Definition | None:
        for node in ctx.tree.body:
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                base = "." * node.level + (f"{node.module}." if node.module else "")
                found = self.definition(base + ".".join(parts), ctx.path, hops - 1)
                if found is not None:
                    return found
        return None

    def _context(self, path: str) -> Context | None:
        if path not in self._contexts:
            self._contexts[path] = self.files.open(path)
            if len(self._contexts) > _CONTEXTS:
                self._contexts.popitem(last=False)
        self._contexts.move_to_end(path)
        return self._contexts[path]


class _Asked(Mapping[Question, Any]):
    """The answers to a finding's questions, each looked for when the rule first wants it: the last may be dear."""

    def __init__(self, answers: Answers, finding: Finding) -> None:
        self._answers = answers
        self._finding = finding

    def __getitem__(self, question: Question) -> Any:
        if question not in self._finding.questions:
            raise KeyError(question)
        return self._answers.ask(question, self._finding.path)

    def __iter__(self) -> Iterator[Question]:
        return iter(self._finding.questions)

    def __len__(self) -> int:
        return len(self._finding.questions)


def settle(findings: list[Finding], rules: RuleSet, answers: Answers, errors: list[InternalError]) -> list[Finding]:
    """Findings without questions, and those whose rule still stands by them once the questions are answered.

    A rule that fails is added to the errors; about its finding nothing is known.
    """
    settled: list[Finding] = []
    for finding in findings:
        rule = rules.by_code[finding.rule]
        if not finding.questions or rule.settle_function is None:
            settled.append(finding)
            continue
        try:
            verdict = rule.settle_function(finding.copy(), answers.to(finding))
            if verdict is not None and _plan(verdict) != _plan(finding):
                verdict.edits = None  # they were built for a fix that knew less
        except RecursionError:
            continue  # code nested as deeply as that is generated
        except (Exception, SystemExit) as error:
            if all((known.rule, known.path) != (finding.rule, finding.path) for known in errors):
                errors.append(internal_error(finding.rule, finding.path, error))
            continue
        if verdict is not None:
            verdict.questions = ()
            settled.append(verdict)
    return settled


def _plan(finding: Finding) -> tuple[str, dict[str, Any]] | None:
    return (finding.fix.apply, finding.fix.data) if finding.fix else None
