"""A secret that is missing from the environment is replaced by one that everybody knows.

## Why is this bad?
A deployment that forgets the variable starts without a complaint, and signs sessions or lets people in with a value
that stands in the source. It is noticed when somebody uses it.

## Example
```python
import os

SECRET_KEY = os.environ.get("SECRET_KEY", "change-me-please")
```

Use instead:
```python
import os

SECRET_KEY = os.environ["SECRET_KEY"]
```

## What is flagged
- A literal fallback of a look-up by the name of a credential: `os.environ.get(...)`, `os.getenv(...)`,
  `os.environ.setdefault(...)`, `... or "literal"`, `config(..., default=...)` of decouple and starlette, `env(...)` of
  environs and django-environ, also where the fallback is a placeholder.
- A default of a credential's field in a `BaseSettings` of pydantic, and of a command line option such as `--password`.
- A credential without a fallback that is put into a text as it is: `f"Bearer {os.getenv('API_TOKEN')}"` sends
  `Bearer None` where the variable is missing. Neither what is printed or logged is flagged, nor what stands under
  `if os.getenv("API_TOKEN"):`.

A warning is a fallback for what opens this program (`SECRET_KEY`, `JWT_SECRET`, `ADMIN_PASSWORD`), and one with the
looks of a real password or, in the settings of a service, of a real key. For a credential that only the other side
checks, a placeholder or what everybody tries first (`abc123`) opens no door here: it is a note or nothing. So is the
password of what runs beside the program (`LOCAL_DB_PASSWORD`), a key that a program brings for all who install it, and
what stands beside a setting such as `ALLOW_INSECURE_SECRET`, as a program that has one refuses its defaults,
and a `SECRET_KEY` in settings of Django that answer to no other machine.

## Not flagged
- Fallbacks under `if DEBUG:` and the like, and in modules of settings for development and tests.
- A name that some `if` of the file compares or tests before it raises, and one that a function which raises has in a
  table with the fallback: `{"SECRET_KEY": ("change-me", self.SECRET_KEY)}`.
- Empty fallbacks, paths, and addresses.
- Tests, and what `readlint secrets allow` has recorded.

## Fix safety
Unsafe: the program no longer starts without the variable, which is the point.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from readlint.api import Category, Context, Finding, Fix, Level, Rule, Safety, Severity, last_name, regex, walk
from readlint_rules.secrets import _gravity, _lookups, _mentions, _moving, _places, _signing, _values

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL404",
    severity=Severity.WARNING,
    level=Level.L5,
    category=Category.SECURITY,
    fix=Safety.UNSAFE,
    cwe=(1188, 798),
    tags=("security", "secrets"),
    since="0.1",
    security_severity=7.5,
    messages={
        "default": "Where `{name}` is not set, a value from the source takes its place, and the program runs with a "
        "secret that everybody can read. Require the variable: `os.environ[...]` fails at once.",
        "none": "Where `{name}` is not set, this text gets `None` for it, and fails only where it is used. Require the "
        "variable: `os.environ[...]` fails at once.",
    },
)


@RULE.on(ast.Module)
def check(node: ast.Module, ctx: Context) -> Iterator[Finding]:
    holes = [name for what, name, _ in _mentions.mentions(ctx) if what == "hole"]
    literals = _mentions.literals(ctx)
    if (not holes and not literals) or _places.is_for_development(ctx.path):
        return
    for chain in literals:
        yield from _fallback(chain, ctx)
    for name in holes:
        if _BARE_LOOKUP.search(ctx.source.text, max(name - _FAR, 0), name):
            yield from _none_in_text(_places.chain_at(ctx, *ctx.source.position(name)), ctx)


# A literal fallback


def _fallback(chain: list[ast.AST], ctx: Context) -> Iterator[Finding]:
    literal = chain[-1]
    if not isinstance(literal, ast.Constant) or not isinstance(literal.value, str) or not literal.value.strip():
        return
    place = _place_of_fallback(chain, ctx)
    if place is None:
        return
    name, where, fix = place
    severity = _severity(name, literal.value, chain, ctx)
    if (
        severity is None
        or not _values.names_credential(name)
        or _gravity.is_development_only(chain)
        or _is_guarded(chain, name, ctx)
    ):
        return
    span = _places.inside_quotes(literal, ctx)
    if ctx.is_allowed_secret(ctx.source.slice(span)):
        return
    allowed = _ALLOWS_DEFAULTS.search(ctx.source.text) is not None
    alone = name == "SECRET_KEY" and ctx.once(_signing.answers_to_nobody_else)
    if allowed or alone or _gravity.is_harmless(chain, ctx) or _gravity.is_local(name):
        severity = Severity.NOTE
    data = {"secret": [span.key()] if _values.plausible(literal.value) else []}
    yield RULE.finding(where, name=name, severity=severity, data=data, fix=fix)


# A setting with which one may start with the defaults after all: somewhere they are refused.
_ALLOWS_DEFAULTS = regex(r"\b(?:accept|allow|permit)_(?:default|insecure|weak)_(?:jwt_)?(?:key|secret)", re.IGNORECASE)


def _place_of_fallback(chain: list[ast.AST], ctx: Context) -> tuple[str, ast.AST, Fix | None] | None:
    """The name that is looked up, the node to point at, and how to require it."""
    literal = chain[-1]
    for node in reversed(chain[:-1]):
        if isinstance(node, ast.Call):
            name = _lookups.looked_up(node, ctx)
            if name and _lookups.fallback_of(node) is literal:
                return name, node, _required(node, name, ctx)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and node.values[-1] is literal:
            name = _lookups.looked_up(node.values[0], ctx)
            if name:
                return name, node, _required(node, name, ctx) if len(node.values) == 2 else None
        if isinstance(node, ast.stmt):
            break
    bound = _places.binding_of(chain, ctx)
    if bound is not None and isinstance(bound.node, ast.AnnAssign) and _moving.is_settings_field(chain):
        return bound.name, literal, _moving.require_field(bound.node)
    if bound is not None:
        taker = _places.taker_of_default(bound, chain)
        if taker in _places.OPTIONS or (taker == "Field" and _moving.is_settings_field(chain)):
            return bound.name, literal, None
    return None


def _required(node: ast.expr, name: str, ctx: Context) -> Fix | None:
    call = node.values[0] if isinstance(node, ast.BoolOp) else node
    assert isinstance(call, ast.Call)
    if not (ctx.qualified_name(call.func) or "").startswith("os.") or last_name(call.func) == "setdefault":
        return None  # another library may read a file too
    return Fix(_moving.read_environment, _moving.TITLE, node, data={"variable": name})


def _severity(name: str, value: str, chain: list[ast.AST], ctx: Context) -> Severity | None:
    """A password of another party's service opens no door here: only a real one is given away."""
    if value.startswith(("/", "~", "./")) or "://" in value or len(value) < 3:
        return None
    if _gravity.opens_this_program(name, ctx) or _values.words_of(name) == ["secret"]:
        return Severity.WARNING
    if _values.plausible(value) and not _values.is_guessed(value):
        grave = _values.is_password(name) or _moving.is_settings_field(chain) or ctx.once(_gravity.sets_up_a_service)
        return Severity.WARNING if grave else Severity.NOTE
    return Severity.NOTE if _values.is_password(name) and not _values.is_placeholder(value) else None


