"""Files that are not Python are linted like those that are: discovery, cache, workers, suppressions, reports."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from harness import FORMATS, Pack, Readlint
from made_secrets import BEFORE, some

SECRET = "kD7wQ3xNv9Zp"  # readlint: ignore[RL402] made up for these tests
YAML = f"user: billing\npassword: {SECRET}\n"
CONCISE = "--output-format=concise"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.readlint]\n")
    (tmp_path / "app.py").write_text("x = 1\n")
    (tmp_path / "conf.yaml").write_text(YAML)
    return tmp_path


def test_found_by_default_and_remembered(readlint: Readlint, project: Path) -> None:
    first = readlint(CONCISE)
    assert first.codes == ["RL405"]
    assert "conf.yaml:2:11: RL405" in first.out
    assert readlint(CONCISE) == first
    (project / "conf.yaml").write_text("# one more line\n" + YAML)
    assert "conf.yaml:3:11: RL405" in readlint(CONCISE).out
    (project / "more.json").write_text(json.dumps({"api_key": SECRET}))
    assert readlint(CONCISE).codes == ["RL405", "RL405"]
    (project / "conf.yaml").write_bytes(YAML.encode("utf-16"))  # no text any more
    assert readlint(CONCISE).codes == ["RL405"]


def test_only_where_a_rule_reads_them(readlint: Readlint, project: Path) -> None:
    assert readlint("--show-files", status=0).out.split() == ["app.py", "conf.yaml", "pyproject.toml"]
    assert readlint("--show-files", "--select=RL101", status=0).out.split() == ["app.py"]
    assert readlint("--show-files", "--per-file-ignores=*.yaml:RL405", status=0).out.split() == [
        "app.py",
        "pyproject.toml",
    ]
    ran = readlint("--select=RL101", "conf.yaml", status=0)
    assert "conf.yaml: skipped, no rule that is on reads such files" in ran.err
    assert readlint(CONCISE, "conf.yaml", status=1).codes == ["RL405"]
    (project / "sub").mkdir()
    (project / "sub" / "readlint.toml").write_text('ignore = ["RL405"]\n')
    (project / "sub" / "conf.yaml").write_text(YAML)
    assert "sub" not in readlint("--show-files", status=0).out


def test_excluded_and_ignored(readlint: Readlint, project: Path) -> None:
    assert readlint(CONCISE, "--exclude=conf.yaml", status=0).codes == []
    assert readlint(CONCISE, "--force-exclude", "--exclude=conf.yaml", "conf.yaml", status=0).codes == []
    (project / ".gitignore").write_text("*.yaml\n")
    assert readlint(CONCISE, status=0).codes == []
    assert readlint(CONCISE, "--no-respect-gitignore", status=1).codes == ["RL405"]


def test_standard_input(readlint: Readlint, project: Path) -> None:
    ran = readlint(CONCISE, "--stdin-filename=deploy/prod.env", "-", stdin=f"API_KEY={SECRET}\n".encode(), status=1)
    assert "deploy/prod.env:1:9: RL405" in ran.out
    assert readlint(CONCISE, "--stdin-filename=picture.json", "-", stdin=b"\x89PNG\xff", status=0).codes == []


def test_suppressed_in_comments(readlint: Readlint, project: Path) -> None:
    file = project / "conf.yaml"
    file.write_text(f"password: {SECRET}  # readlint: ignore[RL405] only the mock server takes it\n")
    readlint(CONCISE, status=0)
    file.write_text(f"# readlint: ignore[RL405] only the mock server takes it\npassword: {SECRET}\n")
    readlint(CONCISE, status=0)
    file.write_text("# readlint: ignore[RL405] only the mock server takes it\npassword: ${PASSWORD}\n")
    assert readlint(CONCISE, status=1).codes == ["RL002"]
    readlint("--fix", CONCISE, status=0)
    assert file.read_text() == "password: ${PASSWORD}\n"
    (project / "a.ini").write_text(f"; readlint: ignore[RL405] only the mock server takes it\npassword = {SECRET}\n")
    readlint(CONCISE, status=0)


def test_suppressions_are_written_where_comments_can_stand(readlint: Readlint, project: Path) -> None:
    files = {
        "conf.yaml": (YAML, f"user: billing\npassword: {SECRET}  # readlint: ignore[RL405] the mock takes it\n"),
        ".env": (f"API_KEY={SECRET}\n", f"# readlint: ignore[RL405] the mock takes it\nAPI_KEY={SECRET}\n"),
        "a.json": (f'{{"api_key": "{SECRET}"}}', f'{{"api_key": "{SECRET}"}}'),
        "b.yaml": (f"run: |\n  export API_KEY={SECRET}\n", f"run: |\n  export API_KEY={SECRET}\n"),
    }
    for name, (before, _) in files.items():
        (project / name).write_text(before)
    ran = readlint("--add-ignore=the mock takes it", CONCISE, status=1)
    assert ran.codes == ["RL405", "RL405"]
    assert {name: (project / name).read_text() for name in files} == {name: after for name, (_, after) in files.items()}


def test_secrets_are_allowed(readlint: Readlint, project: Path) -> None:
    (project / "nb.ipynb").write_text(json.dumps({"cells": [{"source": [f'api_key = "{SECRET}"\n']}]}, indent=1))
    (project / "k8s.yaml").write_text("kind: Secret\ndata:\n  password: a0Q3d1EzeE52OVpw\n")
    assert readlint(CONCISE, status=1).codes == ["RL405"] * 3
    ran = readlint("secrets", "allow", "nb.ipynb", "k8s.yaml:3", "--reason=made for tests", status=0)
    file = (project / "readlint-secrets.toml").read_text()
    assert not any(text in ran.out + file for text in (SECRET, "a0Q3d1EzeE52OVpw"))
    readlint(CONCISE, status=0)  # the same value in conf.yaml too


def test_regions_count_characters(readlint: Readlint, project: Path) -> None:
    (project / "conf.yaml").write_text(f'"é😀": {{password: "{SECRET}"}}\n')
    region = json.loads(readlint("--output-format=sarif").out)["runs"][0]["results"][0]["locations"][0]
    region = region["physicalLocation"]["region"]
    line = (project / "conf.yaml").read_text()
    before = line[: line.index(SECRET)].encode("utf-16-le")
    assert (region["startLine"], region["startColumn"]) == (1, len(before) // 2 + 1)
    assert region["endColumn"] - region["startColumn"] == len(SECRET)
    assert region["snippet"]["text"] == "*" * len(SECRET)
    rows = json.loads(readlint("--output-format=json").out)["findings"][0]["location"]
    assert rows["column"] == line.index(SECRET) + 1


def test_fingerprints_survive_moves_and_do_not_know_the_value(readlint: Readlint, project: Path) -> None:
    def fingerprints() -> list[str]:
        return [found["fingerprint"] for found in json.loads(readlint("--output-format=json").out)["findings"]]

    first = fingerprints()
    (project / "conf.yaml").write_text(f"api_key: {SECRET}\n\npassword: {SECRET[::-1]}\n")
    assert fingerprints()[1:] == first


def test_in_workers(readlint: Readlint, project: Path) -> None:
    for number in range(120):
        (project / f"conf_{number}.yaml").write_text(YAML)
    one, two = (readlint(CONCISE, "--no-cache", f"--jobs={jobs}") for jobs in (1, 2))
    assert one == two
    assert len(one.codes) == 121


def test_a_crashing_rule_stops_nothing_and_shows_nothing(readlint: Readlint, pack: Pack, project: Path) -> None:
    pack.add(
        "crashing", '@RULE.on_text("yaml")\ndef check(kind, ctx):\n    raise ValueError(ctx.source.text)\n    yield\n'
    )
    ran = readlint(CONCISE, "--no-cache", status=2)
    assert "RL405" in ran.codes
    assert "ValueError" in ran.out + ran.err
    assert SECRET not in ran.out + ran.err


# Whatever is known to be a secret appears in nothing that is written

TEMPLATES = {
    "values.yaml": "password: {}\nurl: redis://:{}@cache.acme.io\n# {}\n",
    "prod.env": "API_KEY={}\n",
    "app.ini": "password = {}\n",
    "app.toml": 'password = "{}"\n',
    "app.json": '{{"password": "{}", "other": "{}"}}',
    "Dockerfile": "ENV API_KEY={}\n",
    "start.sh": "export API_KEY={}; ./serve --password={}\n",
    "main.tf": 'password = "{}"\n',
    ".netrc": "machine acme.io login x password {}\n",
    "nb.ipynb": '{{"cells": [{{"source": ["api_key = \\"{}\\"\\n"], "outputs": ["it is {}"]}}]}}',
}


def test_secrets_stay(readlint: Readlint, project: Path) -> None:
    secrets = []
    for number, (row, secret) in enumerate(some(Random(405))):
        name = list(TEMPLATES)[number % len(TEMPLATES)]
        (project / str(number)).mkdir()
        text = TEMPLATES[name].replace("{}", BEFORE.get(row.issuer, "") + secret).replace("{{", "{").replace("}}", "}")
        (project / str(number) / name).write_text(text)
        secrets.append(secret)
    (project / "reports").mkdir()
    outputs = [f"--output={name}=reports/{name}" for name in FORMATS]
    for change in (False, False, True):  # cold, warm, and with one file changed
        if change:
            (project / "conf.yaml").write_text(YAML + "\n")
        ran = readlint("--sarif-suppressed", *outputs)
        written = [path.read_bytes() for name in ("reports", ".readlint_cache") for path in (project / name).iterdir()]
        everything = "\n".join([ran.out, ran.err, *(data.decode("latin-1") for data in written)])
        assert [secret for secret in [*secrets, SECRET] if secret[-max(len(secret) // 4, 12) :] in everything] == []
    found = json.loads((project / "reports" / "json").read_bytes())["findings"]
    assert len({finding["path"] for finding in found}) == len(secrets) + 1
    for arguments in (
        ["--diff", "--add-ignore=the job runs on without it"],
        ["--add-ignore=the job runs on without it"],
    ):
        ran = readlint(*arguments, "--no-cache")
        assert [secret for secret in secrets if secret in ran.out + ran.err] == []
