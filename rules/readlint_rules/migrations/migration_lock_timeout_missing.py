"""Migrations wait for their locks without an end, and everybody else waits behind them.

## Why is this bad?
`ALTER TABLE` needs its lock for an instant only, but has to wait until every transaction that uses the table is over.
While it waits, all that come later wait behind it: one forgotten report that runs for an hour takes the whole service
down for an hour. With a `lock_timeout` the migration gives up after seconds, nobody notices, and it is tried again.

## Example
```python
# migrations/env.py
from alembic import context


def run_migrations_online(engine):
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
```

```python
# migrations/versions/3f1c9a7be2d0_zone.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.add_column("orders", sa.Column("zones", postgresql.ARRAY(sa.Text())))
```

Use instead:
```python
# migrations/env.py
from alembic import context


def run_migrations_online(engine):
    with engine.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = '5s'")
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
```

```python
# migrations/versions/3f1c9a7be2d0_zone.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.add_column("orders", sa.Column("zones", postgresql.ARRAY(sa.Text())))
```

With Django: `"OPTIONS": {"options": "-c lock_timeout=5s"}` in the `DATABASES` that migrations are run with, or the
database backend of django-pg-zero-downtime-migrations.

## What is flagged
Once for a project, where its database is set up (`DATABASES`, or `context.configure` of Alembic's `env.py`): migrations
that take an ACCESS EXCLUSIVE or SHARE ROW EXCLUSIVE lock on a table which is not new, while no Python file of the
project sets a `lock_timeout`. Migrations of yoyo and dbmate, and files of SQL, have no such place: there it is the last
of a folder that locks, if it sets none itself.

Only where the project shows that its database is PostgreSQL: the engine or the address in `DATABASES`, in `env.py` or
in `alembic.ini`, `django.contrib.postgres`, types and SQL of PostgreSQL in migrations, a driver of PostgreSQL among the
dependencies of `pyproject.toml`.

## Not flagged
- Projects whose Python files set a `lock_timeout`, wherever that is: options of a connection, a handler of
  `connection_created`, `SET lock_timeout`, settings of django-pg-zero-downtime-migrations. `SET LOCAL` counts in
  `env.py` only: elsewhere it is for a transaction of the service.
- Migrations that set it themselves before their first lock. The first migration of an app, squashed migrations, new and
  small tables, those of `migrations.start-after` and before. Other databases than PostgreSQL.
- Libraries, which set up no database, and settings of examples, tests and developers, which their paths show.
- Projects whose database is anybody's choice: migrations that ask which one it is or have types of another one, an
  `env.py` for SQLite (`render_as_batch=True`), drivers of several databases among the dependencies.

Where the role has it (`ALTER ROLE ... SET lock_timeout`), or `PGOPTIONS`, say so: `# readlint: assured[RL515] the role
of migrations has 5s`.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator

from readlint.api import Answers, Category, Context, Finding, Level, Question, Rule, Severity, regex, walk
from readlint_rules.migrations import _discovery, _exempt, _expressions, _history, _judging, _locks, _model, _proof
from readlint_rules.migrations._files import is_of_framework, may_be_migration, remember, runs_alembic
from readlint_rules.migrations._kinds import Framework, Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL515",
    severity=Severity.WARNING,
    level=Level.L5,
    category=Category.SAFETY,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "No `lock_timeout` is set for migrations, {count} of which {verb} tables in use ({examples}): while "
        "one waits for its lock, everybody else waits behind it. {recipe}.",
        "file": "Nothing sets a `lock_timeout` for this migration: while it waits for the lock on `{table}`, everybody "
        "else waits behind it. Begin it with `SET lock_timeout = '5s'`.",
    },
)
remember(RULE)

_RECIPES = {
    Framework.DJANGO: 'Give the database `"OPTIONS": {"options": "-c lock_timeout=5s"}` where migrations are run',
    Framework.ALEMBIC: "Run `SET lock_timeout = '5s'` on the connection before this",
}
_EXAMPLES = 3
_TIMEOUTS, _LOCKING, _TIMED, _SITES, _MARKS = (
    Question(f"fact:{name}", "")
    for name in ("lock-timeouts", "locking-migrations", "timed-migrations", "database-sites", "database-marks")
)

_TIMEOUT = regex(r"\block_timeout\b|zero_downtime_migrations|ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT")
#: Of another database than PostgreSQL, also where it is only what is used without a setting.
_OTHER = regex(r"\b(?:sqlite|mysql|mariadb|oracle|mssql)|\w(?:sqlite|spatialite)", re.IGNORECASE)
#: Settings that no service is run with: of examples, and of developers.
_NOT_SERVED = regex(
    r"(?:^|[/_.-])(?:examples?|samples?|templates?|demos?|sandbox|tests?|testing|ci|dev|devel|development|local)[/_.-]",
    re.IGNORECASE,
)
_LOCAL = regex(r"\bset\s+local\b", re.IGNORECASE)


def _mentions_timeout(text: str) -> bool:
    is_possible = "lock_timeout" in text or "zero_downtime_migrations" in text or "ZERO_DOWNTIME_MIGRATIONS" in text
    return is_possible and _TIMEOUT.search(text) is not None


def _may_set_up(text: str) -> bool:
    return "DATABASES" in text or runs_alembic(text)


@RULE.on(ast.Module, mentions=_may_set_up)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for framework, node, _ in _sites(module, ctx):
        start = ctx.settings.migrations_start_after
        yield RULE.finding(
            node,
            count="",
            verb="",
            examples="",
            recipe=_RECIPES[framework],
            questions=(_TIMEOUTS, _LOCKING, _SITES, _MARKS, *(_history.ASKED if start else ())),
            data={"framework": framework.value, "start_after": list(start)},
        )


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check_file(_: object, ctx: Context) -> Iterator[Finding]:
    """Where no code sets up the database of migrations, the last one that locks stands for all beside it."""
    migration = ctx.once(_discovery.migration_of)
    if migration is None or migration.framework in _RECIPES or ctx.settings.is_test(ctx.path):
        return
    locking = _first_lock(ctx)
    if locking is not None:
        operation, statement = locking
        data = {"start_after": list(ctx.settings.migrations_start_after)}
        asked = (_TIMEOUTS, _LOCKING, _TIMED, *_history.ASKED)
        yield RULE.finding(operation.call, "file", table=statement.table, questions=asked, data=data)


def _sites(module: ast.Module, ctx: Context) -> Iterator[tuple[Framework, ast.AST, bool]]:
    """Where the database of migrations is set up, and whether it says there that it is PostgreSQL."""
    if ctx.settings.database != "postgresql" or ctx.settings.is_test(ctx.path) or _NOT_SERVED.search(ctx.path):
        return
    for statement in module.body:
        if isinstance(statement, ast.Assign) and _expressions.last(statement.targets[0]) == "DATABASES":
            shown = ast.unparse(statement.value)  # without comments, which name the other engines too
            if not _OTHER.search(shown):
                yield Framework.DJANGO, statement, "postg" in shown
    if "context.configure" in ctx.source.text:
        calls = [node for node in walk(module) if isinstance(node, ast.Call) and _configures(node)]
        yield from ((Framework.ALEMBIC, node, False) for node in calls[-1:])


def _configures(node: ast.Call) -> bool:
    """`context.configure(connection=...)`; offline there is nobody to wait for."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "configure":
        return False
    return _expressions.last(node.func.value) == "context" and "url" not in {one.arg for one in node.keywords}


