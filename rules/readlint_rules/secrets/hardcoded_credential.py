"""A password, key or token is written into the source.

## Why is this bad?
Everybody who can read the repository has it, every environment shares it, and it cannot be replaced without a release.
Deleting the line does not help: history keeps it.

## Example
```python
import psycopg


def connect():
    return psycopg.connect(host="db.internal", user="billing", password="vT9$kq2Lw8!x")
```

Use instead:
```python
import os

import psycopg


def connect():
    return psycopg.connect(host="db.internal", user="billing", password=os.environ["PASSWORD"])
```

## What is flagged
A string with the looks of a credential that is given the name of one: a variable, an attribute, a key of a dictionary
or of `app.config`, an argument, a parameter's default, a comparison (`if password == "..."`). And by what it is given
to, whatever its name: `jwt.encode(claims, "...")`, `hmac.new(b"...")`, `Fernet(b"...")`, `smtp.login(user, "...")`.

The key that an application of Flask, or the settings of a Django project that answers to other machines
(`ALLOWED_HOSTS`), sign with is flagged whatever it looks like, `app.secret_key = "secret"` too, where the file gives it
once, under no condition, and nothing further down replaces it.

That key is an error. A warning is what looks like it opens this program or its database: a key with which it signs or
encrypts (`SECRET_KEY`, `JWT_SECRET`), the password of a connection beside its host, and every credential in a file that
sets up a service (`INSTALLED_APPS`, `app.config`, `FastAPI(...)`). Anything else is a note, as a program that people
install has keys of other parties' services on purpose, and so is what stands in documentation, examples, templates of
projects, tools for tests and settings for development, by the names of folders and files, below `if DEBUG:` and the
like, or beside a comment that says it is for a demonstration. So is the password of a user called `dev` or `test`, and
a `SECRET_KEY` in settings of Django that answer to no other machine.

## Not flagged
- Names that say something *of* a credential: `password_field`, `secret_name`, `token_url`, `next_token`.
- Values that are words, names, paths, addresses, headers, patterns, templates, placeholders, hashes, or their own name.
- Members of enumerations, tests, and what `readlint secrets allow` has recorded.
- Comparisons with a placeholder, and those that lead to a warning or an error: `if SECRET_KEY == "...": raise` is a
  guard.

## Fix safety
Unsafe: the program no longer starts without the variable. The credential must be replaced by a new one in any case.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from readlint.api import Category, Context, Finding, Fix, Level, Rule, Safety, Severity, last_name, regex
from readlint_rules.secrets import _gravity, _lookups, _mentions, _moving, _places, _signing, _values

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL402",
    severity=Severity.WARNING,
    level=Level.L5,
    category=Category.SECURITY,
    fix=Safety.UNSAFE,
    cwe=(798, 259),
    tags=("security", "secrets"),
    since="0.1",
    security_severity=8.1,
    messages={
        "default": "`{name}` is written into the source, where everybody who can read it has it. Replace it by a new "
        "one, as history keeps it, and read that from the environment.",
        "call": "`{name}` gets a credential that is written into the source. Replace it by a new one, as history keeps "
        "it, and read that from the environment.",
    },
)

#: Calls that take a credential at a place of their own, and at which.
_TAKERS = {
    "jwt.encode": 1,
    "jwt.decode": 1,
    "jose.jwt.encode": 1,
    "jose.jwt.decode": 1,
    "hmac.new": 0,
    "hmac.digest": 0,
    "cryptography.fernet.Fernet": 0,
    "itsdangerous.URLSafeTimedSerializer": 0,
    "itsdangerous.URLSafeSerializer": 0,
    "itsdangerous.TimestampSigner": 0,
    "itsdangerous.Signer": 0,
    "requests.auth.HTTPBasicAuth": 1,
    "httpx.BasicAuth": 1,
    "aiohttp.BasicAuth": 1,
}


@RULE.on(ast.Module)
def check_names(node: ast.Module, ctx: Context) -> Iterator[Finding]:
    for chain in _mentions.literals(ctx):
        bound = _places.binding_of(chain, ctx)
        if bound is None or not _values.names_credential(bound.name) or _moving.is_settings_field(chain):
            continue
        if isinstance(bound.value, ast.BoolOp) and _lookups.is_lookup(bound.value.values[0], ctx):
            continue  # insecure-secret-fallback
        if _places.taker_of_default(bound, chain) in _places.OPTIONS:
            continue  # the same
        if not _is_for_show(chain) and not _is_warned_of(chain, ctx):
            yield from _findings(chain, bound, ctx)


@RULE.on_call(*dict.fromkeys(f"*.{name.rpartition('.')[2]}" for name in _TAKERS))
def check_calls(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """What is called is asked last: all programs encode texts, and few of their arguments can be credentials."""
    for index, value in enumerate(node.args):
        literal = _credential_in(value)
        name = ctx.qualified_name(node.func) or "" if literal is not None else ""
        if literal is not None and _TAKERS.get(name) == index:
            yield from _given(node, literal, _severity_of_call(name, ctx), ctx)


@RULE.on_call("*.login")
def check_login(node: ast.Call, ctx: Context) -> Iterator[Finding]:
    """Of smtplib, imaplib, ftplib and libraries like these: a user and a password."""
    literal = _credential_in(node.args[1]) if len(node.args) == 2 and isinstance(node.args[1], ast.Constant) else None
    if literal is not None:
        yield from _given(node, literal, _places.severity_at(ctx), ctx)


def _severity_of_call(name: str, ctx: Context) -> Severity:
    """Who is asked with a user and a password is mostly another party."""
    asks_others = name.endswith("BasicAuth") and not ctx.once(_gravity.sets_up_a_service)
    return Severity.NOTE if asks_others else _places.severity_at(ctx)


def _credential_in(value: ast.expr) -> ast.Constant | None:
    """The literal, or the one that is encoded, if it can be a credential."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "encode":
        value = value.func.value
    return value if isinstance(value, ast.Constant) and _values.plausible(_text(value)) else None


