"""Ten megabytes of the files that stand beside the code, and what looking at them costs at least.

`prepare FOLDER` writes them, the same ones every time. `scan FOLDER` reads them and searches them with one regular
expression, which is the floor under every search for secrets.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

SIZE = 10_000_000
CREDENTIAL = re.compile(rb"(?:passw(?:or)?d|passphrase|secret|token|api_?key|private_?key)[\"']?\s*[:=]", re.IGNORECASE)
_WORDS = "account billing cache database endpoint feature gateway host image job key limit mode name port queue".split()
_NAMES = (*_WORDS, "password_file", "secret_name", "token_url", "api_key", "auth_token")


def prepare(folder: Path) -> None:
    """As many bytes of YAML, of JSON and of lock files."""
    chance = random.Random(10)
    for ending, text in (("yaml", _yaml), ("json", _json), ("lock", _lock)):
        written = number = 0
        while written < SIZE // 3:
            name = f"{number}/package-lock.json" if ending == "lock" else f"{number}/values.{ending}"
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            written += path.write_text(text(chance), encoding="utf-8")
            number += 1


def _value(chance: random.Random) -> str:
    values = ("true", str(chance.randrange(10_000)), f"{chance.choice(_WORDS)}-service", "${DEPLOYMENT_VALUE}")
    return chance.choice((*values, f"https://{chance.choice(_WORDS)}.acme.io/v1/{chance.choice(_WORDS)}"))


def _yaml(chance: random.Random) -> str:
    return "".join(_yaml_lines(chance))


def _yaml_lines(chance: random.Random) -> Iterator[str]:
    for number in range(200):
        yield f"{chance.choice(_WORDS)}_{number}:\n  # What the {chance.choice(_WORDS)} of this stage is like\n"
        for _ in range(4):
            yield f"  {chance.choice(_NAMES)}: {_value(chance)}\n"


def _json(chance: random.Random) -> str:
    records = [{chance.choice(_NAMES): _value(chance) for _ in range(6)} for _ in range(200)]
    return json.dumps(records, indent=2)


def _lock(chance: random.Random) -> str:
    packages = {
        f"node_modules/{chance.choice(_WORDS)}-{number}": {"version": "1.2.3", "integrity": f"sha512-{number:088x}=="}
        for number in range(400)
    }
    return json.dumps({"packages": packages}, indent=2)


def scan(folder: Path) -> int:
    found = 0
    for here, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(here, name), "rb") as file:
                found += len(CREDENTIAL.findall(file.read()))
    return found


if __name__ == "__main__":
    {"prepare": prepare, "scan": scan}[sys.argv[1]](Path(sys.argv[2]))
