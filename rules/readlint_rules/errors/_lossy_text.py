"""Where text goes that was decoded with losses: into a parser, a file, a database, or only before somebody's eyes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from readlint.api import Context, cell_of, last_name, regex, uses

#: Methods of text that hand on what they get, in one piece or in several.
_TEXT_METHODS = frozenset("expandtabs lstrip partition removeprefix removesuffix rpartition rstrip strip".split())
_LINES_METHODS = frozenset("readlines rsplit split splitlines".split())
#: Parsers of formats in which every character counts, by the last two parts of their names: those of the standard
#: library, of the usual replacements, and of a project's own `acme.utils.json`.
_TEXT_PARSERS = frozenset(
    "json.loads orjson.loads simplejson.loads ujson.loads rapidjson.loads msgspec.json.decode yaml.load yaml.safe_load "
    "yaml.load_all yaml.safe_load_all toml.loads tomli.loads tomllib.loads tomlkit.parse ast.literal_eval "
    "xmltodict.parse".split()
)
_FILE_PARSERS = frozenset(
    "json.load simplejson.load ujson.load yaml.load yaml.safe_load yaml.load_all yaml.safe_load_all toml.load "
    "csv.reader csv.DictReader pandas.read_csv pandas.read_json".split()
)
_WRITES = frozenset({"write", "writelines", "write_text"})
#: Methods that put their arguments into a database.
_STORES = frozenset(
    "bulk_create copy_records_to_table executemany insert_many insert_one put_item replace_one update_one "
    "update_or_create".split()
)
_PASSWORDS = frozenset({"passphrase", "passwd", "password"})
_WORDS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BUDGET = 60  # expressions looked at for one answer


class Sink(NamedTuple):
    """`kind`: `parse`, `write`, `store` or `password`; `node` is what takes the text in."""

    kind: str
    node: ast.AST


def words_of(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def sinks(source: ast.expr, ctx: Context, *, is_file: bool) -> Iterator[Sink]:
    """Everything in this file that surely takes in the text of a decoding expression, or of a file that is open."""
    yield from _Search(ctx).follow(source, source, "file" if is_file else "text")


class _Search:
    """`form` is how the text is at hand: `text`, `lines` (anything that gives it in pieces) or `file`."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.seen: set[ast.AST] = set()

    def follow(self, node: ast.expr, value: ast.expr, form: str) -> Iterator[Sink]:
        """`value` is the part of `node` in which the text came up; a variable's origins name that."""
        if node in self.seen or len(self.seen) > _BUDGET:
            return
        self.seen.add(node)
        parent = self.ctx.parent(node)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            yield from self.assigned(parent, value, form)
        elif isinstance(parent, ast.withitem):
            yield from self.each(self.inside(parent.optional_vars, self.ctx.parent(parent)), form)
        elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            yield from self.each(self.looped(parent) if form != "text" and node is parent.iter else [], "text")
        elif isinstance(parent, ast.Attribute):
            yield from self.method(parent, form)
        elif isinstance(parent, (ast.Call, ast.keyword, ast.Tuple, ast.List, ast.Dict)):
            yield from self.given(node, parent, form)
        elif isinstance(parent, (ast.IfExp, ast.BoolOp)) and node is not getattr(parent, "test", None):
            yield from self.follow(parent, value, form)

    def each(self, nodes: list[ast.expr], form: str) -> Iterator[Sink]:
        for node in nodes:
            yield from self.follow(node, node, form)

    def assigned(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr, value: ast.expr, form: str) -> Iterator[Sink]:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if not _PASSWORDS.isdisjoint(words_of(last_name(target) or "")[-1:]):
                yield Sink("password", target)
            yield from self.each(self.reads(target, value), form)

    def reads(self, target: ast.expr | None, value: ast.expr) -> list[ast.expr]:
        """Where a name is read that may hold this value."""
        cell = cell_of(target, self.ctx) if isinstance(target, ast.Name) else None
        loads = uses(cell, self.ctx) or [] if cell else []
        return [load for load in loads if any(origin.node is value for origin in self.ctx.origins(load).values)]

    def looped(self, loop: ast.For | ast.AsyncFor | ast.comprehension) -> list[ast.expr]:
        return self.inside(loop.target, self.ctx.parent(loop) if isinstance(loop, ast.comprehension) else loop)

    def inside(self, target: ast.expr | None, owner: ast.AST | None) -> list[ast.expr]:
        """Where a name that a loop or a `with` statement binds is read inside of it."""
        cell = cell_of(target, self.ctx) if isinstance(target, ast.Name) else None
        loads = uses(cell, self.ctx) or [] if cell else []
        return [load for load in loads if any(ancestor is owner for ancestor in self.ctx.ancestors(load))]

    def method(self, node: ast.Attribute, form: str) -> Iterator[Sink]:
        call = self.ctx.parent(node)
        if not isinstance(call, ast.Call) or call.func is not node:
            return
        if form == "file" and node.attr in ("read", "readline") and not call.args:  # `read(1024)` only has a look
            yield from self.called(call, "text")
        elif node.attr in _LINES_METHODS:
            yield from self.called(call, "lines")
        elif form == "text" and node.attr in _TEXT_METHODS:
            yield from self.called(call, "text")

    def called(self, call: ast.Call, form: str) -> Iterator[Sink]:
        awaited = self.ctx.parent(call)
        whole = awaited if isinstance(awaited, ast.Await) else call
        yield from self.follow(whole, whole, form)

    def given(self, node: ast.AST, parent: ast.AST | None, form: str) -> Iterator[Sink]:
        while isinstance(parent, (ast.keyword, ast.Tuple, ast.List, ast.Dict)):
            node, parent = parent, self.ctx.parent(parent)
        if not isinstance(parent, ast.Call) or node is parent.func:
            return
        method = parent.func.attr if isinstance(parent.func, ast.Attribute) else ""
        name = ".".join((self.ctx.qualified_name(parent.func) or "").split(".")[-2:])
        if name in (_TEXT_PARSERS if form == "text" else _FILE_PARSERS) or method == "read_string":
            yield Sink("parse", parent)
        elif name == "io.StringIO":
            yield from self.called(parent, "file")
        elif method in _WRITES and form == "text":
            yield Sink("write", parent)
        elif method in _STORES or (method == "execute" and node in parent.args[1:]) or _is_model_creation(parent):
            yield Sink("store", parent)


def _is_model_creation(call: ast.Call) -> bool:
    """`Model.objects.create(name=text)`"""
    function = call.func
    return isinstance(function, ast.Attribute) and function.attr == "create" and last_name(function.value) == "objects"
