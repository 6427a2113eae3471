"""The secrets that a file's findings point to, as texts, and sentences without them.

What shows lines of the file masks the regions instead (`Report.lines`). A message has no regions: a rule that names the
user's own call or value may quote a secret that another rule has found there.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from readlint.files.source import Source
from readlint.findings import Finding, Span
from readlint.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from readlint.findings import Json

MASK = "*"
#: What may be a part of other words: `app.secret_key = "secret"` is not `app.******_key = "******"`.
_WORD = regex(r"[A-Za-z]{1,16}")


def secret_texts(source: Source, findings: Iterable[Finding]) -> list[str]:
    """Longer ones first, as one may be a part of another."""
    spans = [Span(*numbers) for finding in findings for numbers in finding.data.get("secret", ())]
    return sorted({text for span in spans for text in _forms(source.slice(span))}, key=lambda text: (-len(text), text))


def without(secrets: Iterable[str], text: str) -> str:
    for secret in secrets:
        if secret not in text:
            continue
        mask = MASK * len(secret)
        if _WORD.fullmatch(secret):  # also behind an escaped line end
            text = re.sub(rf"(?:(?<!\w)|(?<=\\[nrt])){secret}(?!\w)", mask, text)
        else:
            text = text.replace(secret, mask)
    return text


def mask(
    source: Source, findings: list[Finding], facts: dict[str, list[str]], template_of: Callable[[Finding], str]
) -> None:
    """In whatever the findings of one file say of it, and in what is remembered of it for others.

    `template_of`: the rule's own words of a message, in which there is none.
    """
    secrets = secret_texts(source, findings)
    if not secrets:
        return
    encoded = sorted({*secrets, *(json.dumps(secret)[1:-1] for secret in secrets)}, key=len, reverse=True)
    for fact, values in facts.items():
        facts[fact] = [without(encoded, value) for value in values]
    for finding in findings:
        template, given = template_of(finding), finding.arguments
        finding.arguments = {name: without(secrets, text) for name, text in given.items()}
        is_made_of_it = _worded(template, given) == finding.message
        finding.message = _worded(template, finding.arguments) if is_made_of_it else without(secrets, finding.message)
        for place in (*finding.related, *finding.flow):
            place.message = without(secrets, place.message)
        finding.data = _masked(finding.data, secrets)
        if finding.fix and _masked(finding.fix.data, secrets) != finding.fix.data:
            finding.fix = None  # it would have to be remembered, or write asterisks


def _worded(template: str, arguments: Mapping[str, str]) -> str:
    try:
        return template.format(**arguments)
    except (LookupError, ValueError):  # a rule has changed them
        return ""


def _masked(data: Json, secrets: list[str]) -> Any:
    if isinstance(data, str):
        return without(secrets, data)
    if isinstance(data, list):
        return [_masked(item, secrets) for item in data]
    if isinstance(data, dict):
        return {key: _masked(item, secrets) for key, item in data.items()}
    return data


def _forms(text: str) -> Iterator[str]:
    """Line by line, as it is written, as the program has it, and in the small letters of a database's names."""
    texts = [text]
    try:
        value = ast.literal_eval(f'"""{text}"""')
    except (SyntaxError, ValueError):  # it ends in a quote, or its escapes are none
        value = None
    if isinstance(value, str):
        texts.append(value)
    for line in filter(None, (line for one in texts for line in one.splitlines())):
        yield from (line, line.lower())
