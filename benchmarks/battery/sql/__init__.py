"""Functions as they are seen in real services, each judged by a reviewer: can somebody put SQL into this query?

A judged function has a mark on the line of its `def`: `verdict: defect - why` or `verdict: fine - why`. The verdict says
what a careful reviewer says, not what a tool says. Where readlint disagrees, the mark has a word more: `defect (missed)`,
`fine (flagged)`.
"""
