"""A password, key or token stands in a file beside the code: a configuration, a deployment, a notebook.

## Why is this bad?
Everybody who can read the repository, the image or the package that the file ends up in has it. Deleting the line does
not help: history keeps it.

## Example
```yaml
services:
  api:
    environment:
      SMTP_PASSWORD: vT9kq2Lw8x4m
```

Use instead:
```yaml
services:
  api:
    environment:
      SMTP_PASSWORD: ${SMTP_PASSWORD}
```

## What is flagged
In `.env` files, YAML, TOML, INI (`.ini`, `.cfg`, `.conf`, `.properties`, `.npmrc`, `.pypirc`), JSON, Dockerfiles, shell
scripts, Terraform, `.netrc`, notebooks and key files, whether or not they are committed already:

- What known-secret-format finds in Python: secrets of known issuers, in comments, tests and outputs of notebooks too,
  and private keys.
- The name of a credential with a value that can be one, as each syntax writes it: `password: ...`, `API_KEY=...`,
  `ENV API_KEY ...`, `name: API_KEY` with `value: ...` below it, the default of a Terraform variable.
- Passwords in addresses and connection strings. For this machine and hosts of a compose file it is a note.
- Base64 in the `data` of a Kubernetes `Secret`, and `auth` of a registry: it hides nothing.

A secret of a known issuer is an error, and anything else a warning: what has the looks and the name of a secret is one
in most files, not in all.

In documentation, examples, templates, settings for development and what builds the program in CI, by the names of
folders and files, and beside a database in memory (`sqlite://`), what is no issuer's secret is a note. So are a
password that everybody tries first (`Abc123`), a private key of a certificate for this machine (`localhost.key`) or by
its name for nobody's trust (`insecure.pem`), and one that no server of today takes, DSA or RSA of 1,024 bits. What
pages and installed applications get from Google, an API key or an OAuth client secret, is a note where nothing says
that it is for a model (`genai`) or a service.

## Not flagged
- References and templates: `${VAR}`, `{{ var }}`, `!vault`, `ENC[...]` of SOPS, `$(command)`, `os.environ/NAME`, paths,
  sealed secrets, placeholders, words, hashes, values of fewer than eight characters.
- In tests, what is no issuer's secret. In tests and examples, private keys: nearly all are made for them.
- Comments, but for secrets of known issuers; texts below `description:` and `example:`; files of translations and
  schemas.
- Files that git ignores, lock files, files over 5 MB, what is no UTF-8 text, what is minified (10,000 characters or
  more, 500 of them a line), and what says in a comment of its first five lines that it is generated.
- What `readlint secrets allow` has recorded. JSON, notebooks and key files have no comments for a suppression: that or
  `per-file-ignores` is how to accept a secret in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from readlint.api import Category, Context, Finding, Level, Rule, Severity, Span, regex
from readlint_rules.secrets import _addresses, _entries, _formats, _gravity, _mentions, _places, _values

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL405",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.SECURITY,
    cwe=(798, 312),
    tags=("security", "secrets"),
    since="0.1",
    security_severity=8.1,
    in_tests=True,
    messages={
        "known": "The {kind} of {issuer} here is readable for everybody who can read the file. Revoke it, as history "
        "keeps it, and take the new one from the environment or a secret store.",
        "key": "The {kind} here is readable for everybody who can read the file. Replace it, as history keeps it, and "
        "keep the new one in a secret store.",
        "default": "`{name}` stands in this file, where everybody who can read it has it. Replace it by a new one, as "
        "history keeps it, and take that from the environment or a secret store.",
        "encoded": "`{name}` stands in this file, and base64 hides it from nobody. Replace it by a new one, as history "
        "keeps it, and seal that or take it from a secret store.",
        "address": "The {what} holds a password, readable for everybody who can read the file. Replace the password, "
        "as history keeps it, and take the {what} from the environment or a secret store.",
    },
)

_EXAMPLES = frozenset(
    "demo demos dist doc docs dummy example examples fake fixture fixtures mock mocks notebooks placeholder "
    "playground sample samples skeleton template templates test testdata testing tests tutorial tutorials".split()
)
# What builds and tests a program: most of what it is given opens a database that lives as long as the build.
_BUILDS = frozenset(
    ".azure-pipelines .buildkite .circleci .cirrus.yml .github .gitlab-ci.yml .travis.yml .woodpecker .woodpecker.yml "
    "appveyor.yml .appveyor.yml azure-pipelines.yml bitbucket-pipelines.yml tox.ini".split()
)
# Texts for people, and what describes other data.
_PROSE = frozenset(
    "i18n lang langs locale locales messages openapi schema schemas swagger translation translations".split()
)
# The database of a program that keeps nothing: a test runs it.
_IN_MEMORY = regex(r"\bsqlite(?:\+\w{1,20})?://(?:/(?::memory:)?)?[\"']?[ \t]{0,80}\r?$", re.MULTILINE)
# Keys of certificates that nobody but a developer's browser is to believe.
_SELF_SIGNED = frozenset("insecure selfsigned snakeoil".split())
_KEY = regex(r"""[ \t-]*["']?([\w.-]+)["']?[ \t]*:""")
_FAR = 1_000  # lines that are looked at above each
_DESCRIBING = frozenset("description details doc docs example examples help summary".split())
# Where the value comes from, in the words of one tool or another, or what it is when nobody can read it.
_REFERENCE = regex(
    r"[!&*|>\[@%`#$]|\\\$\(|ENC\[|vault:|op://|arn:|projects/|file:|(?:os\.)?environ\b|env[:(./]|secret\w{0,3}[:/]|\w+\(|[a-z_]\w*(?:\.\w+)+:\w+$|"
    r"(?:var|local|data|module|each|self|process|env|secrets|inputs|steps|params|context|config|settings|values)\.[a-z]",
    re.IGNORECASE,
)
_SHORTEST = 8  # what is shorter is mostly cut off to show what belongs there
_KINDS = ("dockerfile", "env", "ini", "json", "netrc", "notebook", "pem", "shell", "terraform", "toml", "yaml")


@RULE.on_text(*_KINDS)
def check(kind: str, ctx: Context) -> Iterator[Finding]:
    text = ctx.source.text
    done: dict[int, list[range]] = {}  # by line
    for start, end, finding in _found(kind, ctx):
        others = done.setdefault(finding.span.line, [])
        if not any(start < one.stop and one.start < end for one in others):
            others.append(range(start, end))
            if not ctx.is_allowed_secret(text[start:end]):
                yield finding


def _found(kind: str, ctx: Context) -> Iterator[tuple[int, int, Finding]]:
    """The most certain first: what they find at the same place is one secret."""
    words = _words(ctx.path)
    is_test = ctx.settings.is_test(ctx.path)
    for_show = is_test or not (_EXAMPLES | _BUILDS).isdisjoint(words)
    harmless = for_show or _places.is_for_development(ctx.path)
    for secret in _formats.secrets_in(ctx.source.text):
        if secret.issuer or not for_show:
            yield secret.start, secret.end, _known(secret, ctx)
    if not is_test and _PROSE.isdisjoint(words):
        for start, end, severity, message, texts in _probable(kind, ctx):
            span = _places.span_of(ctx, start, end)
            if not _is_in_comment(span, ctx) and not (kind == "yaml" and _is_described(span, ctx)):
                grade = Severity.NOTE if harmless or ctx.once(_keeps_nothing) else severity
                yield start, end, RULE.finding(span, message, severity=grade, data={"secret": [span.key()]}, **texts)


def _probable(kind: str, ctx: Context) -> Iterator[tuple[int, int, Severity, str, dict[str, Any]]]:
    """Passwords in addresses, and what is a secret by its name."""
    text = ctx.source.text
    for address in _addresses.addresses_in(text, _mentions.mentions(ctx)):
        severity = Severity.NOTE if address.severity is Severity.NOTE else Severity.WARNING
        yield address.start, address.end, severity, "address", {"what": address.what}
    for entry in _entries.entries(kind, text, _mentions.folded(ctx)):
        if _is_secret(entry):
            message = "encoded" if entry.encoded else "default"
            severity = Severity.NOTE if _values.is_guessed(entry.value) else Severity.WARNING
            yield entry.start, entry.end, severity, message, {"name": entry.name}


def _known(secret: _formats.Secret, ctx: Context) -> Finding:
    span = _places.span_of(ctx, secret.start, secret.end)
    data = {"secret": [span.key()]}
    if secret.issuer:
        severity = Severity.NOTE if _gravity.is_public(secret, ctx) else Severity.ERROR
        return RULE.finding(span, "known", kind=secret.kind, issuer=secret.issuer, severity=severity, data=data)
    of_here = _places.is_for_development(ctx.path) or not _SELF_SIGNED.isdisjoint(_words(ctx.path))
    harmless = secret.outdated or of_here
    severity = Severity.NOTE if harmless else Severity.WARNING
    where = _places.span_of(ctx, secret.head, secret.start)
    return RULE.finding(where, "key", kind=secret.kind, severity=severity, data=data)


def _is_in_comment(span: Span, ctx: Context) -> bool:
    comment = ctx.source.comments.get(span.line)
    return comment is not None and comment.column <= span.column


def _is_described(span: Span, ctx: Context) -> bool:
    """Whether a place in YAML is below `description:`, `example:` and the like, where people are shown something."""
    lines = ctx.source.lines
    depth, in_list = 10_000, False
    for number in range(span.line - 1, max(span.line - _FAR, -1), -1):
        line = lines[number]
        indent, is_item = len(line) - len(line.lstrip()), line.lstrip().startswith("- ")
        # The items of a list may stand as far to the left as the key that they belong to.
        if line.strip() and (indent < depth or (indent == depth and in_list and not is_item)):
            depth, in_list = indent, is_item
            key = _KEY.match(line)
            if key and key[1].lower() in _DESCRIBING:
                return True
            if not indent and not in_list:
                break
    return False


def _keeps_nothing(ctx: Context) -> bool:
    return _IN_MEMORY.search(ctx.source.text) is not None


def _words(path: str) -> list[str]:
    parts = re.split(r"[/\\]", path.lower())
    return [*parts, *(word for part in parts for word in _values.words_of(part))]


def _is_secret(entry: _entries.Entry) -> bool:
    if _REFERENCE.match(entry.value) or not entry.value.isascii() or "\\u" in entry.value:
        return False
    if entry.encoded and not _values.names_credential(entry.name) and entry.name != "auth":
        return any(_formats.secrets_in(entry.value))
    return len(entry.value) >= _SHORTEST and _values.plausible(entry.value, entry.name)
