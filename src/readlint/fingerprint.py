"""The identity of a finding: it survives edits elsewhere in the file, moved lines and reformatting.

It is made of the rule, the enclosing definition, the shape of the statement (its syntax without layout, quotes or
parentheses) and how often that combination came up before in the file.
"""

from __future__ import annotations

import ast
from collections import Counter

from readlint.analysis.tree import Parents
from readlint.digest import blake2b
from readlint.findings import Finding

#: Suites are not part of a compound statement's shape: an edit in its body leaves the finding what it was.
_SUITES = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
_IGNORED = frozenset({"ctx", "kind", "type_comment", "type_ignores"})


class Shapes:
    """The shapes of one file, each worked out once: all operations of a migration may be one statement."""

    def __init__(self, parents: Parents) -> None:
        self.parents = parents
        self._digests: dict[tuple[ast.AST, bool], str] = {}

    def of(self, node: ast.AST, *, secret: bool = False) -> str:
        """A digest of the statement around a node. Of a secret's it must not say which: short ones could be guessed.

        `except Exception:` stands many times in a file; what it guards tells them apart. That is a digest of its own
        behind a colon, so that the clause is known again when what it guards has changed.
        """
        while not isinstance(node, (ast.stmt, ast.ExceptHandler, ast.Module)):
            parent = self.parents.get(node)
            if parent is None:
                break  # a rule has made it for a place in a file that is not Python
            node = parent
        shape = self._digest(node, secret)
        guarded = getattr(self.parents[node], "body", []) if isinstance(node, ast.ExceptHandler) else []
        return f"{shape}:{self._digest(guarded[0], secret)}" if guarded else shape

    def _digest(self, node: ast.AST, secret: bool) -> str:
        key = (node, secret)
        if key not in self._digests:
            tokens: list[str] = []
            _add_tokens(node, tokens, head_only=True, secret=secret)
            self._digests[key] = digest(tokens)
        return self._digests[key]


def _add_tokens(node: ast.AST, tokens: list[str], *, head_only: bool = False, secret: bool = False) -> None:
    tokens.append(type(node).__name__)
    for field in node._fields:
        if field in _IGNORED or (head_only and field in _SUITES) or (secret and isinstance(node, ast.Constant)):
            continue
        value = getattr(node, field, None)
        # Empty fields are skipped: what a later Python adds to a class does not change the shape.
        if isinstance(value, ast.AST):
            _add_tokens(value, tokens, secret=secret)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, ast.AST):
                    _add_tokens(item, tokens, secret=secret)
                else:
                    tokens.append(str(item))
        elif value is not None:
            tokens.append(value if isinstance(value, str) else repr(value))


def digest(parts: list[str]) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=8).hexdigest()


def assign(findings: list[Finding]) -> None:
    """Give every finding of one file its fingerprint. They must be sorted by position."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        key = (finding.rule, finding.definition, finding.shape)
        finding.fingerprint = digest([*key, str(seen[key])])
        seen[key] += 1
