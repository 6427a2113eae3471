"""A migration uses a model of the project as its code is now, not as it was when the migration was written.

## Why is this bad?
Migrations are run for years, on each new database from the first one on. The class that a migration imports is that of
today: as soon as somebody adds a column to it, the old migration asks for a column that is not there yet, and nobody
can set up a database any more. Until then it may do something else than it did: new defaults, `save` methods, signals.

## Example
```python
from django.contrib.auth import get_user_model
from django.db import migrations


def fill(apps, schema_editor):
    User = get_user_model()
    User.objects.get_or_create(username="archive")


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
```

Use instead:
```python
from django.db import migrations


def fill(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    User.objects.get_or_create(username="archive")


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
```

With Alembic: `orders = sa.table("orders", sa.column("email"))`.

## What is flagged
Models of Django and SQLAlchemy that are imported from the project, and functions of the project that use models, where
the functions of a `RunPython` or of yoyo's `step`, or `upgrade` and `downgrade`, use them: queries, objects,
`__table__`. Also `get_user_model()`.

## Not flagged
- `apps.get_model`, `sa.table(...)`, classes and tables that the migration describes itself, or other files of the
  folder of migrations.
- Fields, validators, enums, functions without models, constants of a model (`Order.OPEN`) and `Order.__tablename__`.
- Models in the operations themselves, such as `bases=(shop.models.Mixin,)`: Django asks for them.
- Models of libraries. Squashed migrations, and those of `migrations.start-after` and before.
"""

from __future__ import annotations

import ast
import builtins
import os
from collections.abc import Callable, Iterator
from typing import Any

from readlint.api import Answers, Category, Context, Finding, Level, Question, Rule, Severity, dotted, walk
from readlint_rules.migrations import _code, _discovery, _expressions, _history, _mappings, _model
from readlint_rules.migrations._files import may_be_migration, remember
from readlint_rules.migrations._kinds import Framework

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL514",
    severity=Severity.WARNING,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "django", "alembic", "yoyo"),
    since="0.2",
    messages={
        "default": "`{name}` is the model as it is in the code now, not as it was when this migration was written: "
        "once somebody adds or renames a column of it, this fails on every new database. {recipe}.",
        "function": "`{name}` uses models as they are in the code now, not as they were when this migration was "
        "written: once somebody changes a column, this fails on every new database. Write here what it does, with "
        "{instead}.",
    },
)
remember(RULE)
LIVE = "live-code"
_USER = "django.contrib.auth.get_user_model"
_LIBRARIES = ("sqlalchemy.", "alembic.", "django.")
_BUILTINS = frozenset(dir(builtins))  # `dict.fromkeys` has a dotted name too
_ASKING = frozenset("isinstance issubclass hasattr getattr type get_for_model get_for_models get_model_name".split())

_RECIPES = {
    Framework.DJANGO: 'Use `apps.get_model("...", "{model}")`',
    Framework.ALEMBIC: "Describe its table here, with `sa.table(...)`",
    Framework.YOYO: "Write the SQL here",
}
_INSTEAD = {Framework.DJANGO: "`apps.get_model`", Framework.ALEMBIC: "`sa.table(...)`", Framework.YOYO: "SQL"}


@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    migration = ctx.once(_discovery.migration_of)
    if migration is None or migration.is_squash:
        return
    said: set[str] = set()
    for function in _functions(migration, ctx):
        for node, name in _imported(function, said, ctx):
            said.add(name)
            yield _finding(node, name, migration, ctx)


def _functions(migration: _model.Migration, ctx: Context) -> list[ast.AST]:
    """What the migration runs: functions of `RunPython`, or `upgrade` and `downgrade`, and what they call."""
    if migration.framework is Framework.ALEMBIC:
        return [one for name in ("upgrade", "downgrade") for one in _code.bodies(ast.Name(name), ctx)]
    operations = (*migration.operations, *migration.read_downgrade())
    given = [one.arguments for one in operations if one.name in ("RunPython", "step")]
    return [
        one for arguments in given for key in ("code", "reverse_code") for one in _code.bodies(arguments.get(key), ctx)
    ]


def _imported(function: ast.AST, said: set[str], ctx: Context) -> Iterator[tuple[ast.expr, str]]:
    """What comes from an import and is used as more than a name, unless that is said already."""
    # What a migration defines is as old as itself: nobody has to parse its file again to answer that.
    known = (*_LIBRARIES, f".{os.path.basename(ctx.path).partition('.')[0]}.") if _is_history(ctx.path) else _LIBRARIES
    for node in _foreign(function, ctx):
        name = ctx.qualified_name(node)
        if name is None or name in said or "." not in name or (name.startswith(known) and name != _USER):
            continue
        if _is_used(node, ctx):
            yield node, name


def _foreign(function: ast.AST, ctx: Context) -> Iterator[ast.Name | ast.Attribute]:
    """What is read and may lead out of the file."""
    local, foreign = ctx.once(_code.functions_of), ctx.once(_foreign_names)
    for node in _code.nodes_of(function, ctx):
        if isinstance(node, ast.Name):
            if (foreign is None or node.id in foreign) and node.id not in local and isinstance(node.ctx, ast.Load):
                yield node
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            root = _root(node)
            if root and (foreign is None or root in foreign or root in _BUILTINS):
                yield node


