"""The first tier: every file once. Its result is a pure function of the file's bytes and the settings."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from readlint import fingerprint
from readlint.analysis.context import Context
from readlint.analysis.tree import last_name
from readlint.budget import CLOCK
from readlint.errors import InternalError
from readlint.files.kinds import PYTHON, is_passed_over, kind_of
from readlint.files.secrets import mask
from readlint.files.source import NotText, Source, Unreadable
from readlint.findings import Finding, Place, Span, Target
from readlint.suppress.directives import Directive, may_have_directives, read_directives
from readlint.syntax.nodes import nodes_of
from readlint.syntax.parse import parse

if TYPE_CHECKING:
    from readlint.packs import RuleSet
    from readlint.rules import Rule
    from readlint.settings.model import Settings


class Screened:
    """What one file gave."""

    __slots__ = ("directives", "errors", "facts", "findings", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.facts: dict[str, list[str]] = {}
        self.directives: list[Directive] = []
        self.errors: list[InternalError] = []

    @property
    def is_open(self) -> bool:
        """Whether other files have a say in what it comes to, or something is to be said of readlint itself."""
        return bool(self.errors) or any(finding.questions for finding in self.findings)

    def to_json(self) -> Any:
        findings = [finding.to_json() for finding in self.findings]
        directives = [directive.to_json() for directive in self.directives]
        return [findings, self.facts, directives] if findings or self.facts or directives else 0

    def __reduce__(self) -> tuple[Callable[[str, Any], Screened], tuple[str, Any]]:
        """From a worker it comes as the cache has it, so without its errors and edits."""
        return Screened.from_json, (self.path, self.to_json())

    @classmethod
    def from_json(cls, path: str, data: Any) -> Screened:
        screened = cls(path)
        if data:
            screened.findings = [Finding.from_json(path, item) for item in data[0]]
            screened.facts = data[1]
            screened.directives = [Directive.from_json(item) for item in data[2]]
        return screened


class _Hook(NamedTuple):
    """One function of a rule. `callees` are the names that it asked for, none for a node check."""

    rule: Rule[Any]
    function: Callable[[Any, Context], Iterable[Any]]  # of a node, or of the kind of a text
    callees: tuple[str, ...] = ()
    fact: str = ""
    mentions: Callable[[str], bool] | None = None  # says of a file's text that the function has nothing to say of it

    @property
    def packages(self) -> frozenset[str]:
        return _packages(self.callees)

    @property
    def takes_any_receiver(self) -> bool:
        return "*" in self.packages


@cache
def _packages(callees: tuple[str, ...]) -> frozenset[str]:
    """Where they come from: a file that mentions none of these calls none of them."""
    return frozenset(name.partition(".")[0] for name in callees)


_NAMED = frozenset((ast.Name, ast.Attribute))
_ATTRIBUTE = ast.Attribute
_CALL, _ASSIGNMENT, _IMPORT = "call", "assignment", "import"
_KINDS = {ast.Call: _CALL, ast.Assign: _ASSIGNMENT, ast.AnnAssign: _ASSIGNMENT, ast.ImportFrom: _IMPORT}


class Dispatch:
    """Which functions want which nodes: by class, and for calls by the callee's last name."""

    def __init__(self, rules: Iterable[Rule[Any]], collectors: Iterable[Rule[Any]]) -> None:
        self.classes: dict[type[ast.AST], list[_Hook]] = {}
        self.calls: dict[str, list[_Hook]] = {}
        self.texts: dict[str, list[_Hook]] = {}
        for rule in rules:
            for kind, check in rule.text_checks:
                self.texts.setdefault(kind, []).append(_Hook(rule, check))
            for cls, check, mentions in rule.node_checks:
                self.classes.setdefault(cls, []).append(_Hook(rule, check, mentions=mentions))
            for name, check in rule.call_checks:
                self._on_call(name, _Hook(rule, check, (name,)))
        for rule in collectors:
            for name, fact, collector in rule.call_collectors:
                self._on_call(name, _Hook(rule, collector, (name,), fact, rule.fact_hints[fact]))
            for cls, fact, collector in rule.node_collectors:
                _add(self.classes.setdefault(cls, []), _Hook(rule, collector, (), fact, rule.fact_hints[fact]))
            for kind, fact, collector in rule.text_collectors:
                _add(self.texts.setdefault(kind, []), _Hook(rule, collector, (), fact))

        kinds: dict[type[ast.AST], str | None] = {ast.Module: None}
        kinds |= {**dict.fromkeys(self.classes), **_KINDS}
        self.visits = {cls: (self.classes.get(cls), kind) for cls, kind in kinds.items()}
        self.wanted = frozenset(self.visits)

    def _on_call(self, name: str, hook: _Hook) -> None:
        _add(self.calls.setdefault(name.rpartition(".")[2], []), hook)

    def walk(self, tree: ast.Module) -> list[tuple[list[_Hook], ast.AST]]:
        """Every node that somebody asked for, in no particular order. The loop is what a file costs beyond parsing."""
        if self.calls.keys() or self.classes.keys() - {ast.Module}:
            return self._walk(tree)
        return [(hooks, tree) for hooks in self.classes.values()]

    def _walk(self, tree: ast.Module) -> list[tuple[list[_Hook], ast.AST]]:
        hits: list[tuple[list[_Hook], ast.AST]] = []
        aliases: dict[str, list[_Hook]] = {}
        called: list[ast.Call] = []
        calls, visits = self.calls, self.visits
        for node in nodes_of(tree, self.wanted):
            hooks, kind = visits[node.__class__]
            if hooks:
                hits.append((hooks, node))
            if kind is _CALL:
                called.append(node)
                function = node.func
                name = function.attr if function.__class__ is _ATTRIBUTE else getattr(function, "id", None)
                if name in calls:
                    hits.append((calls[name], node))
            elif kind is _IMPORT or (kind is _ASSIGNMENT and node.value.__class__ in _NAMED):
                self._note_aliases(node, aliases)
        for call in called if aliases else ():
            hooks = aliases.get(last_name(call.func) or "")
            if hooks:
                hits.append((hooks, call))
        return hits

    def _note_aliases(self, node: ast.ImportFrom | ast.Assign | ast.AnnAssign, aliases: dict[str, list[_Hook]]) -> None:
        """`from time import time as now` and `now = time.time`: calls of `now` are calls of `time`."""
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.asname and alias.name in self.calls:
                    self._note_alias(alias.asname, alias.name, aliases)
        else:
            original = last_name(node.value) if node.value is not None else None
            if original in self.calls:
                for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
                    self._note_alias(last_name(target), original, aliases)

    def _note_alias(self, name: str | None, original: str, aliases: dict[str, list[_Hook]]) -> None:
        if not name or name == original:
            return
        for hook in self.calls[original]:
            # A check that takes any `*.name` may wait for this name too: it must not see the call twice.
            if name not in self.calls or not hook.takes_any_receiver:
                _add(aliases.setdefault(name, []), hook)