@RULE.collect("database-sites", ast.Module, mentions=_may_set_up)
def collect_sites(module: ast.Module, ctx: Context) -> Iterator[str]:
    for framework, _, is_shown in _sites(module, ctx):
        yield json.dumps([framework.value, ctx.path, is_shown])


def _may_show(text: str) -> bool:
    return is_of_framework(text) or runs_alembic(text)


@RULE.collect("database-marks", ast.Module, mentions=_may_show)
def collect_marks(_: ast.Module, ctx: Context) -> Iterator[str]:
    """What shows the database that migrations are run on, and what shows that there are several."""
    if not ctx.settings.is_test(ctx.path):
        is_other = ctx.once(_judging.database_of) != "postgresql"
        shows = False if is_other else _proof.of_code(ctx.source.text)
        if shows is not None:
            yield json.dumps([ctx.path, shows])


@RULE.collect_text("database-marks", "ini", "toml")
def collect_marks_of_settings(kind: str, ctx: Context) -> Iterator[str]:
    shows = _proof.of_settings(kind, ctx.source.text)
    if shows is not None:
        yield json.dumps([ctx.path, shows])


@RULE.collect("lock-timeouts", ast.Module, mentions=_mentions_timeout)
def collect_timeouts(module: ast.Module, ctx: Context) -> Iterator[str]:
    text = ctx.source.text
    is_migration = is_of_framework(text) or ctx.once(_discovery.migration_of) is not None
    if is_migration or ctx.settings.is_test(ctx.path):
        return
    prose = {node.value for node in walk(module) if isinstance(node, ast.Expr)}
    words = [word for node in walk(module) if node not in prose for word in _words(node) if _mentions_timeout(word)]
    if any("context.configure" in text or not _LOCAL.search(word) for word in words):
        yield ctx.path


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id.isupper():
        yield node.id
    elif isinstance(node, ast.Call) and _expressions.last(node.func) == "dict":
        yield from (one.arg for one in node.keywords if one.arg)


