"""What holds for every format that programs read, and for the place that each has for what went wrong."""

from __future__ import annotations

import io
import json
import random
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import HOSTILE, SEVERITIES, finding, report, troubled, written

from readlint.errors import InternalError
from readlint.report import writer
from readlint.report.model import Report

PARSERS: dict[str, Callable[[str], Any]] = {
    "azure": str.splitlines,
    "checkstyle": ElementTree.fromstring,
    "github": str.splitlines,
    "gitlab": json.loads,
    "junit": ElementTree.fromstring,
    "markdown": str.splitlines,
    "rdjson": json.loads,
}
FORMATS = sorted(PARSERS)


@pytest.mark.parametrize("output_format", FORMATS)
def test_an_empty_run_can_be_read(output_format: str) -> None:
    text = written(output_format, Report([]))
    PARSERS[output_format](text)
    assert text == "" or text.endswith("\n")


@pytest.mark.parametrize("output_format", FORMATS)
def test_internal_errors_are_in_the_report(output_format: str) -> None:
    text = written(output_format, troubled())
    PARSERS[output_format](text)
    assert "rule RL102 failed on c.py: KeyError at x.py:1" in text
    assert "d.py was not checked: the worker process died" in text


@pytest.mark.parametrize("output_format", ["azure", "github", "junit", "markdown"])
def test_warnings_are_in_the_report(output_format: str) -> None:
    text = written(output_format, troubled())
    assert "e.ipynb: skipped" in text
    assert "slow" in text


@pytest.mark.parametrize("output_format", FORMATS)
def test_the_order_of_findings_does_not_matter(output_format: str) -> None:
    findings = [finding(path, message) for path in ("b.py", "a.py") for message in ("One.", "Two.", "Three.")]
    for number, made in enumerate(findings):
        made.span.line = 1 + number % 3
    first = written(output_format, report(*findings))
    random.Random(1).shuffle(findings)
    assert written(output_format, report(*findings)) == first


@pytest.mark.parametrize("output_format", FORMATS)
@given(st.lists(st.tuples(HOSTILE, HOSTILE, SEVERITIES), max_size=4), HOSTILE)
def test_any_text_can_be_read_back(output_format: str, rows: list[tuple[str, str, Any]], trouble: str) -> None:
    """Through a stream that knows ASCII only, and through one that takes nothing but what UTF-8 can hold."""
    findings = [finding(path, message, severity) for path, message, severity in rows]
    view = report(*findings, source=trouble, errors=[InternalError("RL1", trouble, "E")], warnings=[trouble])
    for encoding in ("ascii", "utf-8"):
        out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n", write_through=True)
        writer(output_format)(view, out)
        PARSERS[output_format](out.buffer.getvalue().decode(encoding))
