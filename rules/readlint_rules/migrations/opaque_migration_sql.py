"""SQL of a migration that cannot be read: what it locks, and for how long, is not known.

## Why is this bad?
All other rules about migrations depend on the statements that are sent. What is put together while the migration runs,
or is no statement that readlint knows, may rewrite or lock any table, and nobody is told.

## Example
```python
from alembic import op
from shop.migrating import statement_for

revision = "b2"
down_revision = "a1"


def upgrade():
    op.execute(statement_for("orders"))
```

Use instead:
```python
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN email text")
```

Where that is not possible, say what you know: `# readlint: assured[RL516] changes a table of 200 rows`.

## What is flagged
A note for SQL that comes from a function, a file or a variable, whose verb is put in at run time, or whose verb is none
of those known: `DO` blocks, `CALL`, `LOCK TABLE` and the like.

## Not flagged
- Texts with names or values put in: the statement is read, and the name is shown as it is written.
- Queries that SQLAlchemy builds, comments, grants, functions, types, sequences, views, settings, `noop`.
- The first migration of an app, squashed migrations, what undoes a migration, what only MySQL understands.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from readlint.api import Answers, Category, Context, Finding, Level, Rule, Severity, regex
from readlint_rules.migrations import _judging, _wording
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL516",
    severity=Severity.NOTE,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "This SQL is put together at run time, so nothing is known of what it locks. Write it out, or say "
        "what you know: `{mark} readlint: assured[RL516] why`.",
        "verb": "What `{words}` does here cannot be told, nor what it locks. Write plain statements, "
        "or say what you know: `{mark} readlint: assured[RL516] why`.",
    },
)
remember(RULE)


#: What PostgreSQL has no word for is not sent to it.
_MYSQL = regex(r"^alter\s+table\s+\S+\s+(?:modify|change|convert|character|engine|default)\b", re.IGNORECASE)


_SQL = frozenset(
    "alter analyze begin call cluster comment commit copy create deallocate declare delete discard do drop execute "
    "explain extension function grant import insert listen load lock materialized merge move notify owned policy "
    "prepare procedure publication reassign refresh reindex replace reset revoke role rule savepoint schema security "
    "select server set show start subscription table temporary trigger truncate type unlisten update user vacuum "
    "values view with".split()
)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, Kind.UNKNOWN):
        if _MYSQL.search(one.statement.text):
            continue
        words, mark = _words(one.statement.text), _wording.remark(one.migration)
        about = _judging.asking(one, ctx)
        yield RULE.finding(one.operation.call, "verb" if words else "default", words=words, mark=mark, **about)


def _words(text: str) -> str:
    """What a statement begins with, as far as these are words of SQL: a text that is none may be a secret."""
    words = itertools.takewhile(lambda word: word.lower() in _SQL, text.split()[:3])
    return " ".join(words)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    return finding if _judging.stands(finding, answers) else None
