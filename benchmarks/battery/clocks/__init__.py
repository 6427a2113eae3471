"""Functions as they are seen in real services, each judged by a reviewer: is this the right clock?

A judged place has a mark on its line: `verdict: defect - why` or `verdict: fine - why`. The verdict says what a careful
reviewer says, not what a tool says. Where readlint disagrees, the mark has a word more: `defect (missed)`, `fine (flagged)`.
"""