def _add(hooks: list[_Hook], hook: _Hook) -> None:
    """`operator.sub` and `*.sub` may want the same call: their function is called once."""
    for index, known in enumerate(hooks):
        if known.function is hook.function:
            mentions = known.mentions if known.mentions is hook.mentions else None
            hooks[index] = known._replace(callees=(*known.callees, *hook.callees), mentions=mentions)
            return
    hooks.append(hook)


class Screen:
    """Screens files with one set of rules. Rules switched off for a file cost it nothing."""

    def __init__(self, rules: RuleSet, build_fixes: Callable[[Screened, Context, RuleSet], None] | None = None) -> None:
        self.rules = rules
        self.build_fixes = build_fixes  # for reports that show them, while the tree is at hand
        self.prefixes = tuple(sorted({rule.code[:2] for rule in rules.rules}))
        self.in_tests = frozenset(rule.code for rule in rules.rules if rule.in_tests)
        self.dispatches: dict[tuple[frozenset[str], frozenset[str]], Dispatch] = {}
        self.collecting = Dispatch((), rules.rules)
        self.facts: dict[frozenset[str], frozenset[str]] = {}  # which are collected, by the rules that are on
        CLOCK.modules = {rule.module: rule.code for rule in rules.rules}

    def file(self, source: Source, settings: Settings, without: frozenset[str] = frozenset()) -> Screened:
        """What the rules find, but those that are left out."""
        try:
            tree = parse(source)
        except Unreadable as problem:
            return self.unreadable(source.path, problem, settings)
        screened = Screened(source.path)
        ctx = Context(source, tree, settings)
        dispatch = self._dispatch(source.path, settings, without)
        _call_all(dispatch, ctx, screened)
        if may_have_directives(source.remarks, self.prefixes, settings.honour_foreign_suppressions):
            screened.directives = read_directives(ctx)
        _finish(screened, ctx, self.rules)
        if self.build_fixes is not None:
            self.build_fixes(screened, ctx, self.rules)
        ctx.close()
        return screened

    def facts_of(self, source: Source, settings: Settings) -> Screened:
        """Only what the rules collect for the whole project."""
        screened = Screened(source.path)
        try:
            tree = parse(source)
        except Unreadable:
            return screened
        ctx = Context(source, tree, settings)
        _call_all(self.collecting, ctx, screened)
        _finish(screened, ctx, self.rules)
        ctx.close()
        return screened

    def active(self, path: str, settings: Settings) -> frozenset[str]:
        """The codes of the rules that look at a file. Tests are not services: few rules look at them."""
        enabled = settings.rules.for_path(path)
        return enabled & self.in_tests if settings.is_test(path) else enabled

    def reads(self, path: str, settings: Settings) -> bool:
        """Whether any rule looks at a file. Python is always read: a rule about it may need what stands elsewhere."""
        kind = kind_of(path)
        if kind in ("", PYTHON):
            return True
        return any(not hook.fact for hook in self._dispatch(path, settings).texts.get(kind, ()))

    def may_hold(self, fact: str, path: str) -> bool:
        """Whether a fact is collected from files of this kind."""
        kind = kind_of(path)
        return kind in ("", PYTHON) or any(hook.fact == fact for hook in self.collecting.texts.get(kind, ()))

    def collects(self, fact: str, settings: Settings) -> bool:
        """Whether a file with these settings was asked for a fact when it was screened."""
        enabled = settings.rules.enabled
        if enabled not in self.facts:
            hints = [rule.fact_hints for rule in self.rules.rules if rule.code in enabled]
            self.facts[enabled] = frozenset(fact for one in hints for fact in one)
        return fact in self.facts[enabled]

    def _dispatch(self, path: str, settings: Settings, without: frozenset[str] = frozenset()) -> Dispatch:
        """What is collected serves the whole project, so for that it is enough that a rule is on anywhere at all."""
        active, collecting = self.active(path, settings) - without, settings.rules.enabled - without
        key = (active, collecting)
        if key not in self.dispatches:
            rules = self.rules.rules
            self.dispatches[key] = Dispatch(
                [rule for rule in rules if rule.code in active], [rule for rule in rules if rule.code in collecting]
            )
        return self.dispatches[key]

    def unreadable(self, path: str, problem: Unreadable, settings: Settings) -> Screened:
        screened = Screened(path)
        if isinstance(problem, NotText) and kind_of(path) not in ("", PYTHON):
            return screened  # a picture may be called anything
        if "RL001" in self.active(path, settings):
            where = Span(problem.line, 0, problem.line, 0)
            finding = self.rules.by_code["RL001"].finding(where, problem=problem.message)
            finding.path = path
            screened.findings = [finding]
            fingerprint.assign(screened.findings)
        return screened


