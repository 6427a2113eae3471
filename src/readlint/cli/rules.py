"""`readlint rules`: every rule in a line."""

from __future__ import annotations

import argparse
import json
from typing import Any

from readlint.packs import load_rules
from readlint.rules import Rule


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(prog="readlint rules", description="Lists the rules that are installed.")
    own.add_argument("--output-format", choices=("text", "json"), default="text")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    rules = load_rules().rules
    if options.output_format == "json":
        print(json.dumps([_facts(rule) for rule in rules], indent=2))
    else:
        width = max(len(rule.name) for rule in rules)
        for rule in rules:
            print(f"{rule.code}  {rule.name:{width}}  {rule.severity.value:7}  {rule.summary}")
    return 0


def _facts(rule: Rule[Any]) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity.value,
        "level": rule.level.name,
        "category": rule.category.value,
        "fix": rule.fix.value,
        "preview": rule.preview,
        "since": rule.since,
        "summary": rule.summary,
    }
