"""Whether a name means a credential, and whether a value can be one. Both must hold: either alone is mostly wrong."""

from __future__ import annotations

import re

from readlint.api import regex
from readlint_rules.secrets._proofs import runs

_WORDS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# The last words of a name decide: `password_field` is a field, `secret_name` a name, `next_token` a place in a list.
_NOUNS = frozenset(
    "accesskey apikey apitoken authtoken clientsecret passcode passphrase passwd password privatekey pwd secret "
    "secretkey".split()
)
_KINDS_OF_KEY = frozenset("access account api app auth encryption jwt master private secret service signing".split())
_KINDS_OF_TOKEN = frozenset("access api auth authorization bearer bot id jwt oauth personal refresh secret".split())
# What is no credential in spite of its last word: what to do with one, or whether there is one.
_NOT_OF_ONE = frozenset(
    "allow ask change confirm disable dummy enable enter example fake forget forgot has hide invalid is mask missing "
    "mock need no not placeholder prompt public random require requires reset sample show store test tests toggle "
    "update use uses wrong".split()
)


def words_of(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def names_credential(name: str) -> bool:
    if "::" in name:
        return False  # `AWS::SecretsManager::Secret` is a type
    words = words_of(name)
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    if not words or words[0].isdigit() or _NOT_OF_ONE & set(words):
        return False
    if words[-1] in _NOUNS:
        return True
    kind = words[-2] if len(words) > 1 else ""
    return (words[-1] == "key" and kind in _KINDS_OF_KEY) or (words[-1] == "token" and kind in _KINDS_OF_TOKEN)


_PASSWORDS = frozenset("passphrase passwd password pwd".split())


def is_password(name: str) -> bool:
    return not _PASSWORDS.isdisjoint(words_of(name)[-1:])


_PLACEHOLDER = regex(
    r"""
      change.?(?:me|this|it|in)|replace.?(?:me|this|with)|your[_\-. ]?|insert|example|dummy|sample|redacted|placeholder
    | to.?do\b|fixme|xxx|\*\*|\.\.\.|\bfoo|\bbar\b|foobar|lorem|default|missing|unknown|undefined|invalid
    | not.?(?:set|real|used)|^\$|put.*here|…
    | insecure|&(?:lt|gt|amp|quot)|(?<![a-z])fake
    | (?<![a-z])(?:test|demo|mock|dev)(?:ing)?(?![a-z])|<.*>|\{.*\}|%\(|%[sdr]
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Names, words, paths, headers, versions and patterns: what a program calls things.
_ORDINARY = regex(
    r"""
      [A-Za-z]+(?:[_\-.:/ ,|+][A-Za-z]*)*                   # words
    | [a-z]+\d{0,3}(?:[_\-.:/][a-z0-9]*?[a-z]+\d{0,3})+     # oauth2_token, auth/v2/token
    | [A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+                         # S3_SECRET_KEY
    | [A-Za-z]+(?:-[A-Z]?[a-z]*\d?)+                        # X-Api-Key2
    | [\d.,:/+ -]+                                          # numbers, dates, versions
    | \#[0-9A-Fa-f]{3,8}
    | [~.]{0,2}/[\w./ -]*                                   # /run/secrets/key
    | [\w./-]+\.(?:txt|key|pem|json|ya?ml|py|ini|cfg|crt|env|toml|html|js)
    | [a-z]+\d?(?:[A-Z][a-z]{2,}|[A-Z]{2}(?![A-Z]))*\d?       # password1, oauth2, inverter1ChargePower
    | (?:[A-Z]\d)?(?:[A-Z][a-z]{2,}\d?){2,}                  # V1SecretVolumeSource
    | urn:.*                                                # urn:oasis:names:tc:SAML:2.0:ac:classes:Password
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                          # what anonymous FTP is given
    | [@:]?[A-Za-z]+\??                                     # @kerberos, and string? of a schema
    """,
    re.VERBOSE,
)
_PATTERN = regex(r"^\^|(?<!\\)\$$|\(\?|\\[dwsSWDb]|\[\^?[a-z0-9]-|\.[*+]|[{}<>\s]")
# What nobody can read: hashes, and what a program has encrypted with a key that is elsewhere.
_HASH = regex(r"\$[0-9a-z]{1,8}\$|pbkdf2|argon2|bcrypt|\{?s?sha\d*[}$:|]|md5|encrypted[_:.-]", re.IGNORECASE)
# Keys that their issuers mean everybody to see: PostHog's of a project, Stripe's and Mapbox's of a page.
_PUBLISHABLE = ("phc_", "pk_", "pk.")


def plausible(value: str, name: str = "") -> bool:
    """Whether a value can be a real credential; the rarest things are tested last."""
    if not 6 <= len(value) <= 400 or not value.isprintable() or _ORDINARY.fullmatch(value):
        return False
    if is_made_by_django(value):
        return True
    if (
        "://" in value
        or value.startswith(_PUBLISHABLE)
        or _PLACEHOLDER.search(value)
        or _PATTERN.search(value)
        or _HASH.match(value)
    ):
        return False
    if len(set(value)) < 4 or not re.search(r"[0-9!@#$%^&*?=~+]", value):
        return False
    return not _repeats(value, name) and not _is_charset(value)


_GUESSED = regex(r"[A-Za-z]*[@_#!.-]?(?:123\d*|(\d)\1+|\d|20\d\d)[!@#.]?")


def is_guessed(value: str) -> bool:
    """`abc123`, `Admin@123`: what everybody tries first is no secret that the source gives away."""
    return _GUESSED.fullmatch(value) is not None


_OF_DJANGO = regex(r"(?:django-insecure-)?([a-z0-9!@#$%^&*(\-_=+)]{50})")
_SIGNS_OF_DJANGO = frozenset("!@#$%^&*(-_=+)")


def is_made_by_django(value: str) -> bool:
    """What `startproject` writes. Its signs look like patterns and templates: `%s`, and a `$` at the end."""
    match = _OF_DJANGO.fullmatch(value)
    return match is not None and len(_SIGNS_OF_DJANGO.intersection(match[1])) >= 5 and len(set(match[1])) >= 20


def _repeats(value: str, name: str) -> bool:
    """`PASSWORD = "password"`, `access_token = "accessToken2"`, `client_secret = "client-secret-123"`."""
    bare, own = (re.sub(r"[^a-z]", "", text.lower()) for text in (value, name))
    if bare and bare == own and _COUNTED.fullmatch(value):
        return True
    return bool(bare) and bool(own) and len(re.findall(r"\d", value)) < 3 and (bare in own or own == bare)


_COUNTED = regex(r"[A-Za-z]+(?:[_.-][A-Za-z]+)+[_.-]\d{1,4}")


def _is_charset(value: str) -> bool:
    """Letters or digits as they come: each once, or in a key that somebody made up to show one."""
    return len(value) > 9 and (len(set(value)) == len(value) or len(value) > 15) and runs(value)


def is_placeholder(value: str) -> bool:
    return _PLACEHOLDER.search(value) is not None