def _call_all(dispatch: Dispatch, ctx: Context, screened: Screened) -> None:
    if ctx.source.kind == PYTHON:
        for hooks, node in dispatch.walk(ctx.tree):
            for hook in hooks:
                _call(hook, node, ctx, screened)
    elif not is_passed_over(ctx.source):
        for hook in dispatch.texts.get(ctx.source.kind, ()):
            _call(hook, ctx.source.kind, ctx, screened)


def _call(hook: _Hook, node: ast.AST | str, ctx: Context, screened: Screened) -> None:
    try:
        if hook.mentions is not None and not ctx.mentions(hook.mentions):
            return
        if hook.callees and not _is_callee(hook, node, ctx):
            return
        if hook.fact:
            screened.facts.setdefault(hook.fact, []).extend(map(_string, hook.function(node, ctx)))
        else:
            for finding in hook.function(node, ctx):
                _place(finding, ctx)
                screened.findings.append(finding)
    except RecursionError:
        # Code nested as deeply as that is generated; nothing is proven about it.
        return
    except (Exception, SystemExit) as error:
        if all(known.rule != hook.rule.code for known in screened.errors):
            screened.errors.append(internal_error(hook.rule.code, ctx.path, error))


def _is_callee(hook: _Hook, node: ast.AST | str, ctx: Context) -> bool:
    assert isinstance(node, ast.Call)
    if hook.takes_any_receiver:
        return True
    return any(map(ctx.mentions, hook.packages)) and ctx.qualified_name(node.func) in hook.callees


