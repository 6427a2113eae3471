"""An address or a connection string in the source holds a password.

## Why is this bad?
Everybody who can read the repository can reach what it leads to. Addresses are also logged, shown in errors and copied
into tickets, with the password in them. Deleting the line does not help: history keeps it.

## Example
```python
from sqlalchemy import create_engine

DATABASE_URL = "postgresql://billing:vT9kq2Lw8x@db.internal/billing"
engine = create_engine(DATABASE_URL)
```

Use instead:
```python
import os

from sqlalchemy import create_engine

DATABASE_URL = os.environ["DATABASE_URL"]
engine = create_engine(DATABASE_URL)
```

## What is flagged
- `scheme://user:password@host` in a string, with a literal password, in f-strings too.
- `password=...` among the words of a libpq or JDBC connection string, `PWD=...` of ODBC, `AccountKey=...` and
  `SharedAccessKey=...` of Azure.

For this machine and hosts of a compose file (`localhost`, `db`, `redis`), in folders of documentation and examples, and
in a text of several lines, which mostly is help or a template, it is a note. So is a Sentry DSN with the secret part:
all that it opens is the reporting of errors.

## Not flagged
- A password that is a hole or a placeholder: `{password}`, `%s`, `<password>`, `user:pass@host`, `scott:tiger`.
- Hosts that nobody has: `example.com`, `host`, `hostname`.
- Docstrings, comments and tests.
- A Sentry DSN without the secret part; the storage key that every copy of Azure's emulator has.
- What `readlint secrets allow` has recorded.

## Fix safety
Unsafe: the program no longer starts without the variable. The password must be replaced by a new one in any case.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Category, Context, Finding, Level, Rule, Safety, Severity
from readlint_rules.secrets import _addresses, _mentions, _moving, _places, _values

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL403",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.SECURITY,
    fix=Safety.UNSAFE,
    cwe=(798, 260),
    tags=("security", "secrets"),
    since="0.1",
    security_severity=8.1,
    messages={
        "default": "The {what} holds a password, readable for everybody who can read the source. Replace the password, "
        "as history keeps it, and read the {what} from the environment.",
    },
)


@RULE.on(ast.Module)
def check(node: ast.Module, ctx: Context) -> Iterator[Finding]:
    for address in _addresses.addresses_in(ctx.source.text, _mentions.mentions(ctx)):
        yield from _finding(address, ctx)


def _finding(address: _addresses.Address, ctx: Context) -> Iterator[Finding]:
    span, severity = _places.span_of(ctx, address.start, address.end), address.severity
    chain = _places.chain_at(ctx, span.line, span.column)
    literal = chain[-1]
    if not isinstance(literal, (ast.Constant, ast.JoinedStr)) or isinstance(chain[-2], ast.Expr):
        return  # a comment, a docstring
    if ctx.is_allowed_secret(address.password):
        return
    one_line = ctx.source.span(literal).line == ctx.source.span(literal).end_line
    if _places.is_example(ctx.path) or _is_one_of_several_lines(literal):
        severity = Severity.NOTE
    data = {"secret": [span.key()] if _values.plausible(address.password) else []}
    fix = _moving.move_out(_places.binding_of(chain, ctx), literal, chain)
    yield RULE.finding(literal if one_line else span, what=address.what, severity=severity, data=data, fix=fix)


def _is_one_of_several_lines(literal: ast.Constant | ast.JoinedStr) -> bool:
    """Help and templates show what an address looks like."""
    parts = literal.values if isinstance(literal, ast.JoinedStr) else [literal]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return "\n" in "".join(texts).strip()
