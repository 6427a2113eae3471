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

from readlint.api import Context, Severity, regex
from readlint_rules.secrets import _formats, _places, _values

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
_SETS_UP_A_SERVICE = regex(
    r"^ *(?:INSTALLED_APPS|MIDDLEWARE|ROOT_URLCONF|WSGI_APPLICATION|SQLALCHEMY_DATABASE_URI)\b[^=\n]{0,40}="
    r"|\bapp\.config\b|\b(?:Flask|FastAPI)\(",
    re.MULTILINE,
)


def gravity(bound: _places.Bound, chain: list[ast.AST], ctx: Context) -> Severity:
    if _places.is_example(ctx.path):
        return Severity.NOTE
    connects = _values.is_password(bound.name) and not _OF_A_CONNECTION.isdisjoint(_beside(bound, chain))
    opens = opens_this_program(bound.name, ctx) and not _is_sent(bound)
    grave = connects or opens or ctx.once(sets_up_a_service)
    return Severity.ERROR if grave else Severity.NOTE


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