def _foreign_names(ctx: Context) -> frozenset[str] | None:
    """The names of the file that may lead out of it, and not into a library. None if any may.

    Nearly all names of a migration are `op`, `sa`, `migrations`, parameters and results. Ask through `ctx.once`.
    """
    if ":=" in ctx.source.text:
        return None
    found = {"self", "cls", "mcs"}
    aliases: list[tuple[str, str]] = []  # of other names
    for node in _expressions.statements_below(ctx.tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = f"{'.' * node.level}{node.module or ''}." if isinstance(node, ast.ImportFrom) else ""
            named = [(alias.asname or alias.name.partition(".")[0], f"{module}{alias.name}.") for alias in node.names]
            found.update(name for name, origin in named if not origin.startswith(_LIBRARIES) or _is_of_users(origin))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if not _is_history(ctx.path):
                found.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, (ast.Name, ast.Attribute)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            root = _root(node.value)
            aliases += [(target.id, root) for target in targets if isinstance(target, ast.Name)]
    while new := {alias for alias, name in aliases if name in found or name in _BUILTINS} - found:
        found |= new
    return frozenset(found)


def _root(node: ast.expr) -> str:
    """`models` of `models.Order.objects`; empty for what does not begin with a name."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_of_users(origin: str) -> bool:
    return _USER.startswith(origin) or origin.startswith(f"{_USER}.")


def _is_used(node: ast.expr, ctx: Context) -> bool:
    parent = ctx.parent(node)
    if isinstance(parent, ast.Attribute):
        # `Order.objects` and `Order.query`, but not `Order.OPEN`; `models.Order` is a part of the whole name.
        is_whole = parent.attr in ("objects", "query", "_default_manager", "__table__", "metadata")
        return is_whole or _is_queried(parent, ctx)
    if isinstance(parent, ast.Call):
        return _expressions.last(parent.func) not in _ASKING or node is parent.func
    return isinstance(parent, ast.keyword)


def _is_queried(column: ast.Attribute, ctx: Context) -> bool:
    """`session.query(Order.id)`"""
    call = ctx.parent(column)
    return isinstance(call, ast.Call) and column in call.args and _expressions.last(call.func) in ("query", "select")


def _finding(node: ast.expr, name: str, migration: _model.Migration, ctx: Context) -> Finding:
    start = ctx.settings.migrations_start_after
    question = Question(LIVE, name)
    shown = dotted(node) or name
    model = shown.rpartition(".")[2]
    recipe = _RECIPES[migration.framework].format(model=model)
    if name == _USER:
        recipe = "Use `apps.get_model(*settings.AUTH_USER_MODEL.split('.'))`"
    return RULE.finding(
        node,
        name=shown,
        recipe=recipe,
        instead=_INSTEAD[migration.framework],
        questions=(question, *(_history.ASKED if start else ())),
        data={"start_after": list(start), "name": name},
    )


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    data = finding.data
    if data["start_after"] and _history.history(answers).is_over(finding.path, data["start_after"]):
        return None
    answer = "model" if data["name"] == _USER else answers[Question(LIVE, data["name"])]
    if answer == "function":
        finding.message_id = answer
        finding.message = RULE.messages[answer].format(**finding.arguments)
    return finding if answer else None


def _is_history(path: str) -> bool:
    """Whether a file is where migrations are, which stay as they were written."""
    return "/migrations/" in f"/{path}" or "/versions/" in f"/{path}"


def _may_be_live(text: str, name: str) -> bool:
    return "class " in text and ("odel" in text or "__tablename__" in text)


@RULE.answers(LIVE, mentions=_may_be_live)
def live(node: ast.AST, ctx: Context, ask: Callable[[Question], Any]) -> Any:
    """ "model" for a class that maps a table, "function" for one that uses such classes."""
    if _is_history(ctx.path):
        return None
    if isinstance(node, ast.ClassDef):
        return "model" if _is_model(node, ctx, ask) else None
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return "function" if _uses_models(node, ctx, ask) else None
    return None


def _is_model(node: ast.ClassDef, ctx: Context, ask: Callable[[Question], Any]) -> bool:
    is_table = any(one.arg == "table" for one in node.keywords)  # of SQLModel
    if is_table or any(_expressions.last(base) in ("Model", "AbstractUser", "AbstractBaseUser") for base in node.bases):
        return True
    mapping = _mappings.of_class(node, ctx)
    if mapping is not None and (not mapping.is_django or _has_model_fields(node)):
        return True
    return any(_names_model(base, ctx, ask) for base in node.bases if isinstance(base, (ast.Name, ast.Attribute)))


def _has_model_fields(node: ast.ClassDef) -> bool:
    """Forms and serializers have fields too, but not those of `models`."""
    calls = [one.value for one in node.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call)]
    return any((dotted(call.func) or "").startswith("models.") for call in calls)


def _names_model(node: ast.expr, ctx: Context, ask: Callable[[Question], Any]) -> bool:
    """Whether a name is a model of the file, or one that the file imports."""
    own = [one for one in ctx.tree.body if isinstance(one, ast.ClassDef) and one.name == _expressions.last(node)]
    if own and isinstance(node, ast.Name):
        return _is_model(own[0], ctx, ask)
    name = ctx.qualified_name(node)
    return name is not None and "." in name and ask(Question(LIVE, name)) == "model"


def _uses_models(function: ast.AST, ctx: Context, ask: Callable[[Question], Any]) -> bool:
    names = [node for node in walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    used = [node for node in names if node.id[:1].isupper() and _is_used(node, ctx)]
    return any(_names_model(node, ctx, ask) for node in used)
