"""House rules of Acme, a pack as anybody may write one: it imports `readlint.api` and nothing else of readlint."""
