"""A secret that a known issuer has handed out, or a private key, stands in the source.

## Why is this bad?
Everybody who can read the repository, a build's log or an old clone can use it, and deleting the line does not help:
history keeps it. Whoever finds a key of a cloud in public has used it within minutes.

## Example
```python
from acme.quality import Client

client = Client(sonar_token="squ_7d93f0a1c25be84f6d0937ab12c8e45f9063bd1e")
```

Use instead:
```python
import os

from acme.quality import Client

client = Client(sonar_token=os.environ["SONAR_TOKEN"])
```

## What is flagged
Texts of the form that an issuer gives its secrets, in strings and in comments, in tests and documentation too, with the
proof that the form allows: the checksum of GitHub's and npm's tokens, the account's number in a key of AWS, what a
token of PyPI, Mapbox or Discord decodes to. Private keys of every PEM kind. The secret key of AWS beside the id of its
key. In tests, examples and docstrings, and under a name that says so, a private key is a note: most are made for the
test. So is any secret in a docstring or one that is printed as it stands, to show what one looks like, one of which a
comment says that it was revoked, and a key that no server of today takes: DSA, and RSA of 1,024 bits. An API key of
Google is a note in a file that says nothing of Google's models (`genai`), and its OAuth client secret in one that sets
up no service: the keys of web pages and of applications that people install, which everybody may see, look the same.

## Not flagged
- A wrong checksum, and what no generator makes: `sk_live_xxxx`, `AKIAIOSFODNN7EXAMPLE`, keys that spell a word, repeat
  themselves or run through the alphabet.
- Publishable keys, keys of test modes, certificates and public keys.
- A secret without any digit, unless its issuer uses none: looking for one is what makes the rule fast.
- What `readlint secrets allow` has recorded.

## Fix safety
Unsafe: the program no longer starts without the variable. The secret must be replaced by a new one in any case.
"""  # readlint: ignore[RL401] the page needs an example, and nobody has been given this one

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from readlint.api import Category, Context, Finding, Level, Rule, Safety, Severity, comments_at, last_name, regex
from readlint_rules.secrets import _formats, _gravity, _mentions, _moving, _places, _values

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL401",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.SECURITY,
    fix=Safety.UNSAFE,
    cwe=(798, 321),
    tags=("security", "secrets"),
    since="0.1",
    security_severity=9.1,
    in_tests=True,
    replaces=("RL402", "RL403", "RL404"),
    messages={
        "default": "The {kind} of {issuer} here is readable for everybody who can read the source. Revoke it, as "
        "history keeps it, and read the new one from the environment or a secret store.",
        "key": "The {kind} here is readable for everybody who can read the source. Replace it, as history keeps it, "
        "and read the new one from a file or a secret store.",
    },
)


@RULE.on(ast.Module)
def check(node: ast.Module, ctx: Context) -> Iterator[Finding]:
    text = ctx.source.text
    for secret in _formats.secrets_in(text, _mentions.folded(ctx)):
        finding = _finding(secret, ctx)
        if not ctx.is_allowed_secret(text[secret.start : secret.end]):
            yield finding


def _finding(secret: _formats.Secret, ctx: Context) -> Finding:
    span = _places.span_of(ctx, secret.start, secret.end)
    chain = _places.chain_at(ctx, span.line, span.column)
    literal = chain[-1]
    whole = (
        isinstance(literal, ast.Constant) and _is_short(literal, secret) and _places.inside_quotes(literal, ctx) == span
    )
    where = literal if whole else span
    if secret.issuer:
        fix = _moving.move_out(_places.binding_of(chain, ctx), literal, chain) if whole else None
        data = {"secret": [span.key()]}
        harmless = (
            _gravity.is_public(secret, ctx) or _documents(chain) or _is_shown(chain) or _is_said_to_be_dead(chain, ctx)
        )
        severity = Severity.NOTE if harmless else Severity.ERROR
        return RULE.finding(where, kind=secret.kind, issuer=secret.issuer, severity=severity, data=data, fix=fix)
    where = _places.span_of(ctx, secret.head, secret.start)
    harmless = secret.outdated or _is_for_show(chain, ctx) or _is_for_tests(_places.binding_of(chain, ctx))
    severity = Severity.NOTE if harmless else Severity.ERROR
    return RULE.finding(where, "key", kind=secret.kind, severity=severity, data={"secret": [span.key()]})


def _is_short(literal: ast.Constant, secret: _formats.Secret) -> bool:
    """Whether a literal may be nothing but the secret: a long one with many of them is not read for each."""
    one_line = literal.lineno == literal.end_lineno
    return one_line and (literal.end_col_offset or 0) - literal.col_offset <= secret.end - secret.start + len(
        'rb"""' * 2
    )


def _is_for_show(chain: list[ast.AST], ctx: Context) -> bool:
    """A key made for a test, or one that documentation shows."""
    return _documents(chain) or _places.is_example(ctx.path) or ctx.settings.is_test(ctx.path)


def _documents(chain: list[ast.AST]) -> bool:
    """Part of a docstring."""
    return len(chain) > 1 and isinstance(chain[-2], ast.Expr)


def _is_shown(chain: list[ast.AST]) -> bool:
    """`print("A token looks like this: ...")`"""
    call = chain[-2] if len(chain) > 1 else None
    return isinstance(call, ast.Call) and last_name(call.func) in _SHOWING


_SHOWING = frozenset("echo print secho".split())


def _is_said_to_be_dead(chain: list[ast.AST], ctx: Context) -> bool:
    """A comment at the statement says that it opens nothing any more, as where a scanner for secrets is tested."""
    statement = next((node for node in reversed(chain) if isinstance(node, ast.stmt)), None)
    return statement is not None and any(map(_DEAD.search, comments_at(statement, ctx)))


#: Not "must be revoked", "not revoked yet".
_DEAD = regex(r"(?<!\bbe )(?<!\bnot )\b(?:invalidated|revoked|deactivated|no longer valid)\b", re.IGNORECASE)


def _is_for_tests(bound: _places.Bound | None) -> bool:
    """`SSL_TEST_PRIVATE_KEY = ...`"""
    return bound is not None and not {"test", "tests", "testing", "dummy", "example", "sample"}.isdisjoint(
        _values.words_of(bound.name)
    )