def _is_guarded(chain: list[ast.AST], variable: str, ctx: Context) -> bool:
    """Whether some `if` about the name ends in an error, or compares it with the fallback."""
    statement = next(node for node in reversed(chain) if isinstance(node, ast.stmt))
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", statement)]
    names = {_places.label(target) for target in targets} - {""}
    fallback = chain[-1].value if isinstance(chain[-1], ast.Constant) else None
    for node in ctx.nodes_of(ast.If, ast.Compare):
        test = node.test if isinstance(node, ast.If) else node
        parts = list(walk(test))
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        if chain[-1] in parts:  # `if (key := os.environ.get("SECRET_KEY", "x")) == "x": raise`
            if isinstance(node, ast.If) and values.count(fallback) > 1 and _complains(node):
                return True
            continue
        named = any(isinstance(part, (ast.Name, ast.Attribute)) and _places.label(part) in names for part in parts)
        about = named or variable in values  # `os.environ["SECRET_KEY"] != "..."`
        if about and (fallback in values or (isinstance(node, ast.If) and _complains(node))):
            return True
    return _is_refused(variable, fallback, ctx)


def _is_refused(variable: str, fallback: object, ctx: Context) -> bool:
    """Whether a function that raises has a table with the name and the fallback: `{"SECRET_KEY": "change-me"}`."""
    for node in ctx.nodes_of(ast.Dict):
        assert isinstance(node, ast.Dict)
        parts = list(walk(node))
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        if fallback in values and (variable in values or variable in map(last_name, parts)):
            around = _places.chain_at(ctx, node.lineno, node.col_offset)
            functions = [each for each in around if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
            if functions and any(isinstance(part, ast.Raise) for part in walk(functions[-1])):
                return True
    return False


def _complains(node: ast.If) -> bool:
    inside = [part for statement in node.body for part in walk(statement)]
    return any(isinstance(part, ast.Raise) or last_name(getattr(part, "func", part)) in _ENDS for part in inside)


_ENDS = frozenset("exit abort warn warning error critical fail".split())

# No fallback, and no look at what came

_BARE_LOOKUP = regex(r"env(?:iron\.get)?\(\s{0,20}[\"']\w*\Z")
_FAR = 100  # no name of a variable is longer


def _is_shown(parent: ast.AST) -> bool:
    """What is printed or logged may say `None`: that tells what is missing."""
    return isinstance(parent, ast.Call) and last_name(parent.func) in _SHOWING


_SHOWING = frozenset("critical debug echo error exception info log print warn warning write".split())


def _is_set_here(chain: list[ast.AST], variable: str, ctx: Context) -> bool:
    """Inside of `if os.getenv("API_TOKEN"):`, alone or as one of several conditions."""
    for around, inside in pairwise(chain):
        if isinstance(around, ast.If) and inside in around.body:
            test = around.test
            conditions = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
            if any(_asks_for(condition, variable, ctx) for condition in conditions):
                return True
    return False


def _asks_for(condition: ast.expr, variable: str, ctx: Context) -> bool:
    """`os.getenv("API_TOKEN")`, `os.getenv("API_TOKEN") is not None`, `"API_TOKEN" in os.environ`."""
    if isinstance(condition, ast.Compare):
        if isinstance(condition.ops[0], ast.In):
            key = condition.left
            return isinstance(key, ast.Constant) and key.value == variable
        condition = condition.left if isinstance(condition.ops[0], ast.IsNot) else condition
    return _lookups.looked_up(condition, ctx) == variable


def _none_in_text(chain: list[ast.AST], ctx: Context) -> Iterator[Finding]:
    """`f"Bearer {os.getenv("API_TOKEN")}"`, `"Bearer " + ...` would fail by itself."""
    index = next((at for at in range(len(chain) - 1, -1, -1) if isinstance(chain[at], ast.JoinedStr)), -1)
    joined = chain[index] if index >= 0 else None
    if not isinstance(joined, ast.JoinedStr) or _is_shown(chain[index - 1]):
        return
    for part in joined.values:
        if isinstance(part, ast.FormattedValue) and _lookups.is_lookup(part.value, ctx):
            call = part.value
            assert isinstance(call, ast.Call)
            name = _lookups.looked_up(call, ctx)
            if _values.names_credential(name) and _lookups.fallback_of(call) is None:
                if _is_set_here(chain, name, ctx):
                    continue
                fix = Fix(_moving.read_environment, _moving.TITLE, call, data={"variable": name})
                severity = Severity.NOTE if _places.is_example(ctx.path) else Severity.WARNING
                yield RULE.finding(joined, "none", name=name, severity=severity, fix=fix)
                return
