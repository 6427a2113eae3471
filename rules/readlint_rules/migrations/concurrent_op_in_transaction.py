"""An index is built or dropped concurrently inside of a transaction, where PostgreSQL refuses to do it.

## Why is this bad?
`CREATE INDEX CONCURRENTLY` needs transactions of its own: inside of one it fails, and the deployment stops half-way.
Django wraps a migration in a transaction unless it says `atomic = False`, and Alembic wraps all of them unless the
statement stands in an `autocommit_block`. So do dbmate without `transaction:false` and yoyo without `-- transactional:
false`. dbmate sends all statements of a migration as one text, which PostgreSQL runs in one transaction all the same.

## Example
```python
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        AddIndexConcurrently("order", models.Index(fields=["email"], name="order_email_idx")),
    ]
```

Use instead:
```python
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0041_order_email")]
    operations = [
        AddIndexConcurrently("order", models.Index(fields=["email"], name="order_email_idx")),
    ]
```

## What is flagged
`AddIndexConcurrently` and `RemoveIndexConcurrently` in a migration that is atomic, `CONCURRENTLY` in SQL there, several
statements in one text with it (a `RunSQL`, a file of dbmate, a `step` of yoyo), `postgresql_concurrently=True` outside
of an `autocommit_block`.

A warning, where a migration without a transaction also changes tables: when it fails half-way, what was done stays
done, and running it again fails at once. A note, where SQL builds an index without `IF NOT EXISTS` and without a
`DROP INDEX IF EXISTS` before it.

With `database = "mysql"`, as a note: the first change of rows (`RunPython`, `UPDATE`, `INSERT`, `DELETE`) after a
change of tables in the same migration. MySQL commits at each change of a table, whatever the framework says. Rows that
the migration itself writes out are no such change, and `atomic = False` says that its author knows.

## Not flagged
- Statements after an `op.execute("COMMIT")`, and on other databases, which ignore the option.
- Revisions of Alembic whose environment is handed its connection (`config.attributes.get("connection")`), or has one
  that commits by itself (`AUTOCOMMIT`).
- Tables that the same migration creates do not make it right: it fails there too.

## Fix safety
Safe where nothing else is in the migration: it cannot have run before. Wrapping an operation of Alembic is unsafe: it
commits what the revision has done so far.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readlint.api import Answers, Category, Context, Finding, Fix, Level, Question, Rule, Safety, Severity
from readlint_rules.migrations import _history, _judging, _model, _wording
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Framework, Kind

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL502",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    fix=Safety.UNSAFE,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "`{sql} CONCURRENTLY` cannot run inside a transaction, and {where}: the migration fails. {recipe}.",
        "mixed": "This migration has no transaction, so when {sql} on `{table}` fails, what came before it stays done "
        "and the migration cannot be run again. Leave it alone in its migration.",
        "half": "MySQL has no transaction around changes of tables: when {step} fails, the {sql} before it stays done, "
        "and the migration cannot be run again. Move {step} to a {unit} of its own.",
        "existing": "A concurrent build that is interrupted leaves an INVALID index, and the next run fails because "
        "the name is taken. Write `IF NOT EXISTS`, and drop an invalid index before it.",
    },
)
remember(RULE)

#: Environments of Alembic whose connections may commit by themselves.
_FREE = Question("fact:free-connections", "")
_CONCURRENT = (Kind.CREATE_INDEX, Kind.DROP_INDEX, Kind.REINDEX)
#: What may stand beside a concurrent operation: it is no change of a table.
_BESIDE = frozenset({*_CONCURRENT, Kind.SETTING, Kind.SELECT, Kind.HARMLESS, Kind.CREATE_VIEW, Kind.COMMIT})


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.statements(ctx, *_CONCURRENT):
        if not one.statement.concurrently:
            continue
        if one.statement.transaction is not None:
            where, recipe = _why(one)
            sql = one.statement.kind.value
            fix = _fix(one, ctx)
            asked = _judging.asking(one, ctx)
            if one.migration.framework is Framework.ALEMBIC:
                asked["questions"] = (*_history.ASKED, _FREE)
            yield RULE.finding(one.operation.call, fix=fix, sql=sql, where=where, recipe=recipe, **asked)
        elif _is_mixed(one):
            about: dict[str, Any] = {"sql": f"`{one.statement.kind.value}`", "table": one.table}
            yield RULE.finding(
                one.operation.call, "mixed", severity=Severity.WARNING, **about, **_judging.asking(one, ctx)
            )
        elif one.statement.text and one.statement.kind is Kind.CREATE_INDEX and not _may_be_repeated(one):
            yield RULE.finding(one.operation.call, "existing", severity=Severity.NOTE, **_judging.asking(one, ctx))
    yield from _half(ctx)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if _FREE in finding.questions and any(_is_of(env, finding.path) for env in answers[_FREE] or ()):
        return None
    return finding if _judging.stands(finding, answers) else None


def _is_of(env: str, path: str) -> bool:
    """Whether an environment is that of a revision: `env.py`, or what it calls, lies above it."""
    return path.startswith(os.path.dirname(env))


def _may_be_free(text: str) -> bool:
    """Its engine commits by itself, or it is handed a connection that somebody else has made."""
    if "context.configure" not in text:
        return False
    is_given = 'attributes.get("connection"' in text or "attributes.get('connection'" in text
    return "AUTOCOMMIT" in text or (is_given and "create_engine(" not in text and "engine_from_config(" not in text)


@RULE.collect("free-connections", ast.Module, mentions=_may_be_free)
def collect_free(module: ast.Module, ctx: Context) -> Iterator[str]:
    yield ctx.path


#: What fails when it is done again.
_ONCE = frozenset(
    {
        *(Kind.CREATE_TABLE, Kind.DROP_TABLE, Kind.RENAME_TABLE),
        *(Kind.ADD_COLUMN, Kind.DROP_COLUMN, Kind.RENAME_COLUMN),
        *(Kind.ADD_CHECK, Kind.ADD_FOREIGN_KEY, Kind.ADD_UNIQUE, Kind.ADD_PRIMARY_KEY, Kind.DROP_CONSTRAINT),
        *(Kind.CREATE_INDEX, Kind.DROP_INDEX),
    }
)
_STEPS = {Kind.CODE: "this code", Kind.UPDATE: "this update", Kind.DELETE: "this delete", Kind.INSERT: "this insert"}


def _half(ctx: Context) -> Iterator[Finding]:
    """MySQL: the first change of rows in a migration that has changed a table already."""
    for one in _judging.candidates(ctx, *_STEPS, on="mysql", of_any_size=True):
        done = [other for other in _before(one) if other.kind in _ONCE and not (other.changes or other.if_not_exists)]
        if done and not one.statement.changes and not _is_sure(one, ctx):
            unit = "migration" if one.migration.is_django else "revision"
            about: dict[str, Any] = {"step": _STEPS[one.statement.kind], "sql": f"`{done[-1].kind.value}`"}
            yield RULE.finding(
                one.operation.call, "half", severity=Severity.NOTE, unit=unit, **about, **_judging.asking(one, ctx)
            )
            return


def _is_sure(one: _judging.Candidate, ctx: Context) -> bool:
    """Whether it can hardly fail, as rows that are written in the revision, or its author knows what it is without."""
    if not one.migration.is_atomic:
        return True
    if one.statement.kind is not Kind.INSERT:
        return False
    if one.operation.name == "bulk_insert":
        return isinstance(one.operation.arguments.get("rows"), (ast.List, ast.Tuple))
    if one.statement.text:
        return " select " not in f" {' '.join(one.statement.text.lower().split())} "
    return not any(isinstance(up, (ast.For, ast.While)) for up in ctx.ancestors(one.operation.call))


def _before(one: _judging.Candidate) -> Iterator[_model.Statement]:
    for _, statement in one.migration.statements():
        if statement is one.statement:
            return
        yield statement


def _why(one: _judging.Candidate) -> tuple[str, str]:
    if one.migration.framework is Framework.ALEMBIC:
        return "Alembic runs revisions in one", "Put it into `with op.get_context().autocommit_block():`"
    if not one.migration.is_django:
        return _why_in_file(one.migration)
    if not one.migration.is_atomic:
        return "several statements in one text are one", "Give each statement a `RunSQL` of its own"
    return "Django runs a migration in one", "Set `atomic = False`, in a migration that does nothing else"


def _why_in_file(migration: _model.Migration) -> tuple[str, str]:
    if migration.is_atomic:
        runner = migration.framework.value
        return f"{runner} runs a migration in one", f"Put it into a migration of its own {_wording.outside(migration)}"
    if migration.framework is Framework.SQL:
        return "this file opens one", "Take it out of `BEGIN` and `COMMIT`"
    unit = "step" if migration.framework is Framework.YOYO else "migration"
    return "several statements in one text are one", f"Give each statement a {unit} of its own"


def _may_be_repeated(one: _judging.Candidate) -> bool:
    """Whether it says `IF NOT EXISTS`, or what an interrupted build has left is dropped before it."""
    name = one.statement.name
    return one.statement.if_not_exists or any(
        other.kind is Kind.DROP_INDEX and other.if_exists and other.name == name for other in _before(one)
    )


def _is_mixed(one: _judging.Candidate) -> bool:
    """Whether a migration without a transaction does something else that cannot be done twice."""
    if one.migration.framework in (Framework.ALEMBIC, Framework.SQL):
        return False
    others = [statement for _, statement in one.migration.statements() if statement.kind not in _BESIDE]
    return any(not statement.changes for statement in others)


def _is_alone(migration: _model.Migration) -> bool:
    return all(statement.concurrently for _, statement in migration.statements())


def _fix(one: _judging.Candidate, ctx: Context) -> Fix | None:
    if one.migration.is_django:
        if not one.migration.is_atomic or not _is_alone(one.migration):
            return None
        return Fix(without_transaction, "Set `atomic = False`", one.migration.node, safety=Safety.SAFE)
    statement = ctx.parent(one.operation.call)
    is_alembic = one.migration.framework is Framework.ALEMBIC
    if not is_alembic or one.operation.batch or not isinstance(statement, ast.Expr):
        return None
    return Fix(in_autocommit_block, "Put it into an autocommit block", statement)


def without_transaction(node: cst.ClassDef, fix: FixContext) -> cst.ClassDef:
    from readlint_rules.migrations._fixing import not_atomic

    return not_atomic(node)


def in_autocommit_block(node: cst.Expr, fix: FixContext) -> cst.With:
    from readlint_rules.migrations._fixing import autocommitted

    return autocommitted(node, [], fix)
