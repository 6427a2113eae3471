"""What the rules about holes in queries say, point to and ask."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from readlint.api import Answers, Context, Finding, Place, Question, regex, short_code
from readlint_rules.sql._model import Judged, Provenance, Query
from readlint_rules.sql._provenance import Judge, Trust
from readlint_rules.sql._shared import CONSTANT

_MIGRATIONS = regex(r"(?i)(?:^|[/\\])(?:\w*migrations?|upgrades?|versions|alembic)(?:[/\\.]|_\w*\.)")
_MOST = 6  # places of one kind


def names(found: Sequence[Judged], ctx: Context) -> str:
    """`` `a` `` or `` `a` and `b` ``: what is put in."""
    texts = list(dict.fromkeys(f"`{short_code(one.hole.node, ctx)}`" for one in found))
    if len(texts) > 3:
        return f"{', '.join(texts[:2])} and {len(texts) - 2} more"
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def verb(found: Sequence[Judged], ctx: Context) -> str:
    return "are" if len({short_code(one.hole.node, ctx) for one in found}) > 1 else "is"


def related(query: Query, found: Sequence[Judged], ctx: Context) -> list[Place]:
    """Where the text is built and where what is put in comes from, as far as it is not in the call itself."""
    call = query.run.call
    places: dict[ast.AST, Place] = {}
    for one in found:
        for step in one.skeleton.steps:
            places.setdefault(step, Place(step, "the query is built here"))
        for node, what in ((one.hole.holder, "is put in here"), (one.source.node, "comes from here")):
            if hasattr(node, "lineno") and not _is_inside(node, call):
                places.setdefault(node, Place(node, f"`{short_code(one.hole.node, ctx)}` {what}"))
    return list(places.values())[:_MOST]


def built(query: Query, ctx: Context) -> list[ast.AST]:
    """The statements of the same function that put the text together: who silences the finding may do it there."""
    call = query.run.call
    steps = {step for skeleton in query.skeletons for step in skeleton.steps}
    return sorted((step for step in steps if _is_of_same(step, call, ctx)), key=_line)


def _is_of_same(step: ast.AST, call: ast.Call, ctx: Context) -> bool:
    return hasattr(step, "lineno") and not _is_inside(step, call) and ctx.function(step) is ctx.function(call)


def flow(query: Query, one: Judged, ctx: Context) -> list[Place]:
    """From the source to the hole to the call that runs it."""
    name = short_code(one.hole.node, ctx)
    steps = [Place(one.source.node, f"`{name}` comes from here")] if one.source.node is not one.hole.node else []
    steps.append(Place(one.hole.node, f"`{name}` is put into the query"))
    inside = [step for step in one.skeleton.steps if hasattr(step, "lineno")]
    steps += [Place(step, "the query is built here") for step in sorted(inside, key=_line)[:_MOST]]
    return [*steps, Place(query.run.call, "the query runs")]


def is_migration(ctx: Context) -> bool:
    """Whether the file is a script that is run once, by who wrote it."""
    return _MIGRATIONS.search(ctx.path) is not None


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _is_inside(node: ast.AST, call: ast.Call) -> bool:
    return call.lineno <= _line(node) <= (call.end_lineno or call.lineno)


# What other files have to say


def asked(found: Sequence[Judged]) -> tuple[list[Question], list[list[int]]]:
    """The questions of all holes, and for each hole the numbers of its own: one without any is certain."""
    every = list(dict.fromkeys(question for one in found for question in one.source.questions))
    return every, [[every.index(question) for question in one.source.questions] for one in found]


def stands(finding: Finding, answers: Answers) -> bool:
    """Whether some hole is harmful after all: it has no questions, or all were answered and one of them with no."""
    given = [answers.get(question) for question in finding.questions]
    holes: list[list[int]] = finding.data.get("asks", [])
    return any(not own or (False in (told := [given[n] for n in own]) and None not in told) for own in holes)


def answer(kind: str, node: ast.AST, ctx: Context, ask: Callable[[Question], object]) -> bool | None:
    """Whether a constant, or what a function returns, is harmless in SQL."""
    judge = Judge(ctx, Trust())
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        if kind == CONSTANT:
            return None
        source = judge.returned(ast.Name(node.name, ast.Load()), node, 10)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        source = judge.of(node.value)
    else:
        return True if isinstance(node, ast.Module) else None
    if source.provenance.is_safe:
        return True
    if not source.questions:
        return None if source.provenance is Provenance.UNKNOWN and kind == CONSTANT else False
    told = [ask(question) for question in source.questions]
    return None if None in told else all(told)
