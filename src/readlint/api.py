"""The public interface: what a rule imports, and nothing else. It follows semantic versioning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readlint.analysis.cells import ELEMENT, Cell, Parts, Write
from readlint.analysis.constants import UNKNOWN
from readlint.analysis.context import Context
from readlint.analysis.exceptions import (
    Breadth,
    breadth,
    breadth_of_classes,
    caught_classes,
    class_breadth,
    may_be_broad,
    suppressed_classes,
)
from readlint.analysis.fates import Fate, Use, derived, fate, is_tested
from readlint.analysis.flow import Flow, Step
from readlint.analysis.guards import (
    announces_fallback,
    comments_at,
    has_reason,
    is_at_boundary,
    is_awaited_end,
    is_cleanup,
    is_import_probe,
    is_in_thread,
    is_justified,
    is_only_cleanup,
    is_only_parsing,
    is_only_telemetry,
    is_skipped,
)
from readlint.analysis.makers import Maker, annotated_class, makers, returned_makers
from readlint.analysis.order import after_step, after_suppressed, may_precede
from readlint.analysis.outcome import (
    Outcome,
    answer_outcome,
    can_fall,
    function_outcome,
    is_silent,
    is_told_at_once,
    suite_outcome,
    suppressed_outcome,
)
from readlint.analysis.paths import Rank
from readlint.analysis.regions import ErrorRegion, RegionKind, error_regions, innermost, may_have_callbacks
from readlint.analysis.reports import is_report, logged_rank, logs_traceback
from readlint.analysis.scopes import Binding, Scope
from readlint.analysis.short_code import short_code
from readlint.analysis.tree import body_of, children, dotted, last_name, parameters, statements, walk, walk_own
from readlint.analysis.values import (
    Move,
    Origin,
    Origins,
    Writes,
    called_function,
    cell_of,
    is_record,
    reaching_writes,
    uses,
    writes,
    written_origins,
)
from readlint.files.source import places_of
from readlint.findings import Finding, Place, Question, Safety, Severity, Span
from readlint.regex import regex
from readlint.rules import AllFiles, Answers, Category, Fix, Level, Rule, Settle
from readlint.settings.sizes import TableSize

if TYPE_CHECKING:
    from readlint.fixes.context import FixContext


def __getattr__(name: str) -> Any:
    """`FixContext` needs libcst, which a rule must not load before a fix is wanted."""
    if name == "FixContext":
        from readlint.fixes.context import FixContext

        return FixContext
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "ELEMENT",
    "UNKNOWN",
    "AllFiles",
    "Answers",
    "Binding",
    "Breadth",
    "Cell",
    "Category",
    "Context",
    "ErrorRegion",
    "Fate",
    "Finding",
    "Fix",
    "FixContext",
    "Flow",
    "Level",
    "Maker",
    "Move",
    "Origin",
    "Origins",
    "Outcome",
    "Parts",
    "Place",
    "Question",
    "Rank",
    "RegionKind",
    "Rule",
    "Safety",
    "Scope",
    "Settle",
    "Severity",
    "Span",
    "Step",
    "TableSize",
    "Write",
    "Writes",
    "after_step",
    "after_suppressed",
    "Use",
    "annotated_class",
    "announces_fallback",
    "answer_outcome",
    "body_of",
    "breadth",
    "breadth_of_classes",
    "called_function",
    "can_fall",
    "caught_classes",
    "cell_of",
    "children",
    "class_breadth",
    "comments_at",
    "derived",
    "dotted",
    "error_regions",
    "fate",
    "function_outcome",
    "has_reason",
    "innermost",
    "is_at_boundary",
    "is_awaited_end",
    "is_cleanup",
    "is_import_probe",
    "is_in_thread",
    "is_justified",
    "is_only_cleanup",
    "is_only_parsing",
    "is_only_telemetry",
    "is_record",
    "is_report",
    "is_silent",
    "is_skipped",
    "is_tested",
    "is_told_at_once",
    "last_name",
    "logged_rank",
    "logs_traceback",
    "makers",
    "may_be_broad",
    "may_have_callbacks",
    "may_precede",
    "parameters",
    "places_of",
    "short_code",
    "reaching_writes",
    "regex",
    "returned_makers",
    "statements",
    "suite_outcome",
    "suppressed_classes",
    "suppressed_outcome",
    "uses",
    "walk",
    "walk_own",
    "writes",
    "written_origins",
]
