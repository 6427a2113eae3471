"""Which rules are on for a path, which of their fixes may be applied, and how safe those count."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from readlint.findings import Safety
from readlint.settings.patterns import PathPatterns
from readlint.settings.schema import nearest


class RuleLike(Protocol):
    """What a selection must know of a rule."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def preview(self) -> bool: ...


_EXACT = 100
_FAMILY = len("RL1")  # a family is as wide as the hundred of codes it owns


class Selectors:
    """Everything a rule can be called by: its code, a prefix of it, its name, its family, ALL and DEFAULT."""

    def __init__(self, rules: Iterable[RuleLike]) -> None:
        self.rules = tuple(rules)
        self.preview = frozenset(rule.code for rule in self.rules if rule.preview)
        self._codes: dict[str, set[str]] = {"ALL": set(), "DEFAULT": set()}
        self._ranks = {"ALL": 0, "DEFAULT": 0}  # the more specific, the higher
        for rule in self.rules:
            self._add_rule(rule)

    def _add_rule(self, rule: RuleLike) -> None:
        self._codes["ALL"].add(rule.code)
        if getattr(rule, "default_on", True):
            self._codes["DEFAULT"].add(rule.code)
        letters = rule.code.rstrip("0123456789")
        for length in range(len(letters), len(rule.code)):
            self._add(rule.code[:length], length, rule)
        if rule.family:
            self._add(rule.family, _FAMILY, rule)
        self._add(rule.code, _EXACT, rule)
        self._add(rule.name, _EXACT, rule)

    def _add(self, selector: str, rank: int, rule: RuleLike) -> None:
        """A rule's own name wins over a family of the same name."""
        known = self._ranks.setdefault(selector, rank)
        if known == rank:
            self._codes.setdefault(selector, set()).add(rule.code)
        elif known < rank:
            self._ranks[selector] = rank
            self._codes[selector] = {rule.code}

    def __contains__(self, selector: object) -> bool:
        return selector in self._codes

    @property
    def known(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self._codes)

    def codes(self, selector: str) -> frozenset[str]:
        return frozenset(self._codes[selector])

    def is_exact(self, selector: str) -> bool:
        return self._ranks[selector] == _EXACT

    def nearest(self, selector: str) -> str:
        return nearest(selector, self._codes)

    def union(self, selectors: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._codes[selector] for selector in selectors))

    def decide(self, wanted: Iterable[str], unwanted: Iterable[str]) -> dict[str, bool]:
        """For every rule that either list names: whether the more specific one wants it. A tie is a no."""
        yes, no = self._strongest(wanted), self._strongest(unwanted)
        return {code: yes.get(code, -1) > no.get(code, -1) for code in {**yes, **no}}

    def _strongest(self, selectors: Iterable[str]) -> dict[str, int]:
        ranks: dict[str, int] = {}
        for selector in selectors:
            rank = self._ranks[selector]
            for code in self._codes[selector]:
                ranks[code] = max(rank, ranks.get(code, rank))
        return ranks


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """What one settings file, or the command line, says about selection. `select` starts afresh."""

    select: tuple[str, ...] | None = None
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def choose(selectors: Selectors, choices: Sequence[Choice], preview: bool) -> frozenset[str]:
    """The codes that are on. Each choice refines the ones before it, as ruff's do: the command line comes last."""
    chosen: set[str] = set()
    for choice in (Choice(("DEFAULT",)), *choices):
        if choice.select is not None:
            chosen.clear()
        for code, wanted in selectors.decide((*(choice.select or ()), *choice.extend), choice.ignore).items():
            (chosen.add if wanted else chosen.discard)(code)
    return frozenset(chosen if preview else chosen - selectors.preview)


def without_effect(selectors: Selectors, choices: Iterable[Choice]) -> list[str]:
    """Selectors that name a preview rule exactly. Wider ones leave it out silently."""
    named = [name for choice in choices for name in (*(choice.select or ()), *choice.extend)]
    exact = (name for name in named if selectors.is_exact(name) and selectors.codes(name) <= selectors.preview)
    return list(dict.fromkeys(exact))


class RuleSelection:
    """The rules that are on, as plain data that reaches another process cheaply. Rules are named by their codes."""

    __slots__ = ("_cache", "_fixable", "_ignored", "_patterns", "_safety", "enabled")

    def __init__(
        self,
        enabled: Iterable[str] = (),
        patterns: PathPatterns | None = None,
        ignored: Iterable[frozenset[str]] = (),
        fixable: Iterable[str] = (),
        safety: Iterable[tuple[str, Safety]] = (),
    ) -> None:
        """`ignored`: for each of the patterns, the codes that are off where it fits, or with `!` where it does not."""
        self.enabled = frozenset(enabled)
        self._patterns = patterns or PathPatterns()
        self._ignored = tuple(ignored)
        self._fixable = frozenset(fixable)
        self._safety = dict(safety)
        self._cache: dict[frozenset[int], frozenset[str]] = {}

    def for_path(self, path: str) -> frozenset[str]:
        """The codes that are on for a file, seen from the current directory."""
        if not self._ignored:
            return self.enabled
        fitting = self._patterns.fitting(path)
        found = self._cache.get(fitting)
        if found is None:
            negated = self._patterns.negated
            off = (codes for number, codes in enumerate(self._ignored) if (number in fitting) is not negated[number])
            found = self._cache[fitting] = self.enabled.difference(*off)
        return found

    def fixable(self, code: str) -> bool:
        """Whether fixes of this rule may be offered and applied at all."""
        return code in self._fixable

    def safety_of(self, code: str, safety: Safety) -> Safety:
        """How safe a fix counts here, of which the rule says it is `safety`."""
        if safety is Safety.NONE or code not in self._fixable:
            return Safety.NONE
        return self._safety.get(code, safety)

    @property
    def key(self) -> str:
        """The same text for selections that judge every file alike."""
        ignored = (self._patterns.key, [sorted(codes) for codes in self._ignored])
        safety = sorted((code, value.value) for code, value in self._safety.items())
        return repr((sorted(self.enabled), ignored, sorted(self._fixable & self.enabled), safety))

    def __reduce__(self) -> tuple[Callable[..., RuleSelection], tuple[object, ...]]:
        safety = tuple(self._safety.items())
        return (RuleSelection, (self.enabled, self._patterns, self._ignored, self._fixable, safety))


def select(
    selectors: Selectors,
    choices: Sequence[Choice],
    *,
    preview: bool = False,
    patterns: PathPatterns | None = None,
    ignored: Iterable[Sequence[str]] = (),
    fixable: Sequence[str] = ("ALL",),
    unfixable: Sequence[str] = (),
    safe: Sequence[str] = (),
    unsafe: Sequence[str] = (),
) -> RuleSelection:
    """Resolve selectors, which must be known, to codes."""
    return RuleSelection(
        choose(selectors, choices, preview),
        patterns,
        [selectors.union(names) for names in ignored],
        [code for code, wanted in selectors.decide(fixable, unfixable).items() if wanted],
        [(code, Safety.SAFE if wanted else Safety.UNSAFE) for code, wanted in selectors.decide(safe, unsafe).items()],
    )
