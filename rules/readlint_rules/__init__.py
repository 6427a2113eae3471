"""The rules that come with readlint."""
