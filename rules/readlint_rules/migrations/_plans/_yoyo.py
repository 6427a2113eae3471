"""Plans of yoyo's migrations in Python: a step becomes steps, each in a file of its own."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from readlint_rules.migrations._expressions import arguments, last, value
from readlint_rules.migrations._model import Operation
from readlint_rules.migrations._plans._layout import indented, text_of
from readlint_rules.migrations._plans._plan import Part, Plan, Step, Unit, header
from readlint_rules.migrations._plans._sql_files import pieces, take_back
from readlint_rules.migrations._plans._statements import plan_statement
from readlint_rules.migrations._sql import statements
from readlint_rules.migrations._yoyo import PARAMETERS, attributes, steps_in

#: Where a step stands that runs once.
_AROUND = (ast.Expr, ast.Assign, ast.AnnAssign, ast.List, ast.Tuple, ast.Module)


def units(plan: Plan) -> Iterator[Unit]:
    """The steps, those of a `group` together. One in a loop cannot be taken out of it, nor what is beside it."""
    ctx = plan.ctx
    outer = {call: _outermost(call, plan) for call in steps_in(ctx)}
    if not all(isinstance(one, _AROUND) for node in outer.values() for one in ctx.ancestors(node)):
        plan.leave_all()
        return
    for node in dict.fromkeys(outer.values()):
        inside = [one for one in plan.migration.operations if outer[one.call] is node]
        is_alone = any(statement.concurrently for one in inside for statement in one.statements)
        yield Unit(
            text_of(ctx, node),
            inside,
            node,
            is_setting=_is_setting(inside),
            is_atomic=plan.migration.is_atomic and not is_alone,
            is_apart=is_alone,
        )


def _outermost(call: ast.Call, plan: Plan) -> ast.Call:
    groups = [one for one in plan.ctx.ancestors(call) if isinstance(one, ast.Call) and last(one.func) == "group"]
    return groups[-1] if groups else call


def _is_setting(inside: list[Operation]) -> bool:
    texts = [statement.text for one in inside for statement in one.statements]
    return bool(texts) and all(text.lower().startswith(("set ", "reset ")) for text in texts)


def plan_operation(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    if set(codes) == {"RL513"} and len(operation.statements) == 1:  # a migration of its own is all that it needs
        return [Step([text_of(plan.ctx, operation.call)])]
    given = arguments(operation.call, PARAMETERS)
    text, back = (value(given.get(name), plan.ctx) for name in ("apply", "rollback"))
    if not isinstance(text, str) or "ignore_errors" in given or ("rollback" in given and not _is_text(back)):
        return []
    parts: list[Part] = []
    unplanned: set[str] = set()
    known = iter(operation.statements)
    for piece in pieces(text):
        found = [next(known) for _ in statements(piece.sql, operation.call)]
        steps, left = plan_statement(plan, operation, piece.sql, found)
        unplanned |= left
        if steps:
            piece.remark_on(steps)
            parts += [Part([step], False) for step in steps]
        elif parts and parts[-1].is_plain:
            parts[-1].steps[0].lines.append(piece.remarks + piece.text)
        else:
            parts.append(Part([Step([piece.remarks + piece.text])], True))
    if all(part.is_plain for part in parts):
        return []
    plan.leave(operation, unplanned)
    take_back(parts, list(pieces(back or "")))
    return [_in_python(step) for part in parts for step in part.steps]


def _is_text(back: object) -> bool:
    return back is None or isinstance(back, str)


def _in_python(step: Step) -> Step:
    remarks, texts = _parted(step.lines)
    call = ", ".join(_literal(lines) for lines in (texts, step.undo) if lines)
    return Step([*remarks, f"step({call})"], atomic=step.atomic)


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The remarks above the statements, which readlint reads in Python only, and the statements."""
    first = lines[0].split("\n")
    count = next(number for number, line in enumerate(first) if not line.lstrip().startswith("--"))
    remarks = [f"# {line.strip()[2:].lstrip()}" for line in first[:count]]
    return remarks, ["\n".join(first[count:]), *lines[1:]]


def _literal(lines: list[str]) -> str:
    text = "\n".join(lines)
    is_long = "\n" in text and not any(one in text for one in ('"""', "\\"))
    return f'"""\n{text}\n"""' if is_long else repr(text)


def render(plan: Plan, part: Part, before: str) -> str:
    """`before`: the name of the part before it, nothing for the first."""
    written = dict(attributes(plan.ctx.tree)).get("__depends__")
    depends = f'{{"{before}"}}' if before else text_of(plan.ctx, written) if written is not None else ""
    body = [f"__depends__ = {depends}"] if depends else []
    body += ["__transactional__ = False"] if not part.atomic else []
    lines = [*part.settings, *(line for step in part.steps for line in step.lines)]
    listed = "\n".join(indented(line if line.startswith("#") else f"{line},") for line in lines)
    text = "\n".join(["", *body, "", f"steps = [\n{listed}\n]"])
    return f"{header(part, text, plan.ctx, ['from yoyo import step'])}\n{text}\n"
