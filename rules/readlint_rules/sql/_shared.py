"""What the values of the rules about queries are made of. Every run loads it: it must stay light."""

from __future__ import annotations

from dataclasses import dataclass

from readlint_rules.sql import _provenance

#: Questions about names of other files: whether a value is harmless in SQL, and whether what a function returns is.
CONSTANT = "sql-constant"
RETURN = "sql-safe-return"
#: The same about the values of a class, or of a field that a class declares.
HARMLESS_TYPE = "sql-harmless-type"


@dataclass(frozen=True)
class Options:
    """The options that the rules about what is put into a query share."""

    trust_annotations: bool = True
    sanitizers: tuple[str, ...] = ()

    @property
    def trust(self) -> _provenance.Trust:
        return _provenance.Trust(self.trust_annotations, frozenset(self.sanitizers))
