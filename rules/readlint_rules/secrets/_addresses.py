"""Passwords in addresses and connection strings, wherever these stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readlint.api import Severity, regex
from readlint_rules.secrets import _proofs, _values
from readlint_rules.secrets._mentions import Mention


class Address(NamedTuple):
    """What holds the password, the password and where it is, and how grave that is."""

    what: str
    password: str
    start: int
    end: int
    severity: Severity


_URL = regex(r"://([^\s/'\"@:{}<>]{0,80}):([^\s/'\"@{}<>]{1,200})@([\w.-]{0,250})")
# The rarest character of one, unless it begins a decorator.
_AT = regex(r"@(?<=[^\s/'\"@{}<>]@)")
# From the equals sign on
_LIBPQ = regex(r"=(?<=password=)(?<!\wpassword=)([^\s'\";{}&<>]{1,200})")
_ODBC = regex(r"=(?<=[;\"'][Pp][Ww][Dd]=)([^\s'\";{}<>]{1,200})")
_AZURE = regex(r"=(?:(?<=AccountKey=)|(?<=SharedAccessKey=))([0-9A-Za-z+/]{42,86}=?=?)")
_NEIGHBOURS = regex(r"(?<!\w)(?:host|hostaddr|dbname|user|port|server)=[^\s,]+(?![\w,])|jdbc:", re.IGNORECASE)
_HOST = regex(r"(?<!\w)(?:host|hostaddr|server)=([\w.-]+)|(?<=://)([\w.-]+)", re.IGNORECASE)

_WORDS_FOR_PASSWORDS = regex(
    r"(?:my|the|some|db|user|super|your|a)?[_-]?(?:pass(?:word|wd|phrase)?|pwd?|secret|token|(?:api)?[_-]?key|tiger|"
    r"auth|cred\w*|p4ssw0rd|hunter2|bar|baz|me|x+|\*+|string|port)\d{0,3}|\[.*|\$.*|%.*|\\.*",
    re.IGNORECASE,
)
_NOBODYS_HOSTS = regex(
    r"(?:.*\.)?(?:example|invalid|test)(?:\.\w+)?|(?:my|your|some|the|db|proxy)?[_.-]?(?:host(?:name)?|server|domain|url|"
    r"site)(?:\.\w+){0,2}|foo|bar|ip|address",
    re.IGNORECASE,
)
_LOCAL = regex(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|(?:postgres\w*|mysql|mariadb|redis|rabbitmq|rabbit|mongo"
    r"(?:db)?|db|database|broker|amqp|minio|elasticsearch)(?:[-_]\w+|\d+)?|.*\.local(?:host|domain)?"
    r"|(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\..*|demo\..*",
    re.IGNORECASE,
)
# With both parts of its old addresses a program can report its errors, and nothing else.
_OF_SENTRY = regex(r"[0-9a-f]{32}")
# Where a weak password is one too.
_SERVICE = regex(r"(?:postgres\w*|mysql|mariadb|mssql|oracle|rediss?|amqps?|mongodb|smtps?|ldaps?)(?:\+\w+)?$")
# Azure's documentation gives them to everybody's emulator.
_EMULATORS = ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/", "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEH")


def addresses_in(text: str, mentioned: Iterable[Mention]) -> Iterator[Address]:
    """`mentioned` is what the text says of credentials."""
    for match in _urls(text):
        severity = _of_url(text[max(match.start() - 20, 0) : match.start()], *match.groups())
        if severity is not None:
            yield Address("address", match[2], *match.span(2), severity)
    done = 0
    for what, _, at in mentioned:
        string = _string_at(text, at) if what == "equals" and at >= done else None
        if string is not None:
            done = string.end()
            host = _HOST.search(_around(text, string))
            severity = Severity.NOTE if host and _LOCAL.fullmatch(host[host.lastindex or 0]) else Severity.ERROR
            yield Address("connection string", string[1], *string.span(1), severity)


def _urls(text: str) -> Iterator[re.Match[str]]:
    """Those with a password: nothing in them before the `@` is a slash but those of `://`."""
    for at in _AT.finditer(text):
        start = text.rfind("/", max(at.start() - _LONGEST_LOGIN, 0), at.start()) - len(":/")
        match = _URL.match(text, start) if start >= 0 else None
        if match is not None:
            yield match


_LONGEST_LOGIN = 300


def _string_at(text: str, at: int) -> re.Match[str] | None:
    """The part of a connection string that is its password, from the equals sign on."""
    match = _LIBPQ.match(text, at) or _ODBC.match(text, at)
    if match is not None:
        return match if _is_connection(match, text) else None
    match = _AZURE.match(text, at)
    if match is None or not _proofs.looks_random(match[1]) or match[1].startswith(_EMULATORS):
        return None
    return match


def _is_connection(match: re.Match[str], text: str) -> bool:
    """A form's field is none: `?user=amy&password=...` belongs to a connection only behind `jdbc:`."""
    around = _around(text, match)
    if _NEIGHBOURS.search(around) is None or not _values.plausible(match[1]):
        return False
    return not text.endswith("&password", 0, match.start()) or "jdbc:" in around


def _around(text: str, match: re.Match[str]) -> str:
    """What stands on the same line, as far as a connection string may reach."""
    before, behind = text[max(match.start() - _REACH, 0) : match.start()], text[match.end() : match.end() + _REACH]
    return before.rpartition("\n")[2] + match[0] + behind.partition("\n")[0]


_REACH = 300


def _of_url(before: str, user: str, password: str, host: str) -> Severity | None:
    """How grave the password of an address is; None for what only shows how to write one."""
    if _WORDS_FOR_PASSWORDS.fullmatch(password) or _values.is_placeholder(password) or _values.is_placeholder(user):
        return None
    if "[^" in user or "[^" in password:
        return None  # a regular expression that matches addresses
    if _NOBODYS_HOSTS.fullmatch(host) or len(password) < 3 or (password.isdigit() and len(password) < 6):
        return None  # a port in front of an `@`
    if not _values.plausible(password) and (not _SERVICE.search(before) or not host or user == password):
        return None  # too little to tell it from prose
    reports = _OF_SENTRY.fullmatch(user) and _OF_SENTRY.fullmatch(password)
    return Severity.NOTE if reports or _LOCAL.fullmatch(host) else Severity.ERROR
