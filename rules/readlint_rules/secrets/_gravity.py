"""How grave a credential in the source is, by what it opens.

Programs that people install have keys of other parties' services on purpose: those of a site's own player, of the
application that was registered with it, of a project at which they count their users. In released packages nine of ten
API keys, client secrets and passwords were of that sort, or defaults that whoever installs replaces, and nothing near
them tells. So an error is only what opens *this* program or its database, and what stands where a service is set up.
"""

from __future__ import annotations

import ast
import os
import re
from itertools import pairwise

from readlint.api import Context, Severity, regex
from readlint_rules.secrets import _formats, _places, _signing, _values

# With these a program signs and encrypts what it gives to others, and lets its owner in.
_OF_ITS_OWN = frozenset("admin cookie csrf encryption encryptor jwt session signing webhook".split())
# What may stand before `secret_key` that is not the name of another party: `S3_SECRET_KEY` is that of a storage.
_OF_NOBODY_ELSE = frozenset(
    "aes app application auth backend bcrypt default django fastapi fernet flask hmac nacl prod production server site "
    "token web".split()
)
# What stands beside the password of a connection.
_OF_A_CONNECTION = frozenset("database db dbname dsn engine host hostname port server".split())
_USERS = frozenset("engine login uid user username".split())
_DEVELOPERS = frozenset(("dev", "developer", "test", "tester"))
_SETS_UP_A_SERVICE = regex(
    r"^ *(?:INSTALLED_APPS|MIDDLEWARE|ROOT_URLCONF|WSGI_APPLICATION|SQLALCHEMY_DATABASE_URI)\b[^=\n]{0,40}="
    r"|\bapp\.config\b|\b(?:Flask|FastAPI)\(",
    re.MULTILINE,
)


# What somebody says beside a value that nobody is to mind.
_FOR_SHOW = regex(
    r"\b(?:demo(?:nstration)?|dummy|example|fake|not (?:really |a )*secret|avoid errors?)\b", re.IGNORECASE
)


def gravity(bound: _places.Bound, chain: list[ast.AST], ctx: Context) -> Severity:
    if is_harmless(chain, ctx) or is_local(bound.name) or _serves_no_page(bound, chain) or _is_as_begun(chain[-1]):
        return Severity.NOTE
    if _is_of_a_developer(bound) or (bound.name == "SECRET_KEY" and ctx.once(_signing.answers_to_nobody_else)):
        return Severity.NOTE
    connects = _values.is_password(bound.name) and not _OF_A_CONNECTION.isdisjoint(_beside(bound, chain))
    opens = opens_this_program(bound.name, ctx) and not _is_sent(bound)
    grave = connects or opens or ctx.once(sets_up_a_service)
    return Severity.WARNING if grave else Severity.NOTE


def is_harmless(chain: list[ast.AST], ctx: Context) -> bool:
    """What runs nowhere but with those who write it: examples, settings for development, what a comment says so of."""
    line: int = getattr(chain[-1], "end_lineno", 0)
    comment = ctx.source.comments.get(line)
    said = comment is not None and _FOR_SHOW.search(comment.text) is not None
    return said or _places.is_example(ctx.path) or _places.is_for_development(ctx.path) or is_development_only(chain)


def is_development_only(chain: list[ast.AST]) -> bool:
    """`if DEBUG:` and the like."""
    pairs = pairwise(chain)
    tests = [node.test for node, inner in pairs if isinstance(node, (ast.If, ast.IfExp)) and inner is not node.test]
    return any(_UNLESS_PRODUCTION.search(ast.unparse(test)) for test in tests)


_UNLESS_PRODUCTION = regex(r"debug|test|dev|local|env\b|environment|prod|ci\b", re.IGNORECASE)


def is_local(name: str) -> bool:
    """`LOCAL_DB_PASSWORD`: of what runs beside the program, on the machine of whoever starts it."""
    return "local" in _values.words_of(name)


def _serves_no_page(bound: _places.Bound, chain: list[ast.AST]) -> bool:
    """Settings that are made in code for Django's database alone: nothing is signed with their key."""
    if bound.name != "SECRET_KEY" or not isinstance(bound.node, (ast.Dict, ast.keyword)):
        return False
    call = chain[chain.index(bound.node) - 1]
    if isinstance(bound.node, ast.Dict):
        names = {key.value for key in bound.node.keys if isinstance(key, ast.Constant)}
    else:
        names = {keyword.arg for keyword in call.keywords} if isinstance(call, ast.Call) else set()
    return "INSTALLED_APPS" in names and "ROOT_URLCONF" not in names


def _is_as_begun(literal: ast.AST) -> bool:
    """What `startproject` writes, and says is for the beginning. `_signing` knows where it stayed."""
    value = literal.value if isinstance(literal, ast.Constant) else None
    return isinstance(value, str) and value.startswith("django-insecure-")


def opens_this_program(name: str, ctx: Context) -> bool:
    words = _values.words_of(name)
    if not _OF_ITS_OWN.isdisjoint(words):
        return True
    own = words[:-2] if words[-2:] == ["secret", "key"] else words[:-1] if words[-1:] == ["secretkey"] else None
    return own is not None and _OF_NOBODY_ELSE.union(_values.words_of(os.path.dirname(ctx.path))).issuperset(own)


def _is_sent(bound: _places.Bound) -> bool:
    """`{"secretkey": "...", "to": "..."}` is a request to another party. A program's own settings are in capitals."""
    bare = "".join(_values.words_of(bound.name))
    return isinstance(bound.node, ast.Dict) and bare == "secretkey" and not bound.name.isupper()


def _is_of_a_developer(bound: _places.Bound) -> bool:
    """`{"username": "dev", "password": "..."}` lets nobody in but who writes the program."""
    if not isinstance(bound.node, ast.Dict):
        return False
    return any(
        isinstance(key, ast.Constant)
        and isinstance(value, ast.Constant)
        and key.value in _USERS
        and value.value in _DEVELOPERS
        for key, value in zip(bound.node.keys, bound.node.values, strict=True)
    )


def _beside(bound: _places.Bound, chain: list[ast.AST]) -> list[str]:
    """The names of the other arguments, or of the other keys: without a user they are samples of values."""
    if isinstance(bound.node, ast.Dict):
        keys = [key.value for key in bound.node.keys if isinstance(key, ast.Constant)]
        names = [key.lower() for key in keys if isinstance(key, str)]
        return [] if _USERS.isdisjoint(names) else names
    call = chain[chain.index(bound.node) - 1] if isinstance(bound.node, ast.keyword) else None
    return [keyword.arg or "" for keyword in call.keywords] if isinstance(call, ast.Call) else []


def is_public(secret: _formats.Secret, ctx: Context) -> bool:
    """What pages and installed applications have, everybody has, and it looks like what a service or a model is for."""
    if secret.issuer != "Google":
        return False
    if secret.kind == "OAuth client secret":
        return not ctx.once(sets_up_a_service)
    return secret.kind == "API key" and not (ctx.mentions("genai") or ctx.mentions("generativeai"))


def sets_up_a_service(ctx: Context) -> bool:
    return _SETS_UP_A_SERVICE.search(ctx.source.text) is not None