@RULE.collect_text("locking-migrations", "sql")
@RULE.collect("locking-migrations", ast.Module, mentions=may_be_migration)
def collect_locking(_: object, ctx: Context) -> Iterator[str]:
    """The migrations that may wait for a lock without an end."""
    migration = ctx.once(_discovery.migration_of)
    if migration is not None and _first_lock(ctx) is not None:
        yield json.dumps([migration.framework.value, ctx.path])


@RULE.collect_text("timed-migrations", "sql")
@RULE.collect("timed-migrations", ast.Module, mentions=_mentions_timeout)
def collect_timed(_: object, ctx: Context) -> Iterator[str]:
    """The migrations that set a `lock_timeout` themselves."""
    migration = ctx.once(_discovery.migration_of) if ctx.mentions("lock_timeout") else None
    if migration is not None and any(_sets_timeout(statement) for _, statement in migration.statements()):
        yield ctx.path


def _sets_timeout(statement: _model.Statement) -> bool:
    return statement.kind is Kind.SETTING and "lock_timeout" in statement.text.lower()


def _first_lock(ctx: Context) -> tuple[_model.Operation, _model.Statement] | None:
    """The statement that may wait for a lock without an end."""
    migration = _judging.judged_migration(ctx)
    if migration is None or ctx.once(_judging.database_of) != "postgresql":
        return None
    for operation, statement in migration.statements():
        if _sets_timeout(statement):
            return None
        lock = _locks.effect(statement, ctx.settings.pg_version).lock
        is_locking = lock >= _locks.Lock.SHARE_ROW_EXCLUSIVE and not statement.changes
        if is_locking and not _exempt.is_harmless(operation, statement, ctx):
            return operation, statement
    return None


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if answers[_TIMEOUTS]:
        return None
    start = finding.data["start_after"]
    past = _history.history(answers) if start else None
    locking = [tuple(json.loads(fact)) for fact in answers[_LOCKING] or ()]
    if finding.message_id == "file":
        folder, past = os.path.dirname(finding.path), _history.history(answers)
        known = (*(path for _, path in locking), *(answers[_TIMED] or ()))
        is_last = past.last(path for path in known if os.path.dirname(path) == folder) == finding.path
        return (
            finding if is_last and not past.is_over(finding.path, start) and not past.is_foreign(finding.path) else None
        )
    open_ = [one for one in locking if past is None or not past.is_over(one[1], start)]
    marks = [tuple(json.loads(fact)) for fact in answers[_MARKS] or ()]
    sites = [tuple(json.loads(fact)) for fact in answers[_SITES] or ()]
    concerned = [
        (path, framework)
        for framework, path, is_shown in sites
        if _of_site(framework, path, open_) and (is_shown or _proof.is_shown(marks, path, _folder(framework, path)))
    ]
    if (finding.path, finding.data["framework"]) != min(concerned, key=_depth, default=None):
        return None
    mine = _of_site(finding.data["framework"], finding.path, open_)
    examples = ", ".join(f"`{path}`" for path in mine[-_EXAMPLES:])
    finding.arguments.update(count=str(len(mine)), verb="locks" if len(mine) == 1 else "lock")
    finding.arguments.update(examples=("..., " if mine[_EXAMPLES:] else "") + examples)
    finding.message = RULE.messages["default"].format(**finding.arguments)
    return finding


def _depth(site: tuple[str, str]) -> tuple[int, str]:
    """The settings of the whole project before those of a part of it."""
    return site[0].count("/"), site[0]


def _of_site(framework: str, path: str, locking: list[tuple[str, str]]) -> list[str]:
    """The migrations that a database set up in a file concerns."""
    folder = _folder(framework, path)
    return [one for kind, one in locking if kind == framework and one.startswith(folder)]


def _folder(framework: str, path: str) -> str:
    """The folder of the migrations that a file sets the database up for: an `env.py` lies above its revisions."""
    folder = os.path.dirname(path) if framework == Framework.ALEMBIC.value else ""
    return f"{folder}/" if folder else ""
