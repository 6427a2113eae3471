"""`readlint rule CODE`: the page of a rule."""

from __future__ import annotations

import argparse

from readlint.docs import render
from readlint.errors import UserError
from readlint.packs import load_rules


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(prog="readlint rule", description="Shows the page of a rule.")
    own.add_argument("rule", metavar="RULE", help="a code or a name")
    own.add_argument("--output-format", choices=("text", "markdown", "json"), default="text")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    rules = load_rules()
    rule = rules.find(options.rule)
    if rule is None:
        from difflib import get_close_matches

        near = get_close_matches(options.rule, [*rules.by_code, *rules.by_name], 1)
        raise UserError(f"there is no rule `{options.rule}`" + (f"; did you mean `{near[0]}`?" if near else ""))
    print(render(rule, options.output_format))
    return 0
