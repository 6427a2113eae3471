"""A pack's rule that replaces one of readlint's own, over all the ways in which a finding reaches the user."""

from __future__ import annotations

from harness import BAD, Pack, Readlint

SELECT = ("--select", "RL101,TY001", "--output-format", "concise")


def test_a_pack_replaces_a_rule_of_another(readlint: Readlint, pack: Pack) -> None:
    check = "@RULE.on(ast.ExceptHandler)\ndef check(handler, ctx):\n    yield RULE.finding(handler, severity=Severity.ERROR)\n"
    pack.add("house_handler", check, replaces=["RL101"])
    (readlint.folder / "a.py").write_text(BAD)
    cold = readlint("a.py", *SELECT, status=1)
    assert cold.codes == ["TY001"]
    assert readlint("a.py", *SELECT, status=1) == cold  # nothing changed: out of the cache
    assert readlint("a.py", *SELECT, "--no-cache", status=1).out == cold.out
    assert readlint("-", "--stdin-filename", "a.py", *SELECT, stdin=BAD.encode(), status=1).codes == ["TY001"]
    # Other settings find the same screened files in the cache, where the weaker finding still is.
    assert readlint("a.py", *SELECT, "--ignore", "TY001", status=1).codes == ["RL101"]
