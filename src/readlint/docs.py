"""The pages of the rules, made from their modules: on the terminal, as JSON, and as `docs/rules/*.md`."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import sys
from collections.abc import Iterable
from typing import Any

from readlint.errors import UserError
from readlint.packs import rules_of_package
from readlint.rules import Rule
from readlint.settings.options import options_of
from readlint.settings.show import toml
from readlint.suppress.rules import ENGINE_RULES

FORMATS = ("text", "markdown", "json")
INDEX = "README.md"
_MADE = "<!-- Made from the rule's module by `python -m readlint.docs`. Change it there. -->\n"
_CWE = "https://cwe.mitre.org/data/definitions/"
_FENCED = re.compile(r"^```\w*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


def render(rule: Rule[Any], output_format: str) -> str:
    """The page of a rule in one of `FORMATS`, without a line end at its end."""
    if output_format == "json":
        return json.dumps(as_json(rule), indent=2, ensure_ascii=False)
    return (page(rule) if output_format == "markdown" else text(rule)).rstrip("\n")


def page(rule: Rule[Any]) -> str:
    """The page in Markdown."""
    facts = [*_facts(rule).items(), ("Weaknesses", _weaknesses(rule))]
    rows = [f"| {name} | {value} |" for name, value in facts if value]
    summary, _, body = rule.doc.partition("\n\n")
    if rule.default_options is not None:
        body = _with_options(body, rule)
    parts = [f"# {rule.name} ({rule.code})", summary, "\n".join(["| | |", "| --- | --- |", *rows]), body]
    return "\n\n".join(part for part in parts if part) + "\n"


def text(rule: Rule[Any]) -> str:
    """The page as a terminal shows it: code indented, without Markdown's fences and marks."""
    facts = [*_facts(rule).items(), ("Weaknesses", ", ".join(f"CWE-{number}" for number in rule.cwe))]
    width = max(len(name) for name, _ in facts)
    rows = [f"  {name:{width}}  {value.replace('`', '')}" for name, value in facts if value]
    summary, _, body = rule.doc.partition("\n\n")
    body = _FENCED.sub(lambda match: _indented(match[1]), body)
    body = re.sub(r"^## (.*)$", r"\1", body, flags=re.MULTILINE)
    parts = [f"{rule.name} ({rule.code})", summary, "\n".join(rows), body]
    if rule.default_options is not None:
        settings = [f"    {option.key} = {toml(option.default)}" for option in options_of(rule).values()]
        parts.append(
            "\n".join(["In the settings, with the defaults:", f"    [tool.readlint.rules.{rule.name}]", *settings])
        )
    return "\n\n".join(part for part in parts if part) + "\n"


def as_json(rule: Rule[Any]) -> dict[str, Any]:
    """Everything that is known about a rule."""
    options = options_of(rule).values()
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "level": rule.level.name,
        "category": rule.category.value,
        "fix": rule.fix.value,
        "cwe": list(rule.cwe),
        "tags": list(rule.tags),
        "replaces": list(rule.replaces),
        "in-tests": rule.in_tests,
        "preview": rule.preview,
        "on-by-default": rule.default_on and not rule.preview,
        "since": rule.since,
        "options": {option.key: {"type": option.type_text, "default": option.default} for option in options},
        "messages": rule.messages,
        "page": page(rule),
    }


def _facts(rule: Rule[Any]) -> dict[str, str]:
    fix = {"none": "none", "safe": "safe: `--fix` applies it", "unsafe": "unsafe: `--fix --unsafe-fixes` applies it"}
    on = "no: it is in preview" if rule.preview else "yes" if rule.default_on else "no: it must be selected"
    return {
        "Severity": rule.severity.value,
        "Family": rule.family,
        "Level": rule.level.name,
        "Category": rule.category.value,
        "Fix": fix[rule.fix.value],
        "On by default": on,
        "Looks at tests": "yes" if rule.in_tests else "no",
        "Replaces": ", ".join(rule.replaces),
        "Since": rule.since,
    }


def _weaknesses(rule: Rule[Any]) -> str:
    return ", ".join(f"[CWE-{number}]({_CWE}{number}.html)" for number in rule.cwe)


