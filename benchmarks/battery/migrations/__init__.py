"""Migrations as they are seen in real projects, each judged by a reviewer: what does it do to a large table in use?

A file is a project: `# file: migrations/0002_email.py` begins one of its migrations, and what is above the first such
line stands at the top of each. A judged migration has a mark on the line of its class, or of its `upgrade` (its
`downgrade`, if that is what is wrong): `verdict: defect - why` or `verdict: fine - why`. The database is PostgreSQL 14,
and the version that runs now goes on running while the migration is run. Where readlint disagrees, the mark has a word
more: `defect (missed)`, `fine (flagged)`.
"""
