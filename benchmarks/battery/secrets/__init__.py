"""Lines as they are seen in real programs, each judged by a reviewer: must this value leave the source and be replaced?

A judged place has a mark on its line: `verdict: defect - why` or `verdict: fine - why`. The verdict says what a careful
reviewer says, not what a tool says. Where readlint disagrees, the mark has a word more: `defect (missed)`, `fine (flagged)`.
Every value is made up; those that look like secrets came out of a random number generator.
"""
