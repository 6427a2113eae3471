"""Plans of migrations that are files of SQL: what such a file is made of, and how those of a plan are written."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from readlint.api import regex
from readlint_rules.migrations._kinds import Framework, Kind
from readlint_rules.migrations._model import Operation, Statement
from readlint_rules.migrations._plans._plan import Part, Plan, Step, Unit, keys
from readlint_rules.migrations._plans._sql import actions_of
from readlint_rules.migrations._plans._statements import plan_statement
from readlint_rules.migrations._sql import split, statements
from readlint_rules.migrations._sql_files import DIRECTIVE, DOWN, ROLLBACK, UP

_NOWHERE = ast.Pass()  # no finding points to what only a plan reads
#: The end of a statement, and the comment behind it on its line.
_END = regex(r"(?P<end>(?:\s|--[^\n]*\n|/\*.*?\*/)*;)?(?P<remark>[ \t]*--[^\r\n]*)?", re.DOTALL)
#: What a file that opens its own transactions does with them. A plan has a transaction for each of its migrations.
_BORDERS = frozenset({"begin", "start", "commit", "end"})
#: The marks of goose, sql-migrate and Liquibase, which part a file in ways that are not known here.
_OF_OTHERS = regex(r"^--\s*(?:\+\w+|liquibase\s|changeset\s)", re.MULTILINE | re.IGNORECASE)
_BACK = frozenset({"rollback", "abort", "savepoint", "release"})


class Piece(NamedTuple):
    """One statement of a file."""

    remarks: str  # the comments above it, each with a new line behind it
    sql: str
    text: str  # with its end, and the comment behind that
    behind: str  # that comment, with a new line

    def remark_on(self, steps: list[Step]) -> None:
        """Put the author's comments above what becomes of the statement."""
        steps[0].lines[0] = f"{self.remarks}{self.behind}{steps[0].lines[0]}"

    @property
    def word(self) -> str:
        return self.sql.split(None, 1)[0].lower()


def pieces(text: str) -> Iterator[Piece]:
    done = 0
    for tokens in split(text):
        start, end = tokens[0].start, tokens[-1].end
        remarks, sql = DIRECTIVE.sub("", text[done:start]).strip(), text[start:end]
        found = _END.match(text, end)
        assert found is not None  # for all of it may be missing
        ended = f"{sql}{found[0]}" if found["end"] else f"{sql};{found[0]}"
        behind = (found["remark"] or "").strip()
        yield Piece(f"{remarks}\n" if remarks else "", sql, ended, f"{behind}\n" if behind else "")
        done = found.end()


def _blocks(plan: Plan) -> tuple[str, str]:
    """What a file does, and what of it takes that back."""
    text = plan.ctx.source.text
    if plan.migration.framework is not Framework.DBMATE:
        return text, ""
    up = UP.search(text)
    assert up is not None  # or it would be none of dbmate's
    down = DOWN.search(text, up.end())
    return text[up.end() : down.start() if down else len(text)], text[down.end() :] if down else ""