def _given(call: ast.Call, literal: ast.Constant, severity: Severity, ctx: Context) -> Iterator[Finding]:
    name = last_name(call.func) or ""
    data = {"variable": f"{name.upper()}_KEY", "bytes": isinstance(literal.value, bytes)}
    fix = Fix(_moving.read_environment, "x", literal, data=data)
    yield from _finding(literal, "call", ctx.text(call.func), severity, fix, ctx)


def _text(node: ast.AST) -> str:
    value = node.value if isinstance(node, ast.Constant) else ""
    return value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def _findings(chain: list[ast.AST], bound: _places.Bound, ctx: Context) -> Iterator[Finding]:
    signs = _signing.is_signed_with(chain, ctx)
    if not signs and not _values.plausible(_text(chain[-1]), bound.name):
        return
    opens = signs and not _gravity.is_harmless(chain, ctx)
    severity = Severity.ERROR if opens else _gravity.gravity(bound, chain, ctx)
    yield from _finding(chain[-1], "default", bound.name, severity, _moving.move_out(bound, chain[-1], chain), ctx)


def _finding(
    literal: ast.AST, message: str, name: str, severity: Severity, fix: Fix | None, ctx: Context
) -> Iterator[Finding]:
    assert isinstance(literal, ast.Constant)
    span = _places.inside_quotes(literal, ctx)
    if not ctx.is_allowed_secret(ctx.source.slice(span)):
        data = {"secret": [span.key()]}
        yield RULE.finding(literal, message, name=name, severity=severity, data=data, fix=fix)


def _is_for_show(chain: list[ast.AST]) -> bool:
    """`example={"password": "..."}` of a schema, and what is logged or printed as help."""
    for node in chain:
        if isinstance(node, ast.keyword) and node.arg in ("example", "examples", "json_schema_extra", "help"):
            return True
        if isinstance(node, ast.Dict) and any(_text(key).startswith("example") for key in node.keys if key):
            return True
    return False


_WARNING = regex(r"default|insecure|unsafe|warn|raise\b|chang", re.IGNORECASE)


def _is_warned_of(chain: list[ast.AST], ctx: Context) -> bool:
    """`if password == "...": warn("the default must be changed")` guards against the value."""
    checks = [node for node in chain if isinstance(node, ast.If)]
    if not checks or not any(isinstance(node, ast.Compare) for node in chain[chain.index(checks[-1]) :]):
        return False
    return any(_WARNING.search(ctx.text(statement)) for statement in checks[-1].body)
