"""What GitHub takes of a log. A log above its limits is refused as a whole, or cut by an order that nobody chose.

Results are therefore written with the most severe first, and what does not fit is left out from the end. Everything
up to the size that is refused is written, though GitHub keeps only the first 5,000: others read all of it.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from readlint.findings import Finding, Place
from readlint.report.summary import counted

MOST_RESULTS = 25_000
_RESULTS_KEPT = 5_000
_LOCATIONS = 100  # of a result, its own among them; 1,000 are refused
_STEPS = 1_000  # of a flow; 10,000 are refused
MOST_NOTIFICATIONS = 1_000  # of files that were not analysed and the like, so that the log's end stays small
_BYTES = 9_500_000  # compressed; 10 MB are refused, and something comes after the results


class Limits:
    """Counts what is written, and what is not."""

    def __init__(self) -> None:
        self.written = 0
        self.left_out: Counter[str] = Counter()
        self.shortened = 0
        self.unsaid = 0
        self._bytes = 0
        # Faster and larger than what an upload compresses with: the real size is below what is counted.
        self._compressor = zlib.compressobj(1)

    def fits(self, text: str) -> bool:
        """Count a piece of the log; False if the log would become too large with it."""
        self._bytes += len(self._compressor.compress(text.encode("ascii")))
        return self._bytes < _BYTES

    def places(self, finding: Finding) -> tuple[Sequence[Place], Sequence[Place]]:
        """The related places and the flow. The last step, which is what the finding is about, stays."""
        related, flow = finding.related, finding.flow
        self.shortened += len(related) >= _LOCATIONS or len(flow) > _STEPS
        if len(flow) > _STEPS:
            flow = (*flow[: _STEPS - 1], flow[-1])
        return related[: _LOCATIONS - 1], flow

    def leave_out(self, findings: Iterable[Finding]) -> None:
        self.left_out.update(finding.severity.value for finding in findings)

    def sentences(self) -> Iterator[str]:
        """What to tell whoever reads the log."""
        if self.left_out:
            kinds = " and ".join(f"{count:,} of level {level}" for level, count in self.left_out.items())
            yield f"The {self.left_out.total():,} least severe results were left out, {kinds}: a larger log is refused."
        if self.written > _RESULTS_KEPT:
            yield f"GitHub shows {_RESULTS_KEPT:,} of these {self.written:,} results. The most severe ones come first."
        if self.unsaid:
            yield f"{self.unsaid:,} more notifications were left out."
        if self.shortened:
            yield f"Places were left out where a result has very many: {counted(self.shortened, 'result')}."