def internal_error(rule: str, path: str, error: BaseException) -> InternalError:
    """It says where the rule broke, the innermost place, but not the exception's text: that may be source text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else ""
    return InternalError(rule, path, type(error).__name__, where)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a fact must be a string, not {type(value).__name__}")
    return value


_ATOMS = frozenset((str, int, float, bool, type(None)))


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """The data as the cache would give it back, so that a run with a cache is like one without."""
    if all(map(_is_plain, data.values())) and all(key.__class__ is str for key in data):
        return data
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return plain


def _is_plain(value: object) -> bool:
    """Whether the cache gives back what is equal to it: there is no need to write most data for that."""
    if value.__class__ is list:
        return _ATOMS.issuperset(map(type, value)) or all(map(_is_plain, value))
    return value.__class__ in _ATOMS


def _place(finding: Finding, ctx: Context) -> None:
    """Give a finding its position, its path and its place in the program."""
    finding.path = ctx.path
    where = finding.where
    if isinstance(where, ast.AST):
        finding.span = ctx.span(where)
        finding.definition, finding.shape = ctx.identity(where, secret="secret" in finding.data)
    elif ctx.source.kind != PYTHON:
        finding.shape = fingerprint.digest([finding.message_id, *finding.arguments.values()])  # the key that it names
    for place in (*finding.related, *finding.flow):
        _place_place(place, ctx)
    if finding.also_at:
        finding.also_at = tuple(ctx.span(one) if isinstance(one, ast.AST) else one for one in finding.also_at)
    finding.data = _plain(finding.data)
    if finding.fix:
        finding.fix.data = _plain(finding.fix.data)
        finding.fix.targets = tuple(Target(type(n).__name__, ctx.source.span(n)) for n in finding.fix.nodes)
        finding.fix.nodes = ()


def _place_place(place: Place, ctx: Context) -> None:
    if isinstance(place.where, ast.AST):
        place.span = place.where = ctx.span(place.where)


def _finish(screened: Screened, ctx: Context, rules: RuleSet) -> None:
    screened.facts = {fact: sorted(set(values)) for fact, values in screened.facts.items() if values}
    _keep_secrets_from_shapes(screened.findings, ctx)
    for finding in screened.findings:
        finding.where = finding.span  # let go of the tree
    screened.findings.sort(key=Finding.sort_key)
    fingerprint.assign(screened.findings)
    mask(
        ctx.source,
        screened.findings,
        screened.facts,
        lambda one: rules.by_code[one.rule].messages.get(one.message_id, ""),
    )


def _keep_secrets_from_shapes(findings: list[Finding], ctx: Context) -> None:
    """Nor does a digest tell of a secret when another rule than the one that found it looks at its statement."""
    spans = [numbers for finding in findings for numbers in finding.data.get("secret", ())]
    lines = frozenset(line for first, _, last, _ in spans for line in range(first, last + 1))
    if not lines:
        return
    for finding in findings:
        if isinstance(finding.where, ast.AST) and ctx.shapes.touch(finding.where, lines):
            finding.definition, finding.shape = ctx.identity(finding.where, secret=True)