def parts_of(plan: Plan, back: str) -> list[Part]:
    """`back`: the text of the file that takes the migration back."""
    if _is_unknown(plan) and _OF_OTHERS.search(plan.ctx.source.text):
        plan.leave_all()
        return []
    up, down = _blocks(plan)
    read = {id(one.call): piece for piece, one in zip(pieces(up), plan.migration.operations, strict=True)}

    def planner(_: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
        piece = read[id(operation.call)]
        steps, unplanned = plan_statement(plan, operation, piece.sql, operation.statements)
        if steps:
            piece.remark_on(steps)
            plan.leave(operation, unplanned)
        return steps

    found = plan.parts(planner, _units(plan, read))
    take_back(found, list(pieces(down or back)))
    return found


def _units(plan: Plan, read: dict[int, Piece]) -> Iterator[Unit]:
    for operation in plan.migration.operations:
        piece = read[id(operation.call)]
        if piece.word in _BORDERS:
            continue
        if piece.word in _BACK:
            plan.leave(operation, [piece.word.upper()])
        is_alone = any(one.concurrently for one in operation.statements)
        yield Unit(
            piece.remarks + piece.text,
            [operation],
            operation.call,
            is_setting=piece.word in ("set", "reset"),
            is_atomic=not is_alone and (operation.transaction is not None or _is_unknown(plan)),
            is_apart=is_alone,
            transaction=operation.transaction,
        )


def _is_unknown(plan: Plan) -> bool:
    """Whether nothing is known of what runs the migration."""
    return plan.migration.framework is Framework.SQL


# What takes it back


def take_back(parts: Sequence[Part], author: Sequence[Piece]) -> None:
    """Give each part what its author takes it back with, where the plan has no other way for that."""
    planned = {_about(one): at for at, part in enumerate(parts) for one in _read(part, "undo")}
    known = [{key for one in _read(part, "lines") for key in keys(one)} if part.atomic else set() for part in parts]
    at = len(parts) - 1
    for text, statement in _changes(author):
        if _about(statement) in planned:
            at = planned[_about(statement)]
            continue
        mine = set(keys(statement))
        plain = [number for number, part in enumerate(parts[: at + 1]) if part.is_plain]
        at = next((number for number, ours in enumerate(known) if not ours.isdisjoint(mine)), (plain or [0])[-1])
        parts[at].steps[-1].undo.append(text)


def _read(part: Part, what: str) -> Iterator[Statement]:
    for step in part.steps:
        for text in getattr(step, what):
            yield from statements(text, _NOWHERE)


def _about(statement: Statement) -> tuple[object, ...]:
    name = statement.name.rpartition(".")[2]
    return statement.kind, "" if statement.kind is Kind.DROP_INDEX else statement.table, name, statement.columns


def _changes(author: Sequence[Piece]) -> Iterator[tuple[str, Statement]]:
    """The statements, and each change of an `ALTER TABLE` as one of its own."""
    for piece in author:
        if piece.word in _BORDERS:
            continue
        actions = actions_of(piece.sql, statements(piece.sql, _NOWHERE))
        for action in actions:
            yield piece.remarks + (piece.text if len(actions) == 1 else f"{action.sql};"), action.statement


# Files


def render(plan: Plan, part: Part, path: str, before: str) -> list[tuple[str, str]]:
    """The files of one part. `before`: the name of the part before it, nothing for the first."""
    undo = [line for step in reversed(part.steps) for line in step.undo]
    return _WRITERS[plan.migration.framework](plan, part, undo, path, before)


def _text(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _body(part: Part) -> list[str]:
    return [line for step in part.steps for line in step.lines]


def _settings(part: Part) -> list[str]:
    return part.settings if part.atomic else [one for one in part.settings if "set local" not in one.lower()]


def _dbmate(plan: Plan, part: Part, undo: list[str], path: str, before: str) -> list[tuple[str, str]]:
    text, alone = plan.ctx.source.text, " transaction:false"
    up = UP.search(text)
    head = text[: up.start()].strip() if up and not before else ""
    settings = _settings(part)
    if not part.atomic:  # a setting beside it would make a transaction of both, and it can do without a timeout
        settings = [f"-- This has to hold already: {one}" for one in settings if "_timeout" not in one]
    marks = [f"-- migrate:up{'' if part.atomic else alone}", "-- migrate:down"]
    marks[1] += alone if any(" concurrently " in one.lower() for one in undo) else ""
    return [(path, _text(*([head] if head else []), marks[0], *settings, *_body(part), "", marks[1], *undo))]


def _yoyo(plan: Plan, part: Part, undo: list[str], path: str, before: str) -> list[tuple[str, str]]:
    names = [before] if before else [name for _, name in plan.migration.dependencies]
    head = [f"-- depends: {' '.join(names)}"] if names else []
    head += [f"-- transactional: {str(part.atomic).lower()}"] if not part.atomic or not head else []
    return [(path, _text(*head, "", *_settings(part), *_body(part))), *_back(plan, path, undo)]


def _plain(plan: Plan, part: Part, undo: list[str], path: str, before: str) -> list[tuple[str, str]]:
    lines = [*_settings(part), *_body(part)]
    if not part.atomic:
        lines = ["-- This cannot run in a transaction: what runs it must not open one.", *lines]
    elif part.transaction is not None:
        lines = ["BEGIN;", *lines, "COMMIT;"]
    return [(path, _text(*lines)), *_back(plan, path, undo)]


def _back(plan: Plan, path: str, undo: list[str]) -> list[tuple[str, str]]:
    beside = path_back(plan.migration.framework, path)
    return [(beside, _text(*undo))] if undo and beside else []


def path_back(framework: Framework, path: str) -> str:
    """The file that takes back what another one does; nothing where that has no name."""
    if framework is Framework.YOYO:
        return path.removesuffix(".sql") + ROLLBACK
    return f"{path[:-6]}down.sql" if path.endswith((".up.sql", "/up.sql")) else ""


_WRITERS: dict[Framework, Callable[[Plan, Part, list[str], str, str], list[tuple[str, str]]]] = {
    Framework.DBMATE: _dbmate,
    Framework.YOYO: _yoyo,
    Framework.SQL: _plain,
}
