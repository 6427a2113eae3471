"""The queries of one file, each folded and judged once for all rules that ask.

Cheapest first: most calls with a name such as `execute` are given a constant or no text at all, and leave at once.
Only those with something in them that is not known to be harmless are taken apart.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from readlint.api import Context, regex
from readlint_rules.sql import _folding, _model, _positions, _provenance, _runs

#: What stands between a column and a value in quotes.
_COMPARED = regex(r"(?is)[\"`\]]?\)?\s*(?:=|==|!=|<>|(?:not\s+)?i?like|(?:not\s+)?in\s*\()\s*['\"]%?")


def queries(call: ast.Call, ctx: Context) -> list[_model.Query]:
    """What a call runs that is put together, with all the ways to do so; mostly nothing."""
    return ctx.once(_Queries).of(call)


def judged(query: _model.Query, ctx: Context, trust: _provenance.Trust) -> tuple[_model.Judged, ...]:
    """What is put into a query that is not harmless, each expression once."""
    return ctx.once(_Queries).judged(query, trust)


class _Queries:
    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.known: dict[ast.Call, list[_model.Query]] = {}
        self.judges: dict[_provenance.Trust, _provenance.Judge] = {}
        self.answers: dict[tuple[ast.Call, ast.expr, _provenance.Trust], tuple[_model.Judged, ...]] = {}

    def of(self, call: ast.Call) -> list[_model.Query]:
        if call not in self.known:
            found = [self.query(one) for one in _runs.candidates(call, self.ctx)] if _may_be_built(call) else ()
            self.known[call] = [query for query in found if query is not None]
        return self.known[call]

    def query(self, one: _runs.Candidate) -> _model.Query | None:
        """Folds before it resolves: to follow a receiver costs more, and most texts show that they are no SQL."""
        if isinstance(one.query, ast.Constant) or self.is_no_text(one):
            return None
        found = [skeleton for skeleton in _folding.skeletons(one.query, self.ctx) if skeleton.holes]
        if one.must_begin_like_sql or not (one.sink.driver or self.ctx.once(_runs.mentions_driver)):
            found = [skeleton for skeleton in found if _runs.begins_like_sql(_start(skeleton))]
        run = _runs.resolve(one, self.ctx) if found else None
        if run is None:
            return None
        if not run.is_known:
            found = [skeleton for skeleton in found if _runs.begins_like_sql(_start(skeleton))]
        return _model.Query(run, tuple(found)) if found else None

    def is_no_text(self, one: _runs.Candidate) -> bool:
        """A name that stands for a class or an import; or for a parameter, where nothing tells that it is SQL."""
        if not isinstance(one.query, ast.Name) or one.query.id in ("self", "cls"):
            return isinstance(one.query, ast.Name)  # `Connection.execute(self, statement)`
        scope = self.ctx.scope(one.query).lookup(one.query.id)
        ways = {binding.how for binding in scope.bindings[one.query.id]} if scope is not None else set()
        if ways <= {"param", "for", "with"}:
            return one.must_begin_like_sql or not (one.sink.driver or self.ctx.once(_runs.mentions_driver))
        return ways <= {"class", "import", "def"}

    def judged(self, query: _model.Query, trust: _provenance.Trust) -> tuple[_model.Judged, ...]:
        key = (query.run.call, query.run.query, trust)
        if key not in self.answers:
            found: dict[tuple[ast.AST, ast.AST], _model.Judged] = {}
            for skeleton in query.skeletons:
                for one in self.holes(query, skeleton, trust):
                    found.setdefault((one.hole.node, one.hole.holder), one)
            self.answers[key] = tuple(found.values())
        return self.answers[key]

    def holes(self, query: _model.Query, skeleton: _model.Skeleton, trust: _provenance.Trust) -> list[_model.Judged]:
        judge = self.judges.setdefault(trust, _provenance.Judge(self.ctx, trust))
        sources = {n: judge.hole(hole) for n, hole in enumerate(skeleton.pieces) if not isinstance(hole, _model.Text)}
        unsafe: dict[int, _model.Source] = {n: source for n, source in sources.items() if not source.provenance.is_safe}
        if not unsafe:
            return []
        placed = _positions.place(skeleton, query.run.driver)
        made: list[_model.Judged] = []
        for number, source in unsafe.items():
            hole, found = skeleton.pieces[number], placed.get(number)
            if found is not None and not isinstance(hole, _model.Text):
                beside = sources.get(_column(skeleton, number))
                made.append(
                    _model.Judged(hole, found.position, found.context, source, skeleton, number, *found[2:], beside)
                )
        return made


def _column(skeleton: _model.Skeleton, number: int) -> int:
    """Which hole stands for the column of a value in quotes: the first of `{column} = '{value}'`; -1 if none does."""
    between, at = "", number - 1
    while at >= 0 and isinstance(piece := skeleton.pieces[at], _model.Text):
        between, at = piece.text + between, at - 1
    return at if _COMPARED.fullmatch(between) else -1


def unsunk(ctx: Context, trust: _provenance.Trust) -> Iterator[tuple[ast.expr, list[_model.Judged]]]:
    """Texts that look like SQL, have a value put into them and are no part of a query that is seen to be run."""
    run = ctx.once(_Queries)
    seen: set[ast.AST] = set()
    for call in cast("list[ast.Call]", ctx.nodes_of(ast.Call)):
        for query in run.of(call):
            for one in query.skeletons:
                seen |= {hole.holder for hole in one.holes}
    for text in cast("list[ast.expr]", ctx.nodes_of(ast.JoinedStr, ast.BinOp, ast.Call)):
        if isinstance(text, ast.Call) and (not isinstance(text.func, ast.Attribute) or text.func.attr != "format"):
            continue
        if not isinstance(text, ast.JoinedStr) and not isinstance(getattr(text, "op", None), (ast.Mod, type(None))):
            continue
        found = [one for one in _folding.skeletons(text, ctx) if one.holes and _runs.begins_like_sql(_start(one))]
        if any(hole.holder in seen for one in found for hole in one.holes):
            continue
        nowhere = _model.Run(ast.Call(text, [], []), "", text, None, (), None, False, False, False, False)
        holes = [one for one in run.judged(_model.Query(nowhere, tuple(found)), trust) if one.position in _model.VALUES]
        if holes:
            yield text, holes


def _start(skeleton: _model.Skeleton) -> str:
    """The text up to where it shows whether it is SQL; a hole is a word there."""
    return "".join(piece.text if isinstance(piece, _model.Text) else "x" for piece in skeleton.pieces[:40])


def _may_be_built(call: ast.Call) -> bool:
    """Whether any argument can be a text that is put together, going by its shape alone."""
    if not call.args and not call.keywords:
        return False
    first = call.args[0] if call.args else None
    return not isinstance(first, ast.Constant) or bool(call.keywords) or len(call.args) > 1