def _with_options(body: str, rule: Rule[Any]) -> str:
    """The table belongs to what the rule itself says about its options, wherever that stands."""
    before, _, said = body.partition("\n## Options\n")
    said, further, after = said.partition("\n## ")
    options = "\n\n".join(part for part in (said.rstrip(), _option_table(rule)) if part)
    return f"{before.rstrip()}\n\n## Options\n{options}\n{further}{after}".rstrip()


def _option_table(rule: Rule[Any]) -> str:
    rows = [f"| `{o.key}` | {o.type_text} | `{toml(o.default)}` |" for o in options_of(rule).values()]
    where = f"They stand in the table `[tool.readlint.rules.{rule.name}]` of the settings."
    return "\n".join([where, "", "| option | type | default |", "| --- | --- | --- |", *rows])


def _indented(code: str) -> str:
    return re.sub(r"^(?=.)", "    ", code, flags=re.MULTILINE).rstrip("\n")


# The folder of pages


def pages(rules: Iterable[Rule[Any]]) -> dict[str, str]:
    """The files of the folder by name."""
    rules = sorted(rules, key=lambda rule: rule.code)
    files = {f"{rule.name}.md": _MADE + "\n" + page(rule) for rule in rules}
    files[INDEX] = _MADE.replace("rule's module", "rules' modules") + "\n" + _index(rules)
    return files


def _index(rules: list[Rule[Any]]) -> str:
    parts = ["# Rules"]
    for family in dict.fromkeys(rule.family for rule in rules):
        rows = [_index_row(rule) for rule in rules if rule.family == family]
        table = ["| code | name | severity | fix | what is wrong |", "| --- | --- | --- | --- | --- |", *rows]
        parts += [f"## {family}", "\n".join(table)]
    return "\n\n".join(parts) + "\n"


def _index_row(rule: Rule[Any]) -> str:
    link = f"[{rule.name}]({rule.name}.md)"
    return f"| {rule.code} | {link} | {rule.severity.value} | {rule.fix.value} | {rule.summary} |"


def differences(folder: str, wanted: dict[str, str]) -> list[str]:
    """What keeps a folder from holding just these files, as a diff; empty when it does."""
    found = _read(folder)
    lines: list[str] = []
    for name in sorted({*found, *wanted}):
        before, after = (texts.get(name, "").splitlines(keepends=True) for texts in (found, wanted))
        lines += difflib.unified_diff(before, after, os.path.join(folder, name), "made from the rules", n=1)
    return lines


def write(folder: str, wanted: dict[str, str]) -> list[str]:
    """Make a folder hold just these files; the names of those that changed."""
    os.makedirs(folder, exist_ok=True)
    found = _read(folder)
    changed = [name for name in sorted({*found, *wanted}) if found.get(name) != wanted.get(name)]
    for name in changed:
        path = os.path.join(folder, name)
        if name not in wanted:
            os.remove(path)
            continue
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(wanted[name])
    return changed


def _read(folder: str) -> dict[str, str]:
    """The pages in a folder; files that were not made here are left alone."""
    found = {}
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if name.endswith(".md"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                content = file.read()
            if content.startswith("<!-- Made from the rule"):
                found[name] = content
    return found


def main(arguments: list[str]) -> int:
    """`python -m readlint.docs`: what CI runs to see that the pages are those of the rules."""
    parser = argparse.ArgumentParser(prog="python -m readlint.docs", description="Writes or checks the rules' pages.")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", metavar="FOLDER", help="write the pages there, and remove those of former rules")
    mode.add_argument("--check", metavar="FOLDER", help="status 1 and a diff if the pages there are not up to date")
    parser.add_argument("--pack", metavar="PACKAGE", help="another pack's rules than readlint's own")
    options = parser.parse_args(arguments)
    rules = rules_of_package(options.pack) if options.pack else [*ENGINE_RULES, *rules_of_package("readlint_rules")]
    wanted = pages(rules)
    if options.write:
        for name in write(options.write, wanted):
            print(os.path.join(options.write, name))
        return 0
    lines = differences(options.check, wanted)
    sys.stdout.writelines(lines)
    if lines:
        pack = f" --pack {options.pack}" if options.pack else ""
        print(f"\nThe pages are not those of the rules. Run: python -m readlint.docs --write {options.check}{pack}")
    return int(bool(lines))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except UserError as problem:
        sys.exit(f"readlint: {problem}")
