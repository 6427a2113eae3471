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

For this machine and hosts of a compose file (`localhost`, `db`, `redis`), and in folders of documentation and examples,
it is a note.

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
import re
from collections.abc import Iterator

from readlint.api import Category, Context, Finding, Level, Rule, Safety, Severity
from readlint_rules.secrets._mentions import lower, mentioned
from readlint_rules.secrets._moving import drop_default, move_out, read_environment
from readlint_rules.secrets._places import binding_of, chain_at, is_example, span_of
from readlint_rules.secrets._proofs import looks_random
from readlint_rules.secrets._values import is_placeholder, plausible

__all__ = ["drop_default", "read_environment"]  # the fixes are looked up here

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

_URL = re.compile(r"://([^\s/'\"@:{}<>]{0,80}):([^\s/'\"@{}<>]{1,200})@([\w.-]*)")
# A search is fast that begins with plain text, so what stands before it is looked at behind it.
_LIBPQ = re.compile(r"password=(?<![\w&]password=)([^\s'\";{}&<>]{1,200})")
_ODBC = re.compile(r"pwd=(?<=[;\"']pwd=)([^\s'\";{}<>]{1,200})")
_AZURE = re.compile(r"(?:AccountKey|SharedAccessKey)=([0-9A-Za-z+/]{42,86}=?=?)")
_NEIGHBOURS = re.compile(r"(?<!\w)(?:host|hostaddr|dbname|user|port|server)=\S|jdbc:", re.IGNORECASE)

_WORDS_FOR_PASSWORDS = re.compile(
    r"(?:my|the|some|db|user|super|your|a)?[_-]?(?:pass(?:word|wd|phrase)?|pwd?|secret|token|(?:api)?[_-]?key|tiger|"
    r"auth|cred\w*|p4ssw0rd|hunter2|bar|baz|me|x+|\*+|string|port)\d{0,3}|\[.*|\$.*|%.*|\\.*",
    re.IGNORECASE,
)
_NOBODYS_HOSTS = re.compile(
    r"(?:.*\.)?(?:example|invalid|test)(?:\.\w+)?|(?:my|your|some|the|db|proxy)?[_.-]?(?:host(?:name)?|server|domain|url|"
    r"site)(?:\.\w+){0,2}|foo|bar|ip|address",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|(?:postgres\w*|mysql|mariadb|redis|rabbitmq|rabbit|mongo"
    r"(?:db)?|db|database|broker|amqp|minio|elasticsearch)(?:[-_]\w+)?|.*\.local(?:host|domain)?"
    r"|(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\..*|demo\..*",
    re.IGNORECASE,
)
# Where a weak password is one too.
_SERVICE = re.compile(r"(?:postgres\w*|mysql|mariadb|mssql|oracle|rediss?|amqps?|mongodb|smtps?|ldaps?)(?:\+\w+)?$")
# Azure's documentation gives them to everybody's emulator.
_EMULATORS = ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/", "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEH")


@RULE.on(ast.Module)
def check(node: ast.Module, ctx: Context) -> Iterator[Finding]:
    text = ctx.source.text
    for match in _URL.finditer(text):
        severity = _of_url(text[max(match.start() - 20, 0) : match.start()], *match.groups())
        if severity is not None:
            yield from _finding("address", match, 2, severity, ctx)
    if "passw" in mentioned(ctx):
        for match in _LIBPQ.finditer(text):
            if plausible(match[1]) and _NEIGHBOURS.search(_around(text, match)):
                yield from _finding("connection string", match, 1, Severity.ERROR, ctx)
    if "pwd" in mentioned(ctx):
        for match in _ODBC.finditer(lower(ctx)):
            if plausible(match[1]) and _NEIGHBOURS.search(_around(text, match)):
                yield from _finding("connection string", match, 1, Severity.ERROR, ctx)
    if "Key=" in text:
        for match in _AZURE.finditer(text):
            if looks_random(match[1]) and not match[1].startswith(_EMULATORS):
                yield from _finding("connection string", match, 1, Severity.ERROR, ctx)


def _around(text: str, match: re.Match[str]) -> str:
    """What stands on the same line, as far as a connection string may reach."""
    before, behind = text[max(match.start() - _REACH, 0) : match.start()], text[match.end() : match.end() + _REACH]
    return before.rpartition("\n")[2] + match[0] + behind.partition("\n")[0]


_REACH = 300


def _of_url(before: str, user: str, password: str, host: str) -> Severity | None:
    """How grave the password of an address is; None for what only shows how to write one."""
    if _WORDS_FOR_PASSWORDS.fullmatch(password) or is_placeholder(password) or is_placeholder(user):
        return None
    if _NOBODYS_HOSTS.fullmatch(host) or len(password) < 3 or (password.isdigit() and len(password) < 6):
        return None  # a port in front of an `@`
    if not plausible(password) and (not _SERVICE.search(before) or not host or user == password):
        return None  # too little to tell it from prose
    return Severity.NOTE if _LOCAL.fullmatch(host) else Severity.ERROR


def _finding(what: str, match: re.Match[str], group: int, severity: Severity, ctx: Context) -> Iterator[Finding]:
    span = span_of(ctx, *match.span(group))
    chain = chain_at(ctx, span.line, span.column)
    literal = chain[-1]
    if not isinstance(literal, (ast.Constant, ast.JoinedStr)) or isinstance(chain[-2], ast.Expr):
        return  # a comment, a docstring
    if ctx.is_allowed_secret(match[group]):
        return
    one_line = ctx.source.span(literal).line == ctx.source.span(literal).end_line
    if is_example(ctx.path):
        severity = Severity.NOTE
    data = {"secret": [span.key()] if plausible(match[group]) else []}
    fix = move_out(binding_of(chain, ctx), literal, chain)
    yield RULE.finding(literal if one_line else span, what=what, severity=severity, data=data, fix=fix)
