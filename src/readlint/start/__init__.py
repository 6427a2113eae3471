"""Starting with readlint in a project: what `readlint init` finds there, and the files that it proposes."""
